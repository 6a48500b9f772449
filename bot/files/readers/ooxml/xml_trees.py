"""Parses the parts of Office files: elements and attributes get short names such as `w:p`.

The names are the same for the transitional and the strict form of Office Open XML (ISO/IEC 29500),
and whatever prefixes the program that wrote the file chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from xml.etree.ElementTree import Element, XMLParser

_OFFICE = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
_MICROSOFT = "http://schemas.microsoft.com/office"
_PREFIXES = {
    "/wordprocessingml/2006/main": "w",
    "/wordprocessingml/main": "w",
    "/drawingml/2006/main": "a",
    "/drawingml/main": "a",
    "/drawingml/2006/chart": "c",
    "/drawingml/chart": "c",
    "/drawingml/2006/diagram": "dgm",
    "/drawingml/diagram": "dgm",
    "/drawingml/2006/picture": "pic",
    "/drawingml/picture": "pic",
    "/drawingml/2006/wordprocessingDrawing": "wp",
    "/drawingml/wordprocessingDrawing": "wp",
    "/drawingml/2006/spreadsheetDrawing": "xdr",
    "/drawingml/spreadsheetDrawing": "xdr",
    "/officeDocument/2006/math": "m",
    "/officeDocument/math": "m",
    "/officeDocument/2006/relationships": "r",
    "/officeDocument/relationships": "r",
    "/presentationml/2006/main": "p",
    "/presentationml/main": "p",
    "/spreadsheetml/2006/main": "x",
    "/spreadsheetml/main": "x",
    "/markup-compatibility/2006": "mc",
    "/package/2006/relationships": "rel",
    "/package/2006/content-types": "ct",
    "/word/2010/wordprocessingShape": "wps",
    "/word/2010/wordprocessingGroup": "wpg",
    "/word/2010/wordprocessingCanvas": "wpc",
    "/word/2010/wordml": "w14",
    "/word/2012/wordml": "w15",
    "/powerpoint/2018/8/main": "p188",
    "/drawing/2014/chartex": "cx",
    "/drawing/2017/decorative": "adec",
    "/drawing/2010/main": "a14",
    "/drawing/2008/diagram": "dsp",
    "/spreadsheetml/2018/threadedcomments": "tc",
}
_OTHERS = {
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "urn:schemas-microsoft-com:office:excel": "xv",
    "http://www.w3.org/XML/1998/namespace": "xml",
}


@cache
def shorten_name(name: str) -> str:
    """Return the short form of `{namespace}name`; the bare name where no prefix is known."""
    space, brace, local = name.rpartition("}")
    if not brace:
        return name
    space = space[1:]
    if (known := _OTHERS.get(space)) is not None:
        return f"{known}:{local}"
    for base in (_OFFICE, _STRICT, _MICROSOFT):
        if space.startswith(base) and (prefix := _PREFIXES.get(space[len(base) :])):
            return f"{prefix}:{local}"
    return f"?:{local}"


def parse_tree(part: bytes) -> Element:
    """Return the root of a checked part. Raises `ParseError`."""
    parser = XMLParser()  # noqa: S314 - parts that declare entities were refused before
    parser.feed(part)
    root: Element = parser.close()
    for element in root.iter():
        shorten_element(element)
    return root


def shorten_element(element: Element) -> None:
    """Give an element and its attributes their short names."""
    if isinstance(element.tag, str):
        element.tag = shorten_name(element.tag)
    for key in [key for key in element.attrib if key[:1] == "{"]:
        element.set(shorten_name(key), element.attrib.pop(key))


def find_value(element: Element | None, path: str, default: str = "") -> str:
    """Return the value of a descendant by its path; `default` if there is none.

    The value is `w:val`, `m:val` or `val`, whichever is there.
    """
    found = None if element is None else find(element, path)
    return default if found is None else get_value(found, default)


def get_value(element: Element, default: str = "") -> str:
    """Return the attribute `val` of an element, whatever its prefix."""
    for key in ("w:val", "m:val", "val", "w14:val"):
        if (value := element.get(key)) is not None:
            return value
    return default


def find(element: Element, path: str) -> Element | None:
    """Return the first descendant by a path of short names, `a:b/c:d`."""
    for name in path.split("/"):
        found = next((child for child in element if child.tag == name), None)
        if found is None:
            return None
        element = found
    return element


def list_children(element: Element | None, name: str) -> list[Element]:
    """Return the children of that name."""
    return [] if element is None else [child for child in element if child.tag == name]


def is_on(element: Element, path: str) -> bool:
    """Whether a property is there that can also be switched off by its value."""
    found = find(element, path)
    return found is not None and get_value(found, "1") not in ("0", "false", "off", "none")


def iterate_outer(element: Element, is_inner: Callable[[Element], bool]) -> Iterator[Element]:
    """Yield the descendants in order; of those that `is_inner`, what is in them is not looked at.

    Of the alternatives for old and new programs, only one is looked at.
    """
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        yield child
        if not is_inner(child):
            stack.append(iter(choose_alternative(child)))


def choose_alternative(element: Element) -> Element:
    """Return the element itself, or of `mc:AlternateContent` the form for newer programs."""
    if element.tag != "mc:AlternateContent":
        return element
    choices = [choice for choice in element if choice.tag == "mc:Choice" and len(choice)]
    fallbacks = [choice for choice in element if choice.tag == "mc:Fallback"]
    return next(iter([*choices, *fallbacks]), element)
