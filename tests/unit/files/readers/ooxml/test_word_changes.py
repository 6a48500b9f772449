"""Tracked changes and comments of Word documents: what changed, by whom, and what was said."""

from __future__ import annotations

from tests.support.word_parts import paragraph, part, read_body, run


def change(tag: str, inner: str, author: str = "Ann", day: str = "2024-05-01") -> str:
    return f'<w:{tag} w:id="1" w:author="{author}" w:date="{day}T10:00:00Z">{inner}</w:{tag}>'


def deleted(text: str) -> str:
    return f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'


def test_what_was_inserted_and_deleted_is_marked_and_the_author_named_once() -> None:
    body = paragraph(
        run("Pay "),
        change("del", deleted("30")),
        change("ins", run("14")),
        change("ins", run(" busy"), day="2024-05-03"),
        run(" days"),
    )
    assert read_body(body) == (
        "Pay [deleted 30][inserted 14 busy] days\n\n[tracked changes by Ann (last on 2024-05-03)]"
    )


def test_changes_of_several_people_are_told_apart() -> None:
    body = paragraph(change("ins", run("one")), run(" "), change("del", deleted("two"), "Bob"))
    text = read_body(body)
    assert text.startswith("[inserted one (Ann)] [deleted two (Bob)]")
    assert "[tracked changes by Ann (last on 2024-05-01), Bob (last on 2024-05-01)]" in text


def test_what_was_moved_what_was_joined_and_rows_are_marked_too() -> None:
    marked = f"<w:rPr>{change('del', '')}</w:rPr>"
    row = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    body = (
        paragraph(change("moveFrom", run("here")), run(" x "), change("moveTo", run("there")))
        + paragraph(run("joined"), properties=marked)
        + "<w:tbl>"
        + row.format("", paragraph(run("a")), paragraph(run("b")))
        + row.format(change("ins", ""), paragraph(run("c")), paragraph(run("d")))
        + "</w:tbl>"
    )
    text = read_body(body)
    assert "[moved away here] x [moved here there]" in text
    assert "joined[deleted paragraph break]" in text and "| [inserted row] c | d |" in text


def test_a_change_within_a_link_and_a_deletion_of_an_insertion_are_kept() -> None:
    inner = change("ins", change("del", deleted("gone"), "Bob"))
    body = paragraph(f'<w:hyperlink w:anchor="x">{change("ins", run("new"))}</w:hyperlink>', inner)
    assert read_body(body).startswith("[inserted new (Ann)][deleted gone (Bob)]")


COMMENTS = part(
    "w:comments",
    '<w:comment w:id="0" w:author="Ann Lee"><w:p w14:paraId="A"><w:r><w:t>Too high?</w:t></w:r>'
    '</w:p></w:comment><w:comment w:id="1" w:author="Bob"><w:p w14:paraId="B"><w:r><w:t>No.'
    '</w:t></w:r></w:p></w:comment><w:comment w:id="2" w:initials="C"><w:p><w:r><w:t>Loose'
    "</w:t></w:r></w:p>"
    "</w:comment>",
)
ANSWERS = part(
    "w15:commentsEx",
    '<w15:commentEx w15:paraId="A" w15:done="1"/><w15:commentEx w15:paraId="B"'
    ' w15:paraIdParent="A" w15:done="0"/>',
)


def test_comments_stand_where_they_belong_with_authors_and_answers() -> None:
    def reference(number: int) -> str:
        return (
            f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
        )

    body = paragraph(
        '<w:commentRangeStart w:id="0"/><w:commentRangeStart w:id="1"/>',
        run("The fee"), reference(0), reference(1), run(" is due."),
    )  # fmt: skip
    text = read_body(
        body,
        {"word/comments.xml": COMMENTS, "word/commentsExtended.xml": ANSWERS},
        {"comments": "comments.xml", "commentsExtended": "commentsExtended.xml"},
    )
    said = "[comment by Ann Lee on “The fee”, resolved: Too high?; reply by Bob: No.]"
    assert text == f"The fee{said} is due.\n\n[comment by C: Loose]"


def test_a_file_that_holds_only_a_comment_or_a_header_is_not_empty() -> None:
    text = read_body("", {"word/comments.xml": COMMENTS}, {"comments": "comments.xml"})
    assert "[comment by Ann Lee: Too high?]" in text
    header = part("w:hdr", paragraph(run("ACME")))
    text = read_body("", {"word/h.xml": header}, {"header": "h.xml"})
    assert text == "[header: ACME]"
