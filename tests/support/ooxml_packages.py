"""Presentations and workbooks built from their parts, for what no library writes."""

from __future__ import annotations

from tests.support.office import (
    CONTENT_TYPES,
    RELATIONSHIPS_NAMESPACE,
    SPACES,
    build_relationship,
    build_relationships,
    pack_zip,
)

_PML = "http://schemas.openxmlformats.org/presentationml/2006/main"
SHEET_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_SHEET_NAMESPACE = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SLIDE_SPACES = f'{SPACES} xmlns:p="{_PML}"'

Parts = dict[str, str | bytes]


def build_show(
    slides: dict[str, str], parts: Parts | None = None, main_links: str = "", links: str = ""
) -> bytes:
    """Build a presentation: `slides` are the shapes of each by its attributes, in order.

    `links` are those of the first slide.
    """
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
    written: Parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": build_relationships(
            build_relationship(1, "officeDocument", "ppt/presentation.xml")
        ),
        "ppt/presentation.xml": (
            f"<p:presentation {SLIDE_SPACES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": build_relationships(
            *(build_relationship(n, "slide", f"slides/s{n}.xml") for n in range(len(slides))),
            main_links,
        ),
        "ppt/slides/_rels/s0.xml.rels": build_relationships(links),
    }
    for number, (attributes, shapes) in enumerate(slides.items()):
        bare = attributes.partition("#")[0]
        written[f"ppt/slides/s{number}.xml"] = (
            f"<p:sld {SLIDE_SPACES} {bare}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    return pack_zip({**written, **(parts or {})})


def shape(text: str, kind: str = "", place: tuple[int, int] | None = None) -> str:
    """A shape with paragraphs of text, one a line, at a place from the left and the top."""
    named = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else "<p:nvPr/>"
    at = "" if place is None else f'<a:xfrm><a:off x="{place[0]}" y="{place[1]}"/></a:xfrm>'
    lines = "".join(
        line if line.startswith("<a:p>") else f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>"
        for line in text.split("\n")
    )
    head = f"<p:nvSpPr>{named}</p:nvSpPr><p:spPr>{at}</p:spPr>"
    return f"<p:sp>{head}<p:txBody>{lines}</p:txBody></p:sp>"


def build_book(
    sheets: dict[str, str],
    parts: Parts | None = None,
    *,
    links: str = "",
    book: str = "",
    namespace: str = SHEET_NAMESPACE,
    main_links: str = "",
) -> bytes:
    """Build a workbook: `sheets` are the insides of each by title and attributes (“Sales”,
    “Sales" state="hidden”). `links` are those of the first sheet, `book` what precedes the sheets.
    """
    spaces = f'xmlns="{namespace}" xmlns:r="{RELATIONSHIPS_NAMESPACE}"'
    listed = "".join(
        f'<sheet name="{title}" sheetId="{n + 1}" r:id="r{n}"/>' for n, title in enumerate(sheets)
    )
    written: Parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": build_relationships(
            build_relationship(1, "officeDocument", "xl/workbook.xml")
        ),
        "xl/workbook.xml": f"<workbook {spaces}>{book}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": build_relationships(
            *(
                build_relationship(n, "worksheet", f"worksheets/s{n}.xml")
                for n in range(len(sheets))
            ),
            main_links,
        ),
        "xl/worksheets/_rels/s0.xml.rels": build_relationships(links),
    }
    for number, inner in enumerate(sheets.values()):
        written[f"xl/worksheets/s{number}.xml"] = f"<worksheet {spaces}>{inner}</worksheet>"
    return pack_zip({**written, **(parts or {})})


def data(*rows: str) -> str:
    """The cells of a sheet, from the insides of its rows."""
    return f"<sheetData>{''.join(f'<row>{row}</row>' for row in rows)}</sheetData>"
