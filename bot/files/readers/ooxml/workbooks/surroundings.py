"""Reads what a sheet has apart from its cells: comments, text boxes, charts, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.charts import read_chart, read_diagram
from bot.files.readers.ooxml.extras import Extras
from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.workbooks.cells import read_rich_text
from bot.files.readers.ooxml.workbooks.formulas import name_column
from bot.files.readers.ooxml.xml_trees import find, iterate_outer, list_children

_MAX_COMMENTS = 1_000
_OPAQUE = ("xdr:txBody", "xdr:pic", "c:chart", "cx:chart")


def read_surroundings(extras: Extras, sheet_path: str) -> list[str]:
    """Return a block for each comment, text box, chart and picture of a sheet."""
    package = extras.package
    blocks = list(_read_comments(extras, sheet_path))
    for path in package.find_linked(sheet_path, "drawing"):
        blocks += _read_drawing(extras, path)
    links = package.list_links(sheet_path).values()
    objects = [one for one in links if one.kind in ("oleObject", "package")]
    blocks += [extras.mark_object(one.target.rpartition("/")[2]) for one in objects]
    return [block for block in blocks if block.strip()]


def _read_comments(extras: Extras, sheet_path: str) -> Iterator[str]:
    """Yield the comments of cells. Those with answers have an old form, too, which says less."""
    package, threaded = extras.package, list[tuple[str, str]]()
    people = _read_people(package)
    for path in package.find_linked(sheet_path, "threadedComment"):
        for one in list_children(package.read_side_tree(path), "tc:threadedComment"):
            author = people.get(one.get("personId", ""), "")
            text = find(one, "tc:text")
            kind = "reply" if one.get("parentId") else "comment"
            done = ", resolved" if one.get("done") in ("1", "true") else ""
            said = "" if text is None else " ".join(clean_text(text.text or "").split())
            place = one.get("ref", "")[:20]
            threaded.append(
                (place, f"[{kind} on {place}{f' by {author}' if author else ''}{done}: {said}]")
            )
    places = {place for place, _ in threaded}
    lines = [line for _, line in threaded]
    for path in package.find_linked(sheet_path, "comments"):
        lines += _read_notes(package.read_side_tree(path), places)
    extras.counts["comments"] += max(0, len(lines) - _MAX_COMMENTS)
    yield "\n".join(lines[:_MAX_COMMENTS])


def _read_notes(tree: Element | None, known: set[str]) -> Iterator[str]:
    if tree is None:
        return
    authors = [
        clean_text(one.text or "") for one in list_children(find(tree, "x:authors"), "x:author")
    ]
    for one in list_children(find(tree, "x:commentList"), "x:comment"):
        place, number = one.get("ref", "")[:20], one.get("authorId", "")
        index = int(number[:6]) if number.isdecimal() else -1
        author = authors[index][:100] if 0 <= index < len(authors) else ""
        text = find(one, "x:text")
        said = "" if text is None else " ".join(read_rich_text(text).split())
        said = said.removeprefix(f"{author}:").strip()
        if place not in known:
            yield f"[comment on {place}{f' by {author}' if author else ''}: {said}]"


def _read_people(package: Package) -> dict[str, str]:
    people = dict[str, str]()
    for path in package.paths:
        if path.startswith("xl/persons/") and path.endswith(".xml"):
            for one in list_children(package.read_side_tree(path), "tc:person"):
                people[one.get("id", "")] = clean_text(one.get("displayName", ""))[:100]
    return people


def _read_drawing(extras: Extras, path: str) -> Iterator[str]:
    tree = extras.package.read_side_tree(path)
    if tree is None:
        return
    links = extras.package.list_links(path)
    for anchor in tree:
        place = _read_place(anchor)
        for shape in iterate_outer(anchor, lambda one: one.tag in _OPAQUE):
            if shape.tag == "xdr:txBody":
                text = "\n".join(filter(None, _read_paragraphs(shape)))
                yield f"[text box{f' at {place}' if place else ''}: {text}]" if text else ""
            elif shape.tag == "xdr:pic":
                yield _read_picture(extras, path, shape, place)
            elif shape.tag in ("c:chart", "cx:chart", "dgm:relIds"):
                is_diagram = shape.tag == "dgm:relIds"
                link = links.get(shape.get("r:dm" if is_diagram else "r:id", ""))
                read = read_diagram if is_diagram else read_chart
                text = "" if link is None or link.is_external else read(extras.package, link.target)
                extras.counts["drawings"] += not text
                yield text


def _read_picture(extras: Extras, path: str, picture: Element, place: str) -> str:
    properties = next(picture.iter("xdr:cNvPr"), None)
    alt = "" if properties is None else properties.get("descr") or ""
    blip = next(picture.iter("a:blip"), None)
    link_id = "" if blip is None else blip.get("r:embed", "") or blip.get("r:link", "")
    link = extras.package.list_links(path).get(link_id)
    if link is None:
        return ""
    if link.is_external:
        return extras.mark_linked_picture(clean_text(alt))
    return extras.mark_picture(link.target, clean_text(alt), f"at {place}" if place else "")


def _read_paragraphs(body: Element) -> Iterator[str]:
    for paragraph in body.iter("a:p"):
        yield clean_text("".join(one.text or "" for one in paragraph.iter("a:t"))).strip()


def _read_place(anchor: Element) -> str:
    """Return the cell at which a drawing begins; "" where it lies freely."""
    column, row = find(anchor, "xdr:from/xdr:col"), find(anchor, "xdr:from/xdr:row")
    texts = [one.text or "" for one in (column, row) if one is not None]
    if len(texts) < 2 or not all(text.isdecimal() and len(text) < 8 for text in texts):
        return ""
    return f"{name_column(int(texts[0]) + 1)}{int(texts[1]) + 1}"
