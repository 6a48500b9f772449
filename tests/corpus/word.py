"""Word documents, built from their XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from tests.corpus.case import (
    COSTLY,
    DAMAGED,
    EMPTY,
    ENTITIES,
    NO_WORDS,
    PASSWORD,
    Case,
    Expectation,
)
from tests.corpus.drawing import draw_quarters
from tests.corpus.zips import Entry, build_entry, build_filler_entry, build_raw_zip, build_zip
from tests.support.pictures import encode_picture

_WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
HELLO = "Hello Easel, grüße aus Köln 你好"


def build_paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def build_parts(body: str, prefix: str = _START, kind: str = _TYPE) -> dict[str, bytes]:
    """Build the files in a Word document."""
    content_types = (
        f'{_START}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default'
        ' Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml"'
        f' ContentType="{kind}"/></Types>'
    )
    relationships = (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    text = f'{prefix}<w:document xmlns:w="{_WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>'
    return {
        "[Content_Types].xml": content_types.encode(),
        "_rels/.rels": relationships.encode(),
        "word/document.xml": text.encode(),
    }


def build_docx(
    body: str = build_paragraph(HELLO), more: Mapping[str, bytes] | None = None
) -> bytes:
    return build_zip({**build_parts(body), **(more or {})})


def list_cases() -> Iterator[Case]:
    read = Expectation.expect_file("Word", fragments=(HELLO,))
    yield Case("letter.docx", build_docx, read)
    yield Case("stored.docx", lambda: build_zip(build_parts(build_paragraph(HELLO)), 0), read)
    headed = build_paragraph("Big title", "Heading1") + build_paragraph(HELLO)
    yield _build_docx_case(
        "headed.docx", headed, Expectation.expect_file("Word", fragments=("Big title", HELLO))
    )
    cells = "".join(f"<w:tc>{build_paragraph(f'cell {n}')}</w:tc>" for n in range(3))
    table = f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    yield _build_docx_case(
        "table.docx", table, Expectation.expect_file("Word", fragments=("cell 0", "cell 2"))
    )
    split = "<w:p><w:r><w:t>Hel</w:t></w:r><w:r><w:t>lo Easel</w:t></w:r></w:p>"
    yield _build_docx_case(
        "split.docx", split, Expectation.expect_file("Word", fragments=("Hello Easel",))
    )
    nothing = Expectation.expect_either(Expectation.expect_file("Word"), EMPTY, NO_WORDS)
    yield _build_docx_case("nothing-written.docx", "", nothing)
    yield _build_docx_case("empty-paragraphs.docx", build_paragraph("") * 50, nothing)
    long = "".join(build_paragraph(f"paragraph number {n}") for n in range(3_000))
    yield _build_docx_case(
        "long.docx", long, Expectation.expect_file("Word", fragments=("number 0", "number 999"))
    )
    escaped = build_paragraph("1 &lt; 2 &amp;&amp; 3 &gt; 2")
    yield _build_docx_case(
        "escaped.docx", escaped, Expectation.expect_file("Word", fragments=("1",))
    )
    yield from _list_with_parts()
    yield from _list_hostile()


def _build_docx_case(name: str, body: str, expects: Expectation) -> Case:
    return Case(name, lambda: build_docx(body), expects)


def _list_with_parts() -> Iterator[Case]:
    read = Expectation.expect_file("Word", fragments=(HELLO,), absent=("SECRET",))
    more = {"word/vbaProject.bin": b"SECRET macro"}
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield Case(
        "macros.docm",
        lambda: build_zip({**build_parts(build_paragraph(HELLO), kind=kind), **more}),
        read,
    )
    linked = (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId9"'
        f' Type="{_OFFICE}/attachedTemplate" Target="http://192.0.2.1/x.dotm"'
        ' TargetMode="External"/></Relationships>'
    )
    rels = {"word/_rels/document.xml.rels": linked.encode()}
    yield Case("outside-template.docx", lambda: build_docx(more=rels), read)
    photo = {"word/media/image1.png": encode_picture(draw_quarters(), "PNG")}
    yield Case("photo.docx", lambda: build_docx(more=photo), read)
    yield Case("up-and-away.docx", lambda: build_docx(more={"../../evil.sh": b"SECRET"}), read)


def _list_hostile() -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    for name, declared in {
        "laughs": laughs,
        "file": '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        "web": '<!ENTITY l9 SYSTEM "http://192.0.2.1/x">',
    }.items():
        before = f"{_START}<!DOCTYPE d [{declared}]>"
        parts = build_parts(build_paragraph("&l9;"), before)
        yield Case(
            f"entities-{name}.docx", partial(build_zip, parts), Expectation.expect_refusal(ENTITIES)
        )
    yield Case("bomb.docx", _build_bomb, Expectation.expect_refusal(*COSTLY))
    yield Case("boasting.docx", _build_boasting, Expectation.expect_refusal(DAMAGED, *COSTLY))
    deep = "<w:p>" * 3_000 + "</w:p>" * 3_000
    maybe = Expectation.expect_either(
        Expectation.expect_file("Word"), DAMAGED, EMPTY, NO_WORDS, *COSTLY
    )
    yield _build_docx_case("deep.docx", deep, maybe)
    yield _build_docx_case(
        "crossed.docx", "<w:p><w:r></w:p></w:r>", Expectation.expect_refusal(DAMAGED)
    )
    missing = build_parts(build_paragraph(HELLO))
    del missing["word/document.xml"]
    listed = Expectation.expect_either(Expectation.expect_file("ZIP"), DAMAGED)
    yield Case("no-text-inside.docx", lambda: build_zip(missing), listed)
    flagged = [
        build_entry(name, data, flags=1)
        for name, data in build_parts(build_paragraph(HELLO)).items()
    ]
    yield Case(
        "locked-entries.docx",
        lambda: build_raw_zip(flagged),
        Expectation.expect_refusal(PASSWORD, DAMAGED),
    )


def _build_bomb() -> bytes:
    """Build a document with 400 MB of spaces in its text."""
    parts = build_parts("|")
    start, _, _ = parts.pop("word/document.xml").partition(b"|")
    entries = [build_entry(name, data) for name, data in parts.items()]
    return build_raw_zip([*entries, build_filler_entry("word/document.xml", 400, b" ", start)])


def _build_boasting() -> bytes:
    """Build a document whose text falsely claims to be 4 GB large."""
    parts = build_parts(build_paragraph(HELLO))
    text = build_entry("word/document.xml", parts.pop("word/document.xml"))
    false_entry = Entry(text.name, text.stored, 0xFFFFFFF0, text.crc)
    return build_raw_zip([*(build_entry(name, data) for name, data in parts.items()), false_entry])
