"""Reads the shapes of a slide in the order in which people read them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.charts import read_chart, read_diagram
from bot.files.readers.ooxml.extras import Extras
from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.package import Link
from bot.files.readers.ooxml.slides.text import read_table, read_text_body
from bot.files.readers.ooxml.xml_trees import choose_alternative, find, iterate_outer

_MAX_DEPTH = 40
_TITLES = ("title", "ctrTitle")
_SHAPES = ("p:sp", "p:pic", "p:graphicFrame", "p:grpSp", "p:cxnSp", "p:contentPart")
# The number of a slide stands above it already.
_IGNORED_PLACEHOLDERS = ("sldNum", "sldImg")
_TOLERANCE = 200_000  # English Metric Units, about half a centimetre: one line of shapes


@dataclass(frozen=True, slots=True)
class SlideShapes:
    """Reads the shapes of one slide, which has a path and a number."""

    extras: Extras
    path: str
    number: int

    @property
    def links(self) -> dict[str, Link]:
        """What the slide links to."""
        return self.extras.package.list_links(self.path)

    def read(self, tree: Element) -> list[str]:
        """Return a block for each shape, the title first."""
        shapes = find(tree, "p:cSld/p:spTree")
        return [] if shapes is None else self._read_group(shapes, 0)

    def _read_group(self, group: Element, depth: int) -> list[str]:
        if depth > _MAX_DEPTH:
            self.extras.counts["drawings"] += 1
            return []
        shapes = [shape for child in group for shape in _list_alternatives(child)]
        shapes.sort(key=_find_place)
        return [
            block for shape in shapes for block in self._read_shape(shape, depth) if block.strip()
        ]

    def _read_shape(self, shape: Element, depth: int) -> list[str]:
        if shape.tag == "p:grpSp":
            return self._read_group(shape, depth + 1)
        if shape.tag == "p:pic":
            return [self._read_picture(shape)]
        if shape.tag == "p:graphicFrame":
            return self._read_frame(shape)
        placeholder = _get_placeholder(shape)
        kind = None if placeholder is None else placeholder.get("type", "obj")
        if kind in _IGNORED_PLACEHOLDERS:
            return []
        is_list = kind in ("body", "obj")
        text = read_text_body(find(shape, "p:txBody"), self.links, is_list=is_list)
        if kind in _TITLES and text:
            return [f"# {' '.join(text.split())}"]
        return [text]

    def _read_picture(self, picture: Element) -> str:
        properties = find(picture, "p:nvPicPr/p:cNvPr")
        alt = clean_text("" if properties is None else properties.get("descr") or "")
        if any(one.tag in ("a:videoFile", "a:audioFile") for one in picture.iter()):
            self.extras.counts["media"] += 1
            return f"[recording{f': {alt}' if alt else ''}]"
        blip = next(picture.iter("a:blip"), None)
        link_id = "" if blip is None else blip.get("r:embed", "") or blip.get("r:link", "")
        link = self.links.get(link_id)
        if link is None:
            return f"[picture: {alt}]" if alt else ""
        if link.is_external:
            return self.extras.mark_linked_picture(alt)
        return self.extras.mark_picture(link.target, alt, f"slide {self.number}")

    def _read_frame(self, frame: Element) -> list[str]:
        """Read a table, a chart, a diagram or an embedded file."""
        blocks = list[str]()
        for child in iterate_outer(frame, lambda one: one.tag in ("a:tbl", "p:oleObj")):
            if child.tag == "a:tbl":
                blocks.append(read_table(child, self.links))
            elif child.tag == "p:oleObj":
                blocks.append(self.extras.mark_object(clean_text(child.get("progId", ""))[:60]))
            elif child.tag in ("c:chart", "cx:chart", "dgm:relIds"):
                is_diagram = child.tag == "dgm:relIds"
                link = self.links.get(child.get("r:dm" if is_diagram else "r:id", ""))
                read = read_diagram if is_diagram else read_chart
                is_inside = link is not None and not link.is_external
                text = read(self.extras.package, link.target) if link and is_inside else ""
                self.extras.counts["drawings"] += not text
                blocks.append(text)
        return blocks


def _list_alternatives(child: Element) -> list[Element]:
    if child.tag == "mc:AlternateContent":
        return [one for one in choose_alternative(child) if one.tag in _SHAPES]
    return [child] if child.tag in _SHAPES else []


def _get_placeholder(shape: Element) -> Element | None:
    return next((one for one in shape.iter("p:ph")), None) if shape.tag == "p:sp" else None


def _find_place(shape: Element) -> tuple[int, int, int]:
    """Return where a shape stands: titles first, then from top to bottom, from left to right.

    A placeholder without a place of its own has that of its layout; most of these stand above.
    """
    placeholder = _get_placeholder(shape)
    if placeholder is not None and placeholder.get("type") in _TITLES:
        return -1, 0, 0
    offset = next(iter(shape.iter("a:off")), None)
    if placeholder is not None and placeholder.get("type") in ("ftr", "dt", "sldNum"):
        return 1 << 40, 0, 0
    if offset is None:
        offset = next(
            (
                one
                for frame in shape
                if frame.tag == "p:xfrm"
                for one in frame
                if one.tag == "a:off"
            ),
            None,
        )
    if offset is None:
        return 0, 0, 0
    top, left = (_parse_number(offset.get(key, "0")) for key in ("y", "x"))
    return 1 + max(0, top) // _TOLERANCE, left, top


def _parse_number(text: str) -> int:
    return int(text[:15]) if text.lstrip("-").isdecimal() else 0
