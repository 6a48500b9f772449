"""Builds files as people send them every day, of each kind in two sizes, all by code."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import openpyxl

from bench.files import build_photo
from tests.corpus.drawings import load_drawing
from tests.corpus.pdf_writer import build_document, build_pdf, draw_text
from tests.corpus.word import build_docx, build_paragraph
from tests.support.pages import draw_dashboard
from tests.support.pictures import encode_picture

_SENTENCE = "The quarterly figures of the team in Lyon rose by {n} percent, mostly by café sales. "


def build_prose(number: int, count: int = 60) -> str:
    """Return `count` sentences, different for each number."""
    return "".join(_SENTENCE.format(n=number + place) for place in range(count))


def build_table(number: int, count: int = 300) -> str:
    """Return a table as CSV."""
    rows = (
        f"2026-01-{place % 28 + 1:02},item {place},{number * place % 997}" for place in range(count)
    )
    return "date,name,amount\n" + "\n".join(rows) + "\n"


def build_json(number: int, count: int = 300) -> str:
    """Return records as JSON."""
    return json.dumps(
        [{"id": place, "name": f"item {place}", "n": number} for place in range(count)]
    )


def _build_pdf(number: int, count: int = 3) -> bytes:
    pages = [
        draw_text(f"Page {page} of report {number}: {_SENTENCE[:50]}") for page in range(count)
    ]
    return build_pdf(build_document(pages))


def _build_word(number: int, count: int = 40) -> bytes:
    paragraphs = [build_paragraph(build_prose(number + place, 2)) for place in range(count)]
    return build_docx("".join(paragraphs))


def _build_sheet(number: int, count: int = 300) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    for row in build_table(number, count).splitlines():
        sheet.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _build_screenshot(number: int, size: tuple[int, int] = (1440, 900)) -> bytes:
    return encode_picture(draw_dashboard(size, 14, seed=number % 3 + 1).picture, "PNG")


def _build_photo(number: int, size: tuple[int, int] = (2000, 1500)) -> bytes:
    return build_photo(*size) + number.to_bytes(4, "big")


def _build_drawing(number: int, count: int = 1) -> bytes:
    shapes = "".join(
        f'<path d="M{n % 350} {n // 350}h1v1" fill="rgb({n % 256} 40 80 / 90%)"/>'
        for n in range(count)
    )
    drawing = load_drawing("drawio" if number % 2 else "mermaid").decode()
    return drawing.replace("</svg>", f"{shapes}<!-- {number} --></svg>").encode()


def _build_mail(number: int, count: int = 20) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", f"Report {number}"
    mail["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    mail.set_content(build_prose(number, count))
    mail.add_attachment(
        build_table(number).encode(), maintype="text", subtype="csv", filename="a.csv"
    )
    return mail.as_bytes()


def _build_archive(number: int, count: int = 100) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", build_prose(number, count))
        archive.writestr("data.csv", build_table(number, count))
        archive.writestr("plan.svg", load_drawing("graphviz"))
    return out.getvalue()


# The ending of each kind, an ordinary one by its number, and one of up to 5 MB.
KINDS: dict[str, tuple[Callable[[int], bytes], Callable[[], bytes]]] = {
    "txt": (lambda n: build_prose(n).encode(), lambda: build_prose(1, 55_000).encode()),
    "csv": (lambda n: build_table(n).encode(), lambda: build_table(1, 200_000).encode()),
    "json": (lambda n: build_json(n).encode(), lambda: build_json(1, 110_000).encode()),
    "pdf": (_build_pdf, lambda: _build_pdf(1, 400)),
    "docx": (_build_word, lambda: _build_word(1, 20_000)),
    "xlsx": (_build_sheet, lambda: _build_sheet(1, 60_000)),
    "png": (_build_screenshot, lambda: _build_screenshot(1, (5120, 2880))),
    "jpg": (_build_photo, lambda: _build_photo(1, (6000, 4500))),
    "svg": (_build_drawing, lambda: _build_drawing(1, 45_000)),
    "eml": (_build_mail, lambda: _build_mail(1, 50_000)),
    "zip": (_build_archive, lambda: _build_archive(1, 20_000)),
}


def build_ordinary(ending: str, count: int) -> list[bytes]:
    """Return `count` different files of a kind."""
    build, _ = KINDS[ending]
    return [build(number) for number in range(count)]


def build_large(ending: str) -> bytes:
    """Return a file of a kind as large as people send it, up to 5 MB."""
    _, build = KINDS[ending]
    return build()


def describe(data: bytes) -> str:
    """Return how large a file is."""
    return f"{len(data) / 1e6:.1f} MB" if len(data) > 100_000 else f"{len(data) / 1e3:.0f} kB"
