"""Word documents, written as XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from tests.corpus.case import COSTLY, DAMAGED, EMPTY, ENTITIES, PASSWORD, Case, Expect
from tests.corpus.drawing import file_of, quarters
from tests.corpus.zips import Entry, by_hand, packed, room, zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
HELLO = "Hello Easel, grüße aus Köln 你好"


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def parts(body: str, before: str = _START, kind: str = _TYPE) -> dict[str, bytes]:
    """The files in a Word document."""
    told = (
        f'{_START}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default'
        ' Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml"'
        f' ContentType="{kind}"/></Types>'
    )
    begin = (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    text = f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return {
        "[Content_Types].xml": told.encode(),
        "_rels/.rels": begin.encode(),
        "word/document.xml": text.encode(),
    }


def docx(body: str = paragraph(HELLO), more: Mapping[str, bytes] | None = None) -> bytes:
    return zipped({**parts(body), **(more or {})})


def cases() -> Iterator[Case]:
    read = Expect.right("Word", fragments=(HELLO,))
    yield Case("letter.docx", docx, read)
    yield Case("stored.docx", lambda: zipped(parts(paragraph(HELLO)), 0), read)
    headed = paragraph("Big title", "Heading1") + paragraph(HELLO)
    yield _docx("headed.docx", headed, Expect.right("Word", fragments=("Big title", HELLO)))
    cells = "".join(f"<w:tc>{paragraph(f'cell {n}')}</w:tc>" for n in range(3))
    table = f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    yield _docx("table.docx", table, Expect.right("Word", fragments=("cell 0", "cell 2")))
    split = "<w:p><w:r><w:t>Hel</w:t></w:r><w:r><w:t>lo Easel</w:t></w:r></w:p>"
    yield _docx("split.docx", split, Expect.right("Word", fragments=("Hello Easel",)))
    nothing = Expect.either(Expect.right("Word"), EMPTY)
    yield _docx("nothing-written.docx", "", nothing)
    yield _docx("empty-paragraphs.docx", paragraph("") * 50, nothing)
    long = "".join(paragraph(f"paragraph number {n}") for n in range(3_000))
    yield _docx("long.docx", long, Expect.right("Word", fragments=("number 0", "number 999")))
    escaped = paragraph("1 &lt; 2 &amp;&amp; 3 &gt; 2")
    yield _docx("escaped.docx", escaped, Expect.right("Word", fragments=("1",)))
    yield from _with_parts()
    yield from _hostile()


def _docx(name: str, body: str, expects: Expect) -> Case:
    return Case(name, lambda: docx(body), expects)


def _with_parts() -> Iterator[Case]:
    read = Expect.right("Word", fragments=(HELLO,), absent=("SECRET",))
    more = {"word/vbaProject.bin": b"SECRET macro"}
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield Case("macros.docm", lambda: zipped({**parts(paragraph(HELLO), kind=kind), **more}), read)
    linked = (
        f'{_START}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId9"'
        f' Type="{_OFFICE}/attachedTemplate" Target="http://192.0.2.1/x.dotm"'
        ' TargetMode="External"/></Relationships>'
    )
    rels = {"word/_rels/document.xml.rels": linked.encode()}
    yield Case("outside-template.docx", lambda: docx(more=rels), read)
    photo = {"word/media/image1.png": file_of(quarters(), "PNG")}
    yield Case("photo.docx", lambda: docx(more=photo), read)
    yield Case("up-and-away.docx", lambda: docx(more={"../../evil.sh": b"SECRET"}), read)


def _hostile() -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    for name, declared in {
        "laughs": laughs,
        "file": '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        "web": '<!ENTITY l9 SYSTEM "http://192.0.2.1/x">',
    }.items():
        before = f"{_START}<!DOCTYPE d [{declared}]>"
        made = parts(paragraph("&l9;"), before)
        yield Case(f"entities-{name}.docx", partial(zipped, made), Expect.refused(ENTITIES))
    yield Case("bomb.docx", _bomb, Expect.refused(*COSTLY))
    yield Case("boasting.docx", _boasting, Expect.refused(DAMAGED, *COSTLY))
    deep = "<w:p>" * 3_000 + "</w:p>" * 3_000
    maybe = Expect.either(Expect.right("Word"), DAMAGED, EMPTY, *COSTLY)
    yield _docx("deep.docx", deep, maybe)
    yield _docx("crossed.docx", "<w:p><w:r></w:p></w:r>", Expect.refused(DAMAGED))
    missing = parts(paragraph(HELLO))
    del missing["word/document.xml"]
    listed = Expect.either(Expect.right("ZIP"), DAMAGED)
    yield Case("no-text-inside.docx", lambda: zipped(missing), listed)
    flagged = [packed(name, data, flags=1) for name, data in parts(paragraph(HELLO)).items()]
    yield Case("locked-entries.docx", lambda: by_hand(flagged), Expect.refused(PASSWORD, DAMAGED))


def _bomb() -> bytes:
    """400 MB of spaces in the text."""
    made = parts("|")
    start, _, _ = made.pop("word/document.xml").partition(b"|")
    entries = [packed(name, data) for name, data in made.items()]
    return by_hand([*entries, room("word/document.xml", 400, b" ", start)])


def _boasting() -> bytes:
    """An entry that says it is 4 GB large, and is not."""
    made = parts(paragraph(HELLO))
    text = packed("word/document.xml", made.pop("word/document.xml"))
    lying = Entry(text.name, text.stored, 0xFFFFFFF0, text.crc)
    return by_hand([*(packed(name, data) for name, data in made.items()), lying])
