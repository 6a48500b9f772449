"""Files that a taken-over decoder made do nothing when people open them, or are refused."""

from __future__ import annotations

import pytest

from bot.diagnosis.excerpt import parse_excerpt
from bot.files.sandbox.made_files import check_made_file
from bot.structured_output.csv_text import format_csv_rows
from tests.support.easel import build_png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
HARMLESS = (
    "",
    "<text>onload=1 &lt;script&gt; url(x) javascript: href='x'</text>",
    '<use xlink:href="#a"/><image href="data:image/png;base64,AAAA"/>',
    '<style type="text/css">*{stroke-linejoin: round}</style>',
    '<g clip-path="url(#p1)" style="fill: url(#x)"/>',
)
ACTING = (
    "<script>1</script>",
    '<x:script xmlns:x="http://www.w3.org/2000/svg"/>',
    '<g title="&gt;" onload="x()"/>',
    '<g ONLOAD="x()"/>',
    "<foreignObject/>",
    '<a xlink:href="javascript:x()"/>',
    '<image href="https://192.0.2.1/x.png"/>',
    '<use xlink:href="data:image/svg+xml;base64,AAAA"/>',
    '<g style="fill: url( https://192.0.2.1/x)"/>',
    "<style>@import 'x'</style>",
    '<set attributeName="href" to="javascript:x()"/>',
    "<?xml-stylesheet href='x'?>",
    "<g>",
    "&x;",
)


@pytest.mark.parametrize("inner", HARMLESS)
def test_a_harmless_drawing_is_taken(inner: str) -> None:
    document_type = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
    for head in ("", document_type):
        check_made_file("svg", (head + SVG.format(inner)).encode())


@pytest.mark.parametrize("inner", ACTING)
def test_a_drawing_that_acts_is_refused(inner: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        check_made_file("svg", SVG.format(inner).encode())


def test_a_drawing_that_unfolds_is_refused() -> None:
    bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>" + SVG.format("&b;")
    for text in (bomb, "<html><svg/></html>", "<?xml version='1.0'?><html/>", "\0<svg/>"):
        with pytest.raises(ValueError, match=r"^"):
            check_made_file("svg", text.encode())


def test_other_files_are_what_their_names_say() -> None:
    table = format_csv_rows(["=a", "b"], [["@x", -5], ["-1+1", 1.5e300], ["+1", "\tx"]], "\r\n")
    sound = {"png": build_png(), "csv": table.encode("utf-8-sig"), "dot": b"digraph {}"}
    for ending, data in sound.items():
        check_made_file(ending, data)
    large = build_png()[:16] + b"\xff" * 8 + build_png()[24:]
    lies = [
        ("png", b"<html>"), ("png", b""), ("png", large), ("csv", b'"a","=1+1"'),
        ("csv", b"a;=1+1"), ("csv", b"\xff\xfe"), ("csv", b"\t@x"), ("dot", b"MZ\0"),
        ("dot", b"\xff"), ("zip", b"MZ"), ("html", b"\xff"),
    ]  # fmt: skip
    for ending, data in lies:
        with pytest.raises(ValueError, match=r"^"):
            check_made_file(ending, data)


def test_an_excerpt_without_end_is_not_read() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_excerpt(b"[" + b"1," * 2_000_000 + b"1]")
