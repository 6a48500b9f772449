"""Reads the comments on slides, of both kinds that PowerPoint has written."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.xml_trees import find, list_children


def read_authors(package: Package, main: str) -> dict[str, str]:
    """Return the names of those who commented, by the ids that comments use."""
    authors = dict[str, str]()
    for kind in ("commentAuthors", "authors"):
        for path in package.find_linked(main, kind):
            tree = package.read_side_tree(path)
            for one in tree if tree is not None else ():
                authors[one.get("id", "")] = clean_text(one.get("name", ""))[:100]
    return authors


def read_comments(package: Package, slide: str, authors: dict[str, str]) -> list[str]:
    """Return a line for each comment on a slide, with the answers to it behind it."""
    return [
        line
        for path in package.find_linked(slide, "comments")
        for line in _read_part(package.read_side_tree(path), authors)
    ]


def _read_part(tree: Element | None, authors: dict[str, str]) -> Iterator[str]:
    for one in list_children(tree, "p:cm"):
        text = find(one, "p:text")
        is_reply = any(str(child.tag).endswith(":parentCm") for child in one.iter())
        said = "" if text is None else text.text or ""
        yield _format(
            "reply" if is_reply else "comment", authors.get(one.get("authorId", ""), ""), said
        )
    for one in list_children(tree, "p188:cm"):
        done = ", resolved" if one.get("status") == "resolved" else ""
        yield _format("comment", authors.get(one.get("authorId", ""), ""), _read_body(one), done)
        for reply in list_children(find(one, "p188:replyLst"), "p188:reply"):
            yield _format("reply", authors.get(reply.get("authorId", ""), ""), _read_body(reply))


def _read_body(comment: Element) -> str:
    body = find(comment, "p188:txBody")
    if body is None:
        return ""
    return " / ".join(
        "".join(one.text or "" for one in paragraph.iter("a:t")) for paragraph in body.iter("a:p")
    )


def _format(kind: str, author: str, text: str, done: str = "") -> str:
    by = f" by {author}" if author else ""
    return f"[{kind}{by}{done}: {' '.join(clean_text(text).split())}]"
