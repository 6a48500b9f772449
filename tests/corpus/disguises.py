"""Files called something else than they are, and files that are two things at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.corpus.case import ARCHIVE, DAMAGED, EMPTY, MEDIA, UNSUPPORTED, Case, Expect
from tests.corpus.drawing import SIZE, file_of, moving, quarters, shades, spots
from tests.corpus.gif import Patch, gif
from tests.corpus.jpeg import jpeg
from tests.corpus.letters import html, mail
from tests.corpus.office import slides, xlsx
from tests.corpus.pdf import one_page
from tests.corpus.phone import avif, heic
from tests.corpus.svg import svg
from tests.corpus.text import _GERMAN
from tests.corpus.webp import webp
from tests.corpus.word import docx
from tests.corpus.zips import zipped
from tests.support.pictures import with_segment


def png() -> bytes:
    return file_of(quarters(), "PNG")


def cases() -> Iterator[Case]:
    yield from _wrong_names()
    yield from _two_in_one()


def _wrong_names() -> Iterator[Case]:
    """What counts is what is in it."""

    def shows(kind: str) -> Expect:
        return Expect.picture(kind, SIZE, spots=spots(), tolerance=24)

    pdf = Expect.right("PDF", fragments=("Hello Easel",))
    page = Expect.right("web page", fragments=("grüße aus Köln",))
    word = Expect.right("Word", fragments=("Hello Easel",))
    files = {
        "png.jpg": (png(), shows("PNG")),
        "png.pdf": (png(), shows("PNG")),
        "png.txt": (png(), shows("PNG")),
        "png.mp4": (png(), shows("PNG")),
        "jpeg.png": (jpeg(), shows("JPEG")),
        "jpeg.heic": (jpeg(), shows("JPEG")),
        "webp.jpg": (webp(), shows("WebP")),
        "heic.jpg": (heic(), shows("HEIC")),
        "avif.jpg": (avif(), shows("AVIF")),
        "svg.png": (svg(), Expect.picture("SVG", None, spots=spots())),
        "svg.html": (svg(), Expect.either(Expect.picture("SVG", None, spots=spots()), EMPTY)),
        "pdf.png": (one_page(), pdf),
        "pdf.docx": (one_page(), pdf),
        "word.zip": (docx(), word),
        "word.pdf": (docx(), word),
        "word.doc": (docx(), word),
        "excel.docx": (xlsx(), Expect.right("Excel", fragments=("Apfelmuß",))),
        "show.xlsx": (slides(), Expect.right("PowerPoint", fragments=("Title 1",))),
        "page.pdf": (html(), page),
        "page.png": (html(), page),
        "page.docx": (html(), page),
        "page.doc": (html(), page),
        "mail.txt": (mail().as_bytes(), Expect.right(fragments=("grüße aus Köln",))),
        "text.png": (_GERMAN.encode(), Expect.right("text", fragments=(_GERMAN.strip(),))),
        "text.pdf": (_GERMAN.encode(), Expect.right("text", fragments=(_GERMAN.strip(),))),
        "text.docx": (_GERMAN.encode(), Expect.right("text", fragments=(_GERMAN.strip(),))),
        "text.zip": (_GERMAN.encode(), Expect.right("text", fragments=(_GERMAN.strip(),))),
        "zip.png": (zipped({"a.txt": b"inside"}), Expect.right("ZIP", fragments=("inside",))),
        "zip.docx": (zipped({"a.txt": b"in"}), Expect.either(Expect.right("ZIP"), DAMAGED)),
        "sound.png": (b"ID3\x04" + bytes(range(256)) * 9, Expect.refused(MEDIA)),
        "sound.txt": (b"OggS\x00\x02" + bytes(range(256)) * 9, Expect.refused(MEDIA)),
        "noise.mp3": (bytes(range(256)) * 9, Expect.refused(MEDIA, UNSUPPORTED)),
        "packed.png": (b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), Expect.refused(ARCHIVE)),
    }
    for name, (data, expects) in files.items():
        yield Case(f"really-{name}", partial(bytes, data), expects)


def _two_in_one() -> Iterator[Case]:
    packed = zipped({"a.txt": b"SECRET"})
    shown = Expect.picture("", SIZE, spots=spots(), tolerance=24)
    script = b"<script>SECRET</script><?php SECRET ?>"
    pairs = {
        "png-and-zip.png": (png() + packed, shown),
        "png-and-pdf.png": (png() + one_page(), shown),
        "jpeg-and-php.jpg": (with_segment(jpeg(), 0xFE, script), shown),
        "jpeg-and-zip.jpg": (jpeg() + packed, shown),
        "jpeg-and-rar.jpg": (jpeg() + b"Rar!\x1a\x07\x00SECRET", shown),
        "webp-and-page.webp": (webp() + b"<html>SECRET", shown),
        "gif-and-page.gif": (
            moving(shades(2), "GIF") + b"<html>SECRET",
            Expect.right("GIF", count=2),
        ),
    }
    for name, (data, expects) in pairs.items():
        yield Case(name, partial(bytes, data), expects)
    # "GIF89a" is a name in a program, too, and its size a comment's start.
    program = b"GIF89a/*" + gif([Patch(0)])[8:] + b"*/=1;alert(1)"
    maybe = Expect.either(Expect.right("GIF"), DAMAGED, "megapixels")
    yield Case("gif-and-program.gif", lambda: program, maybe)
    pdf = Expect.right("PDF", fragments=("Hello Easel",), absent=("SECRET",))
    yield Case("pdf-and-zip.pdf", lambda: one_page() + packed, pdf)
    yield Case("pdf-and-page.pdf", lambda: one_page() + b"<html>SECRET</html>", pdf)
    page_first = b"<html>SECRET</html>" + one_page()
    either = Expect.right(fragments=())
    yield Case("page-and-pdf.html", lambda: page_first, either)
    yield Case("zip-and-pdf.zip", lambda: zipped({"a.pdf": one_page()}, 0), Expect.right())
    yield Case("word-and-tail.docx", lambda: docx() + b"x" * 100, Expect.either(_word(), DAMAGED))
    start = Expect.either(Expect.right(), DAMAGED, UNSUPPORTED)
    yield Case("png-behind-text.png", lambda: b"hello\n" + png(), start)
    yield Case("svg-and-script.svg", lambda: svg() + b"<script>x</script>", start)


def _word() -> Expect:
    return Expect.right("Word", fragments=("Hello Easel",))
