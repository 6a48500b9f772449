"""Reads what is drawn in a Word document: pictures, charts, diagrams, text boxes, objects."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.charts import read_chart, read_diagram
from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.word.document import WordDocument
from bot.files.readers.ooxml.xml_trees import iterate_outer

_OPAQUE = ("w:txbxContent", "pic:pic", "v:imagedata", "o:OLEObject")


def read_drawing(document: WordDocument, element: Element) -> str:
    """Return what stands for a drawing in the text: marks, tables of charts, texts of boxes."""
    alt, found = _read_alt(element), list[str]()
    is_object = element.tag == "w:object"
    for child in iterate_outer(element, lambda one: one.tag in _OPAQUE):
        if child.tag == "w:txbxContent":
            text = document.read_blocks(document, child).strip()
            found.append(f"[text box: {text}]" if text else "")
        elif child.tag == "pic:pic":
            found.append(_read_picture(document, child, alt))
        elif child.tag == "v:imagedata" and not is_object:
            found.append(_mark_link(document, child.get("r:id", ""), child.get("o:title", alt)))
        elif child.tag == "v:textpath":
            found.append(f"[watermark: {clean_text(child.get('string', ''))}]")
        elif child.tag == "o:OLEObject":
            found.append(document.extras.mark_object(clean_text(child.get("ProgID", ""))[:60]))
        else:
            found.append(_read_linked(document, child))
    if is_object and not any(found):
        found.append(document.extras.mark_object(""))
    return "\n".join(filter(None, found))


def _read_linked(document: WordDocument, element: Element) -> str:
    """Read a chart or a diagram, which are parts of their own."""
    key = {"c:chart": "r:id", "cx:chart": "r:id", "dgm:relIds": "r:dm"}.get(str(element.tag))
    link = None if key is None else document.find_link(element.get(key, ""))
    if key is None:
        return ""
    read = read_diagram if key == "r:dm" else read_chart
    text = "" if link is None or link.is_external else read(document.package, link.target)
    if not text:
        document.extras.counts["drawings"] += 1
    return f"\n{text}\n" if text else "[chart or diagram without data]"


def _read_picture(document: WordDocument, picture: Element, alt: str) -> str:
    own = next((one for one in picture.iter("pic:cNvPr")), None)
    if own is not None:
        alt = own.get("descr") or alt
    blip = next(picture.iter("a:blip"), None)
    if blip is None:
        return ""
    return _mark_link(document, blip.get("r:embed", "") or blip.get("r:link", ""), alt)


def _mark_link(document: WordDocument, link_id: str, alt: str) -> str:
    link, alt = document.find_link(link_id), clean_text(alt)
    if link is None:
        return f"[picture: {alt}]" if alt else ""
    if link.is_external:
        return document.extras.mark_linked_picture(alt)
    return document.extras.mark_picture(link.target, alt)


def _read_alt(element: Element) -> str:
    for properties in element.iter("wp:docPr"):
        return properties.get("descr") or properties.get("title") or ""
    for shape in element.iter("v:shape"):
        return shape.get("alt") or ""
    return ""
