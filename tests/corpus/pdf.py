"""PDF, as offices and scanners make it, and PDF that breaks readers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.corpus.case import COSTLY, CRASHED, DAMAGED, EMPTY, PAGES, PASSWORD, Case, Expectation
from tests.corpus.drawing import SIZE, draw_quarters
from tests.corpus.pdf_writer import (
    PDF_HEADER,
    build_blank_pdf,
    build_document,
    build_pdf,
    build_protected_pdf,
    build_stream,
    draw_text,
    rewrite_pdf,
)
from tests.corpus.zips import deflate_repeated
from tests.support.pictures import encode_picture

HELLO = "Hello Easel\nGrüße aus Köln"
_HELLO_PAGE = Expectation.expect_file(
    "PDF", fragments=("Hello Easel", "Grüße aus Köln"), count=1, scanned=False
)
_ONE_PAGE = Expectation.expect_file("PDF", count=1)
_PDF_OR_REFUSAL = Expectation.expect_either(
    Expectation.expect_file("PDF"), DAMAGED, CRASHED, EMPTY, *COSTLY
)
_SCAN = b"q 612 0 0 792 0 0 cm /I Do Q"


def build_one_page(**options: Any) -> bytes:
    return build_pdf(build_document([draw_text(HELLO)], **options))


def list_cases() -> Iterator[Case]:
    yield from _list_sound()
    yield from _list_scans()
    yield from _list_boxes()
    yield from _list_locked()
    yield from _list_broken()
    yield from _list_active()
    yield from _list_heavy()


def _build_case(name: str, data: bytes, expects: Expectation) -> Case:
    return Case(name, lambda: data, expects)


def _build_numbered(count: int) -> bytes:
    return build_pdf(
        build_document([draw_text(f"This is page number {n + 1}") for n in range(count)])
    )


def _list_sound() -> Iterator[Case]:
    yield Case("letter.pdf", build_one_page, _HELLO_PAGE)
    twelve = Expectation.expect_file(
        "PDF", count=12, fragments=("page number 1", "page number 12"), scanned=False
    )
    yield Case("twelve.pdf", partial(_build_numbered, 12), twelve)
    thousand = Expectation.expect_file("PDF", count=1000, fragments=("page number 1000",))
    yield Case("thousand.pdf", partial(_build_numbered, 1000), thousand)
    # The reader may omit the rest or refuse the file.
    many = Expectation.expect_file("PDF", count=2000, fragments=("page number 1\n",))
    yield Case(
        "two-thousand.pdf", partial(_build_numbered, 2000), Expectation.expect_either(many, PAGES)
    )
    yield Case("rewritten.pdf", lambda: rewrite_pdf(build_one_page()), _HELLO_PAGE)
    yield Case("blank.pdf", build_blank_pdf, Expectation.expect_file("PDF", count=3, scanned=True))
    for version in ("1.0", "1.4", "2.0"):
        head = PDF_HEADER.replace(b"1.7", version.encode())
        yield _build_case(
            f"version-{version}.pdf",
            build_pdf(build_document([draw_text(HELLO)]), head=head),
            _HELLO_PAGE,
        )
    packed = build_document([b""], more={10_001: build_stream(draw_text(HELLO), packed=True)})
    yield _build_case("packed.pdf", build_pdf(packed), _HELLO_PAGE)
    titled = build_pdf(
        build_document([draw_text(HELLO)], more={7: b"<</Title(SECRET)>>"}), trailer="/Info 7 0 R"
    )
    yield _build_case("titled.pdf", titled, _HELLO_PAGE)


def _build_picture() -> bytes:
    """Build a photo as a PDF stores it: the bytes of a JPEG."""
    how = f"/Type/XObject/Subtype/Image/Width {SIZE[0]}/Height {SIZE[1]}/ColorSpace/DeviceRGB"
    return build_stream(
        encode_picture(draw_quarters(), "JPEG"), how + "/BitsPerComponent 8/Filter/DCTDecode"
    )


def _list_scans() -> Iterator[Case]:
    for count in (1, 3, 40):
        objects = build_document([_SCAN] * count, more={5: _build_picture()})
        expects = Expectation.expect_file("PDF", count=count, scanned=True)
        yield _build_case(f"scan-{count}.pdf", build_pdf(objects), expects)
    hidden = _SCAN + b" BT 3 Tr /F1 18 Tf 40 700 Td (Recognised: hello Easel) Tj ET"
    recognised = Expectation.expect_file("PDF", fragments=("hello Easel",), scanned=False)
    yield _build_case(
        "scan-with-words.pdf",
        build_pdf(build_document([hidden], more={5: _build_picture()})),
        recognised,
    )


def _list_boxes() -> Iterator[Case]:
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
        yield _build_case(
            f"box-{name}.pdf",
            build_one_page(box=box),
            Expectation.expect_either(_ONE_PAGE, DAMAGED),
        )
    for turn in (90, 180, 270, 45):
        yield _build_case(f"turned-{turn}.pdf", build_one_page(page=f"/Rotate {turn}"), _HELLO_PAGE)
    yield _build_case("cropped.pdf", build_one_page(page="/CropBox[0 600 612 792]"), _ONE_PAGE)


def _list_locked() -> Iterator[Case]:
    locked = build_protected_pdf([draw_text(HELLO)], b"secret")
    yield _build_case("locked.pdf", locked, Expectation.expect_refusal(PASSWORD))
    yield _build_case(
        "locked-by-nobody.pdf", build_protected_pdf([draw_text(HELLO)], b""), _HELLO_PAGE
    )
    unknown = build_pdf(
        build_document([draw_text(HELLO)], more={900: b"<</Filter/Other/V 99>>"}),
        trailer="/Encrypt 900 0 R",
    )
    yield _build_case("locked-somehow.pdf", unknown, Expectation.expect_refusal(PASSWORD, DAMAGED))


def _list_broken() -> Iterator[Case]:
    sound = build_one_page()
    at = sound.index(b"startxref")
    yield _build_case("wrong-start.pdf", sound[:at] + b"startxref\n999999\n%%EOF\n", _HELLO_PAGE)
    yield _build_case(
        "no-table.pdf",
        sound[: sound.index(b"xref\n0")],
        Expectation.expect_either(_HELLO_PAGE, DAMAGED),
    )
    yield _build_case("shifted.pdf", b"\n" * 300 + sound, _HELLO_PAGE)
    yield _build_case(
        "mail-before.pdf", b"Content-Type: application/pdf\r\n\r\n" + sound, _HELLO_PAGE
    )
    yield _build_case("tail.pdf", sound + b"<script>" * 200, _HELLO_PAGE)
    yield _build_case("header-only.pdf", b"%PDF-1.7\n", Expectation.expect_refusal(DAMAGED))
    no_pages = build_pdf(build_document([]))
    yield _build_case("no-pages.pdf", no_pages, Expectation.expect_refusal(EMPTY, DAMAGED))
    root = build_pdf({1: b"<</Type/Catalog>>"})
    yield _build_case("no-tree.pdf", root, Expectation.expect_refusal(EMPTY, DAMAGED))
    wrong = build_document([draw_text(HELLO)])
    wrong[10_001] = wrong[10_001].replace(b"/Length ", b"/Length 9")
    yield _build_case(
        "wrong-length.pdf", build_pdf(wrong), Expectation.expect_either(_ONE_PAGE, DAMAGED)
    )
    junk = build_document([b""], more={10_001: build_stream(b"junk" * 20, "/Filter/FlateDecode")})
    yield _build_case("junk-packed.pdf", build_pdf(junk), _ONE_PAGE)
    for name, kids in (("tree-loop", "2 0 R"), ("tree-nowhere", "77 0 R"), ("tree-self", "1 0 R")):
        tree = f"<</Type/Pages/Count 5/Kids[{kids}]>>".encode()
        yield _build_case(
            f"{name}.pdf",
            build_pdf(build_document([draw_text(HELLO)], more={2: tree})),
            _PDF_OR_REFUSAL,
        )
    boast = f"<</Type/Pages/Count {2**31 - 1}/Kids[10000 0 R]>>".encode()
    yield _build_case(
        "boast.pdf", build_pdf(build_document([draw_text(HELLO)], more={2: boast})), _PDF_OR_REFUSAL
    )
    twice = f"<</Type/Pages/Count 50/Kids[{'10000 0 R ' * 50}]>>".encode()
    yield _build_case(
        "same-page.pdf",
        build_pdf(build_document([draw_text(HELLO)], more={2: twice})),
        _PDF_OR_REFUSAL,
    )


def _list_active() -> Iterator[Case]:
    script = {4: b"<</S/JavaScript/JS(app.alert\\('hello'\\);while\\(1\\){})>>"}
    opening = build_document([draw_text(HELLO)], catalog="/OpenAction 4 0 R", more=script)
    yield _build_case("script.pdf", build_pdf(opening), _HELLO_PAGE)
    launch = {4: b"<</S/Launch/F(/bin/sh)>>"}
    launching = build_document([draw_text(HELLO)], catalog="/OpenAction 4 0 R", more=launch)
    yield _build_case("launch.pdf", build_pdf(launching), _HELLO_PAGE)
    address = {4: b"<</S/URI/URI(http://192.0.2.1/)>>"}
    going = build_document([draw_text(HELLO)], catalog="/OpenAction 4 0 R", more=address)
    yield _build_case("address.pdf", build_pdf(going), _HELLO_PAGE)
    files = {4: b"<</Type/Filespec/F(../../x.exe)/EF<</F 8 0 R>>>>", 8: build_stream(b"MZ SECRET")}
    names = "/Names<</EmbeddedFiles<</Names[(x)4 0 R]>>>>"
    yield _build_case(
        "carries-a-file.pdf",
        build_pdf(build_document([draw_text(HELLO)], catalog=names, more=files)),
        _HELLO_PAGE,
    )
    field = {
        4: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(typed)/Rect[40 600 200 620]/DA(/F1 9 Tf)>>"
    }
    form = build_document(
        [draw_text(HELLO)], catalog="/AcroForm<</Fields[4 0 R]>>", page="/Annots[4 0 R]", more=field
    )
    yield _build_case("form.pdf", build_pdf(form), _HELLO_PAGE)


def _list_heavy() -> Iterator[Case]:
    # The checksum at the end is missing, as in many sound files.
    packed = b"\x78\xda" + deflate_repeated(b"", bytes(1_000_000), 300)
    bomb = build_document([b""], more={10_001: build_stream(packed, "/Filter/FlateDecode")})
    yield _build_case("content-bomb.pdf", build_pdf(bomb), _PDF_OR_REFUSAL)
    claim = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray"
    image = build_stream(packed, claim + "/BitsPerComponent 8/Filter/FlateDecode")
    yield _build_case(
        "picture-bomb.pdf", build_pdf(build_document([_SCAN], more={5: image})), _PDF_OR_REFUSAL
    )
    again = build_stream(b"/J Do " * 10, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</J 6 0 R>>>>")  # fmt: skip  # noqa: E501 - a page
    yield _build_case(
        "draws-itself.pdf", build_pdf(build_document([b"/J Do"], more={6: again})), _PDF_OR_REFUSAL
    )
    deep = build_document([draw_text(HELLO)], page=f"/Deep{'[' * 50_000}{']' * 50_000}")
    yield _build_case("deep.pdf", build_pdf(deep), _PDF_OR_REFUSAL)
    chain = "/AHx " * 500
    filtered = build_document([b""], more={10_001: build_stream(b"41>", f"/Filter[{chain}]")})
    yield _build_case("many-filters.pdf", build_pdf(filtered), _PDF_OR_REFUSAL)
    words = draw_text("\n".join("many words " * 10 for _ in range(5_000)), size=1)
    yield _build_case("full-page.pdf", build_pdf(build_document([words])), _ONE_PAGE)
