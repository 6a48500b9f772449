"""PDF: what offices and scanners make, and what breaks readers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial

import pypdfium2

from tests.corpus.case import COSTLY, DAMAGED, EMPTY, PAGES, PASSWORD, Case, Expect
from tests.corpus.drawing import SIZE, file_of, quarters
from tests.corpus.pdf_writer import HEAD, document, pdf, protected, stream, written
from tests.corpus.zips import repeated

HELLO = "Hello Easel\nGrüße aus Köln"
_READ = Expect.right("PDF", fragments=("Hello Easel", "Grüße aus Köln"), count=1, scanned=False)
_ONE = Expect.right("PDF", count=1)
_MAYBE = Expect.either(Expect.right("PDF"), DAMAGED, EMPTY, *COSTLY)
_SCAN = b"q 612 0 0 792 0 0 cm /I Do Q"


def one_page(**how: str) -> bytes:
    return pdf(document([written(HELLO)], **how))  # type: ignore[arg-type]


def cases() -> Iterator[Case]:
    yield from _sound()
    yield from _scans()
    yield from _boxes()
    yield from _locked()
    yield from _broken()
    yield from _active()
    yield from _heavy()


def _case(name: str, data: bytes, expects: Expect) -> Case:
    return Case(name, lambda: data, expects)


def _numbered(count: int) -> bytes:
    return pdf(document([written(f"This is page number {n + 1}") for n in range(count)]))


def _sound() -> Iterator[Case]:
    yield Case("letter.pdf", one_page, _READ)
    twelve = Expect.right(
        "PDF", count=12, fragments=("page number 1", "page number 12"), scanned=False
    )
    yield Case("twelve.pdf", partial(_numbered, 12), twelve)
    thousand = Expect.right("PDF", count=1000, fragments=("page number 1000",))
    yield Case("thousand.pdf", partial(_numbered, 1000), thousand)
    # Whether the rest is left out or the whole refused is the reader's choice.
    many = Expect.right("PDF", count=2000, fragments=("page number 1\n",))
    yield Case("two-thousand.pdf", partial(_numbered, 2000), Expect.either(many, PAGES))
    yield Case("rewritten.pdf", _rewritten, _READ)
    yield Case("blank.pdf", _blank, Expect.right("PDF", count=3, scanned=True))
    for version in ("1.0", "1.4", "2.0"):
        head = HEAD.replace(b"1.7", version.encode())
        yield _case(f"version-{version}.pdf", pdf(document([written(HELLO)]), head=head), _READ)
    packed = document([b""], more={10_001: stream(written(HELLO), packed=True)})
    yield _case("packed.pdf", pdf(packed), _READ)
    titled = pdf(document([written(HELLO)], more={7: b"<</Title(SECRET)>>"}), trailer="/Info 7 0 R")
    yield _case("titled.pdf", titled, _READ)


def _rewritten() -> bytes:
    opened = pypdfium2.PdfDocument(one_page())
    out = io.BytesIO()
    try:
        opened.save(out)
    finally:
        opened.close()
    return _timeless(out.getvalue())


def _blank() -> bytes:
    made = pypdfium2.PdfDocument.new()
    out = io.BytesIO()
    try:
        for _ in range(3):
            made.new_page(300, 400).close()
        made.save(out)
    finally:
        made.close()
    return _timeless(out.getvalue())


def _timeless(data: bytes) -> bytes:
    """Without the moment at which it was made, and the number that is made of it."""
    data = re.sub(rb"\(D:\d{14}", b"(D:20240229120000", data)
    return re.sub(rb"<[0-9A-F]{32}>", b"<" + b"0" * 32 + b">", data)


def _picture() -> bytes:
    """A photo as a PDF holds it: the bytes of a JPEG."""
    how = f"/Type/XObject/Subtype/Image/Width {SIZE[0]}/Height {SIZE[1]}/ColorSpace/DeviceRGB"
    return stream(file_of(quarters(), "JPEG"), how + "/BitsPerComponent 8/Filter/DCTDecode")


def _scans() -> Iterator[Case]:
    for count in (1, 3, 40):
        objects = document([_SCAN] * count, more={5: _picture()})
        expects = Expect.right("PDF", count=count, scanned=True)
        yield _case(f"scan-{count}.pdf", pdf(objects), expects)
    hidden = _SCAN + b" BT 3 Tr /F1 18 Tf 40 700 Td (Recognised: hello Easel) Tj ET"
    recognised = Expect.right("PDF", fragments=("hello Easel",), scanned=False)
    yield _case("scan-with-words.pdf", pdf(document([hidden], more={5: _picture()})), recognised)


def _boxes() -> Iterator[Case]:
    boxes = {
        "largest": "0 0 14400 14400",
        "huge": "0 0 1000000000 1000000000",
        "strip": "0 0 14400 1",
        "tiny": "0 0 0.1 0.1",
        "nothing": "0 0 0 0",
        "backwards": "612 792 0 0",
        "negative": "-300 -300 -1 -1",
        "no-number": "a b c d",
        "far": "1e30 1e30 2e30 2e30",
    }
    for name, box in boxes.items():
        yield _case(f"box-{name}.pdf", one_page(box=box), Expect.either(_ONE, DAMAGED))
    for turn in (90, 180, 270, 45):
        yield _case(f"turned-{turn}.pdf", one_page(page=f"/Rotate {turn}"), _READ)
    yield _case("cropped.pdf", one_page(page="/CropBox[0 600 612 792]"), _ONE)


def _locked() -> Iterator[Case]:
    locked = protected([written(HELLO)], b"secret")
    yield _case("locked.pdf", locked, Expect.refused(PASSWORD))
    yield _case("locked-by-nobody.pdf", protected([written(HELLO)], b""), _READ)
    unknown = pdf(
        document([written(HELLO)], more={900: b"<</Filter/Other/V 99>>"}),
        trailer="/Encrypt 900 0 R",
    )
    yield _case("locked-somehow.pdf", unknown, Expect.refused(PASSWORD, DAMAGED))


def _broken() -> Iterator[Case]:
    sound = one_page()
    at = sound.index(b"startxref")
    yield _case("wrong-start.pdf", sound[:at] + b"startxref\n999999\n%%EOF\n", _READ)
    yield _case("no-table.pdf", sound[: sound.index(b"xref\n0")], Expect.either(_READ, DAMAGED))
    yield _case("shifted.pdf", b"\n" * 300 + sound, _READ)
    yield _case("mail-before.pdf", b"Content-Type: application/pdf\r\n\r\n" + sound, _READ)
    yield _case("tail.pdf", sound + b"<script>" * 200, _READ)
    yield _case("header-only.pdf", b"%PDF-1.7\n", Expect.refused(DAMAGED))
    no_pages = pdf(document([]))
    yield _case("no-pages.pdf", no_pages, Expect.refused(EMPTY, DAMAGED))
    root = pdf({1: b"<</Type/Catalog>>"})
    yield _case("no-tree.pdf", root, Expect.refused(EMPTY, DAMAGED))
    wrong = document([written(HELLO)])
    wrong[10_001] = wrong[10_001].replace(b"/Length ", b"/Length 9")
    yield _case("wrong-length.pdf", pdf(wrong), Expect.either(_ONE, DAMAGED))
    junk = document([b""], more={10_001: stream(b"junk" * 20, "/Filter/FlateDecode")})
    yield _case("junk-packed.pdf", pdf(junk), _ONE)
    for name, kids in (("tree-loop", "2 0 R"), ("tree-nowhere", "77 0 R"), ("tree-self", "1 0 R")):
        tree = f"<</Type/Pages/Count 5/Kids[{kids}]>>".encode()
        yield _case(f"{name}.pdf", pdf(document([written(HELLO)], more={2: tree})), _MAYBE)
    boast = f"<</Type/Pages/Count {2**31 - 1}/Kids[10000 0 R]>>".encode()
    yield _case("boast.pdf", pdf(document([written(HELLO)], more={2: boast})), _MAYBE)
    twice = f"<</Type/Pages/Count 50/Kids[{'10000 0 R ' * 50}]>>".encode()
    yield _case("same-page.pdf", pdf(document([written(HELLO)], more={2: twice})), _MAYBE)


def _active() -> Iterator[Case]:
    script = {4: b"<</S/JavaScript/JS(app.alert\\('hello'\\);while\\(1\\){})>>"}
    opening = document([written(HELLO)], catalog="/OpenAction 4 0 R", more=script)
    yield _case("script.pdf", pdf(opening), _READ)
    launch = {4: b"<</S/Launch/F(/bin/sh)>>"}
    launching = document([written(HELLO)], catalog="/OpenAction 4 0 R", more=launch)
    yield _case("launch.pdf", pdf(launching), _READ)
    address = {4: b"<</S/URI/URI(http://192.0.2.1/)>>"}
    going = document([written(HELLO)], catalog="/OpenAction 4 0 R", more=address)
    yield _case("address.pdf", pdf(going), _READ)
    files = {4: b"<</Type/Filespec/F(../../x.exe)/EF<</F 8 0 R>>>>", 8: stream(b"MZ SECRET")}
    names = "/Names<</EmbeddedFiles<</Names[(x)4 0 R]>>>>"
    yield _case(
        "carries-a-file.pdf", pdf(document([written(HELLO)], catalog=names, more=files)), _READ
    )
    field = {
        4: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(typed)/Rect[40 600 200 620]/DA(/F1 9 Tf)>>"
    }
    form = document(
        [written(HELLO)], catalog="/AcroForm<</Fields[4 0 R]>>", page="/Annots[4 0 R]", more=field
    )
    yield _case("form.pdf", pdf(form), _READ)


def _heavy() -> Iterator[Case]:
    # A checksum is missing at the end, as in many sound files.
    packed = b"\x78\xda" + repeated(b"", bytes(1_000_000), 300)
    bomb = document([b""], more={10_001: stream(packed, "/Filter/FlateDecode")})
    yield _case("content-bomb.pdf", pdf(bomb), _MAYBE)
    claim = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray"
    image = stream(packed, claim + "/BitsPerComponent 8/Filter/FlateDecode")
    yield _case("picture-bomb.pdf", pdf(document([_SCAN], more={5: image})), _MAYBE)
    again = stream(b"/J Do " * 10, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</J 6 0 R>>>>")  # fmt: skip  # noqa: E501
    yield _case("draws-itself.pdf", pdf(document([b"/J Do"], more={6: again})), _MAYBE)
    deep = document([written(HELLO)], page=f"/Deep{'[' * 50_000}{']' * 50_000}")
    yield _case("deep.pdf", pdf(deep), _MAYBE)
    chain = "/AHx " * 500
    filtered = document([b""], more={10_001: stream(b"41>", f"/Filter[{chain}]")})
    yield _case("many-filters.pdf", pdf(filtered), _MAYBE)
    words = written("\n".join("many words " * 10 for _ in range(5_000)), size=1)
    yield _case("full-page.pdf", pdf(document([words])), _ONE)
