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


def picture(link: str) -> str:
    return f"<pic:pic><pic:blipFill><a:blip {link}/></pic:blipFill></pic:pic>"


CHART = part(
    "c:chartSpace",
    "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:rich></c:tx>"
    "</c:title><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>2024"
    "</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>"
    "Q1</c:v></c:pt><c:pt idx='1'><c:v>Q2</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val>"
    "<c:numRef><c:numCache><c:pt idx='0'><c:v>5</c:v></c:pt><c:pt idx='1'><c:v>7.5</c:v></c:pt>"
    "</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart>",
)
DIAGRAM = part(
    "dgm:dataModel",
    "<dgm:ptLst><dgm:pt modelId='0' type='doc'/>"
    + "".join(
        f"<dgm:pt modelId='{n}'><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for n, text in ((1, "Boss"), (2, "Ann"), (3, "Bob"))
    )
    + "<dgm:pt modelId='9' type='parTrans'/></dgm:ptLst><dgm:cxnLst>"
    "<dgm:cxn srcId='0' destId='1'/><dgm:cxn srcId='1' destId='3' srcOrd='1'/>"
    "<dgm:cxn srcId='1' destId='2' srcOrd='0'/><dgm:cxn srcId='2' destId='1'/></dgm:cxnLst>",
)
