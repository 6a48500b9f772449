"""OpenDocument texts: tracked changes, readings of characters, and what stands in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.files.readers.dispatch import read_file
from tests.support.office import join_pages

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def read_text_document(body: str) -> str:
    content = (
        f'<office:document-content {_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return join_pages(read_file("a.odt", out.getvalue()))


def track(name: str, kind: str, author: str, text: str = "") -> str:
    by = f"<dc:creator>{author}</dc:creator>" if author else ""
    return (
        f'<text:changed-region text:id="{name}"><text:{kind}>'
        f"<office:change-info>{by}<dc:date>2026-01-01T00:00:00</dc:date></office:change-info>"
        f"{text}</text:{kind}></text:changed-region>"
    )


def test_what_was_inserted_and_deleted_is_marked_where_it_stands() -> None:
    changes = (
        track("c1", "insertion", "Ann")
        + track("c2", "deletion", "Bob", "<text:p>30 &amp; some</text:p><text:p>more</text:p>")
        + track("c3", "format-change", "Eve")
        + track("c4", "insertion", "")
    )
    body = (
        f"<text:tracked-changes>{changes}</text:tracked-changes>"
        '<text:p>Pay <text:change text:change-id="c2"/><text:change-start text:change-id="c1"/>14'
        '<text:change-end text:change-id="c1"/> days<text:change text:change-id="c9"/>, '
        '<text:change-start text:change-id="c3"/>bold<text:change-end text:change-id="c3"/>, '
        '<text:change-start text:change-id="c4"/>new<text:change-end text:change-id="c4"/></text:p>'
    )
    wanted = "Pay [deleted 30 & some more (Bob)][inserted 14 (Ann)] days, bold, [inserted new]"
    assert read_text_document(body).strip() == wanted


def mark_deletion(deleted: str, marks: int = 1) -> str:
    changes = track("c1", "deletion", "Ann", deleted)
    return (
        f"<text:tracked-changes>{changes}</text:tracked-changes>"
        "<text:p>X" + '<text:change text:change-id="c1"/>' * marks + "Y</text:p>"
    )


@pytest.mark.parametrize(
    ("deleted", "wanted"),
    [
        ('<text:p>old<text:s text:c="3"/>words<text:line-break/>two</text:p>', "old words two"),
        ("<text:p>a<text:tab/>b<text:span>c</text:span>d</text:p>", "a bcd"),
        (
            "<text:p>one<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>N</text:p></text:note-body></text:note></text:p>",
            "one N",
        ),
        (
            "<text:list><text:list-item><text:p>one</text:p></text:list-item><text:list-item>"
            "<text:p>two</text:p></text:list-item></text:list><text:h>head</text:h>",
            "one two head",
        ),
        (
            "<table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
            "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row>"
            "</table:table>",
            "1 2",
        ),
        ("<text:p>seen<!-- not seen -->, too</text:p>", "seen, too"),
    ],
)
def test_words_that_were_deleted_stay_apart(deleted: str, wanted: str) -> None:
    assert read_text_document(mark_deletion(deleted)).strip() == f"X[deleted {wanted} (Ann)]Y"


def test_a_change_stands_once_however_often_it_is_named() -> None:
    deleted = read_text_document(mark_deletion(f"<text:p>{'w ' * 1_000}</text:p>", 30_000))
    assert deleted.count("[deleted") == 1 and len(deleted) < 3_000
    start = '<text:change-start text:change-id="c1"/>new'
    end = '<text:change-end text:change-id="c1"/>'
    changes = track("c1", "insertion", "A" * 100)
    inserted = read_text_document(
        f"<text:tracked-changes>{changes}</text:tracked-changes>"
        f"<text:p>{start}{end * 30_000} and {start * 2}</text:p>"
    )
    assert inserted.strip() == f"[inserted new ({'A' * 100})] and newnew"


def test_the_reading_of_characters_stands_behind_them() -> None:
    ruby = "<text:ruby-base>東京</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text>"
    text = read_text_document(f"<text:p>in <text:ruby>{ruby}</text:ruby>.</text:p>")
    assert text.strip() == "in 東京(とうきょう)."


@pytest.mark.parametrize("count", [1, 6_000])
def test_many_changes_end_in_a_reading(count: int) -> None:
    changes = "".join(
        track(f"c{n}", "deletion", "Bob", f"<text:p>x{n}</text:p>") for n in range(count)
    )
    marks = "".join(f'<text:change text:change-id="c{n}"/>' for n in range(count))
    body = f"<text:tracked-changes>{changes}</text:tracked-changes><text:p>a{marks}</text:p>"
    assert read_text_document(body).startswith("a[deleted x0 (Bob)]")
