"""Parts of Word documents as Word writes them, for tests."""

from __future__ import annotations

from bot.files.readers.office import read_office
from tests.support.office import SPACES, build_docx, build_relationship


def run(text: str, properties: str = "") -> str:
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(inner)}</w:p>"


def field(instruction: str, result: str | None = None, form: str = "") -> str:
    """A field as Word writes it: begin, instruction, separator, result, end."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def part(tag: str, inner: str) -> str:
    return f"<{tag} {SPACES}>{inner}</{tag}>"


def read_body(
    body: str, parts: dict[str, str | bytes] | None = None, links: dict[str, str] | None = None
) -> str:
    """Read a document of this body; `links` are its parts by their kinds, numbered from 1."""
    written = "".join(
        build_relationship(number, kind, target)
        for number, (kind, target) in enumerate((links or {}).items(), 1)
    )
    return "".join(read_office("letter.docx", build_docx(body, parts, written)).pages)
