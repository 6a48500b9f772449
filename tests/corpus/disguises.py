"""Files with the name of another format, and files of two formats at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.corpus.case import (
    DAMAGED,
    EMPTY,
    MEDIA,
    NO_PICTURE,
    UNSUPPORTED,
    Case,
    Expectation,
)
from tests.corpus.drawing import SIZE, build_animation, draw_quarters, list_shades, list_spots
from tests.corpus.gif import Frame, build_gif
from tests.corpus.jpeg import build_jpeg
from tests.corpus.letters import build_html, build_mail
from tests.corpus.office import build_slides, build_xlsx
from tests.corpus.pdf import build_one_page
from tests.corpus.phone import build_avif, build_heic
from tests.corpus.svg import build_svg
from tests.corpus.text import GERMAN
from tests.corpus.webp import build_webp
from tests.corpus.word import build_docx
from tests.corpus.zips import build_zip
from tests.support.pictures import encode_picture, insert_segment


def build_png() -> bytes:
    return encode_picture(draw_quarters(), "PNG")


def list_cases() -> Iterator[Case]:
    yield from _list_wrong_names()
    yield from _list_two_in_one()


def _list_wrong_names() -> Iterator[Case]:
    """Yield files with wrong endings: only the content counts."""

    def expect_shown(kind: str) -> Expectation:
        return Expectation.expect_picture(kind, SIZE, spots=list_spots(), tolerance=24)

    pdf = Expectation.expect_file("PDF", fragments=("Hello Easel",))
    page = Expectation.expect_file("web page", fragments=("grüße aus Köln",))
    word = Expectation.expect_file("Word", fragments=("Hello Easel",))
    files = {
        "png.jpg": (build_png(), expect_shown("PNG")),
        "png.pdf": (build_png(), expect_shown("PNG")),
        "png.txt": (build_png(), expect_shown("PNG")),
        "png.mp4": (build_png(), expect_shown("PNG")),
        "jpeg.png": (build_jpeg(), expect_shown("JPEG")),
        "jpeg.heic": (build_jpeg(), expect_shown("JPEG")),
        "webp.jpg": (build_webp(), expect_shown("WebP")),
        "heic.jpg": (build_heic(), expect_shown("HEIC")),
        "avif.jpg": (build_avif(), expect_shown("AVIF")),
        "svg.png": (build_svg(), Expectation.expect_picture("SVG", None, spots=list_spots())),
        "svg.html": (
            build_svg(),
            Expectation.expect_either(
                Expectation.expect_picture("SVG", None, spots=list_spots()), EMPTY
            ),
        ),
        "pdf.png": (build_one_page(), pdf),
        "pdf.docx": (build_one_page(), pdf),
        "word.zip": (build_docx(), word),
        "word.pdf": (build_docx(), word),
        "word.doc": (build_docx(), word),
        "excel.docx": (build_xlsx(), Expectation.expect_file("Excel", fragments=("Apfelmuß",))),
        "show.xlsx": (
            build_slides(),
            Expectation.expect_file("PowerPoint", fragments=("Title 1",)),
        ),
        "page.pdf": (build_html(), page),
        "page.png": (build_html(), page),
        "page.docx": (build_html(), page),
        "page.doc": (build_html(), page),
        "mail.txt": (
            build_mail().as_bytes(),
            Expectation.expect_file(fragments=("grüße aus Köln",)),
        ),
        "text.png": (
            GERMAN.encode(),
            Expectation.expect_file("text", fragments=(GERMAN.strip(),)),
        ),
        "text.pdf": (
            GERMAN.encode(),
            Expectation.expect_file("text", fragments=(GERMAN.strip(),)),
        ),
        "text.docx": (
            GERMAN.encode(),
            Expectation.expect_file("text", fragments=(GERMAN.strip(),)),
        ),
        "text.zip": (
            GERMAN.encode(),
            Expectation.expect_file("text", fragments=(GERMAN.strip(),)),
        ),
        "zip.png": (
            build_zip({"a.txt": b"inside"}),
            Expectation.expect_file("ZIP", fragments=("inside",)),
        ),
        "zip.docx": (
            build_zip({"a.txt": b"in"}),
            Expectation.expect_either(Expectation.expect_file("ZIP"), DAMAGED),
        ),
        "sound.png": (b"ID3\x04" + bytes(range(256)) * 9, Expectation.expect_refusal(MEDIA)),
        "sound.txt": (b"OggS\x00\x02" + bytes(range(256)) * 9, Expectation.expect_refusal(MEDIA)),
        "noise.mp3": (bytes(range(256)) * 9, Expectation.expect_refusal(MEDIA, UNSUPPORTED)),
        "packed.png": (
            b"7z\xbc\xaf\x27\x1c" + bytes(range(256)),
            Expectation.expect_refusal(DAMAGED),
        ),
    }
    for name, (data, expects) in files.items():
        yield Case(f"really-{name}", partial(bytes, data), expects)


def _list_two_in_one() -> Iterator[Case]:
    packed = build_zip({"a.txt": b"SECRET"})
    shown = Expectation.expect_picture("", SIZE, spots=list_spots(), tolerance=24)
    script = b"<script>SECRET</script><?php SECRET ?>"
    pairs = {
        "png-and-zip.png": (build_png() + packed, shown),
        "png-and-pdf.png": (build_png() + build_one_page(), shown),
        "jpeg-and-php.jpg": (insert_segment(build_jpeg(), 0xFE, script), shown),
        "jpeg-and-zip.jpg": (build_jpeg() + packed, shown),
        "jpeg-and-rar.jpg": (build_jpeg() + b"Rar!\x1a\x07\x00SECRET", shown),
        "webp-and-page.webp": (build_webp() + b"<html>SECRET", shown),
        "gif-and-page.gif": (
            build_animation(list_shades(2), "GIF") + b"<html>SECRET",
            Expectation.expect_file("GIF", count=2),
        ),
    }
    for name, (data, expects) in pairs.items():
        yield Case(name, partial(bytes, data), expects)
    # In a script, "GIF89a" is also a name, and its size starts a comment.
    program = b"GIF89a/*" + build_gif([Frame(0)])[8:] + b"*/=1;alert(1)"
    maybe = Expectation.expect_either(Expectation.expect_file("GIF"), DAMAGED, "megapixels")
    yield Case("gif-and-program.gif", lambda: program, maybe)
    pdf = Expectation.expect_file("PDF", fragments=("Hello Easel",), absent=("SECRET",))
    yield Case("pdf-and-zip.pdf", lambda: build_one_page() + packed, pdf)
    yield Case("pdf-and-page.pdf", lambda: build_one_page() + b"<html>SECRET</html>", pdf)
    page_first = b"<html>SECRET</html>" + build_one_page()
    either = Expectation.expect_file(fragments=())
    yield Case("page-and-pdf.html", lambda: page_first, either)
    yield Case(
        "zip-and-pdf.zip",
        lambda: build_zip({"a.pdf": build_one_page()}, 0),
        Expectation.expect_file(),
    )
    yield Case(
        "word-and-tail.docx",
        lambda: build_docx() + b"x" * 100,
        Expectation.expect_either(_expect_word(), DAMAGED),
    )
    start = Expectation.expect_either(Expectation.expect_file(), DAMAGED, NO_PICTURE)
    yield Case("png-behind-text.png", lambda: b"hello\n" + build_png(), start)
    yield Case("svg-and-script.svg", lambda: build_svg() + b"<script>x</script>", start)


def _expect_word() -> Expectation:
    return Expectation.expect_file("Word", fragments=("Hello Easel",))
