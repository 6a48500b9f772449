"""A cell of a table block shows the text of its Markdown, and loses none of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper
from bot.delivery.escaping.controls import CONTROL_PATTERN
from bot.domain.posts import PostMetadata
from bot.structured_output.tables import Table, format_markdown
from handlers.web_api.cell_text import read_cell_text
from handlers.web_api.message_forms import build_post_forms, format_plain_text
from handlers.web_api.tables import find_table
from tests.support.processor_time import hold_to


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("", ""),
        ("plain", "plain"),
        ("**bold**", "bold"),
        ("__bold__", "bold"),
        ("*italic* and _italic_", "italic and italic"),
        ("***both***", "both"),
        ("**bold with _italic_ in it**", "bold with italic in it"),
        ("~~gone~~", "gone"),
        ("`code`", "code"),
        ("`` a ` b ``", "a ` b"),
        ("**`npm i`**", "npm i"),
        ("`**kept**` and `[a](b)`", "**kept** and [a](b)"),
        ("[Slack](https://slack.com)", "Slack (https://slack.com)"),
        ("[**Slack**](https://slack.com/a_(b) \"title\")", "Slack (https://slack.com/a_(b))"),
        ("[https://slack.com](https://slack.com)", "https://slack.com"),
        ("[a@b.org](mailto:a@b.org)", "a@b.org"),
        ("<https://slack.com>", "https://slack.com"),
        ("![a fox](https://x.org/f.png)", "a fox"),
        ("one<br>two<br/>three", "one two three"),
        ("a &amp; b &lt;p&gt; &nbsp;c", "a & b <p> c"),
        (r"\*not stressed\* 5 \| 6 \\ \_", r"*not stressed* 5 | 6 \ _"),
        ("snake_case_name", "snake_case_name"),
        ("__init__.py", "__init__.py"),
        ("2*3*4 and 2**3**1", "2*3*4 and 2**3**1"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**kwargs", "**kwargs"),
        ("5 * **important**", "5 * important"),
        ("合計**100**円", "合計100円"),
        ("a ~ b ~ c ~~", "a ~ b ~ c ~~"),
        ("`open", "`open"),
        ("[no link] (here)", "[no link] (here)"),
        ("&lt;!channel> &lt;@U1>", "&lt;!channel> &lt;@U1>"),
        (":tada: 🎉", ":tada: 🎉"),
        ("\ue000 **x**", "x"),
    ],
)  # fmt: skip
def test_a_cell_shows_its_text(markdown: str, shown: str) -> None:
    assert read_cell_text(markdown) == shown


@pytest.mark.parametrize(
    "part", ["`", "*", "**a ", "[", "[a](", "_a _", "~~", "`a``", "&", "\\", "<"]
)
def test_no_cell_takes_long(part: str) -> None:
    with hold_to(1):
        read_cell_text(part * (9_000 // len(part)))


_CELLS = st.text(
    st.sampled_from("ab1 *_`~[](){}|\\<>&;!@#-+.:/=é漢"), max_size=12
) | st.text(max_size=20)  # fmt: skip


@given(_CELLS)
def test_data_is_shown_as_it_is(cell: str) -> None:
    """Whatever a cell of data looks like, a table block shows it, and so does Markdown."""
    found = find_table(format_markdown(Table(("name",), ((cell,),))))
    shown = " ".join(cell.replace("\ue000", " ").split())
    if "\x00" not in cell and "&lt;" not in cell and not CONTROL_PATTERN.search(cell):
        assert found is not None and found.rows[1] == (shown,)


@pytest.mark.parametrize(
    "markdown",
    [
        "<**!channel**>", r"<\!channel>", "<_!here_>", "<`!channel`>", "&#60;!channel&#62;",
        r"<\@U0SAM>", "&lt;&#33;here>", "<[!channel](https://a.b)>", "<*@U0SAM*>", "&#60;@U0SAM>",
        "<\u200b**!everyone**>",
    ],
)  # fmt: skip
def test_without_its_marks_a_cell_calls_no_one(markdown: str) -> None:
    row = SlackEscaper("U0ANN").feed(f"| a | b |\n|---|---|\n| {markdown} | 2 |\n\nend\n")
    found = find_table(row)
    assert found is not None and not re.search(r"<[\s\u200b]*[!@]", str(found.rows))
    for form in build_post_forms(row, PostMetadata(1)):
        assert not re.search(r"<[\s\u200b]*[!@](?!asker)", str(form.get("text", "")))


def test_the_asker_may_be_called_from_a_table() -> None:
    text = SlackEscaper("U0ANN").feed("| a |\n|---|\n| <@U0ANN> |\n\n<@U0ANN>")
    assert format_plain_text(text).count("<@U0ANN>") == 2
