"""One reader turns every message, as Slack shows it, into what the model reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.references import list_references
from bot.prompt.names import Names
from handlers.parsing.content.state import MAX_TEXT_CHARS
from handlers.parsing.message_text import read_message
from tests.support.golden_messages import GoldenMessage, load_golden_messages
from tests.support.payloads import ODD_VALUES, mutate
from tests.support.processor_time import hold_to

BOT_USER = "U0EASEL"
GOLDEN = load_golden_messages()


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_a_message_reads_as_people_see_it(golden: GoldenMessage) -> None:
    before = copy.deepcopy(golden.message)
    assert read_message(golden.message, bot_user_id=BOT_USER).text == golden.text
    assert golden.message == before


def test_there_are_enough_of_them_and_each_is_named_once() -> None:
    assert len(GOLDEN) >= 120
    assert len({str(golden) for golden in GOLDEN}) == len(GOLDEN)


def list_recorded_messages(specs: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every message in the recorded payloads, with the id of its bot."""

    def walk(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if value.get("type") in ("message", "app_mention") and "text" in value:
                yield value
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            yield from walk(inner)

    for path in sorted((specs / "slack-events").glob("*.json")):
        recorded = json.loads(path.read_text())
        for message in walk(recorded):
            yield recorded.get("botUserId", BOT_USER), message


def test_recorded_messages_say_what_their_text_says(specs: Path) -> None:
    texts = [
        read_message(message, bot_user_id=bot).text
        for bot, message in list_recorded_messages(specs)
    ]
    assert len(texts) > 20 and all(texts)
    assert "Can you see the name of this channel: <#C00FAKECHAN2>?" in texts
    assert "[AI] I don't really understand this explanation." in texts
    assert (
        "## Which option should I use?\n\nSelect an option to continue:\n\n(Buttons: Option A)"
        in texts
    )


def test_only_the_own_words_mention_people() -> None:
    forwarded = {"is_share": True, "text": "<@U0EASEL> <!here> <@U0BEN>", "author_id": "U0CAT"}
    content = read_message({"text": "look", "attachments": [forwarded]}, bot_user_id=BOT_USER)
    assert (content.mentioned, content.addresses_group) == (frozenset(), False)
    typed = read_message({"text": "&lt;@U0EASEL&gt; `&lt;!here&gt;`"}, bot_user_id=BOT_USER)
    assert (typed.mentioned, typed.addresses_group) == (frozenset(), False)


LITERALS = [
    "<@U0ANN>", "<@U0ANN|ann>", "<!here>", "<!channel|x>", "<#C0OPS>", "<#C0OPS|ops>",
    "&lt;@U0ANN>", "<!subteam^S1>", "`<@U0ANN>`", "```\n<@U0ANN>\n```", "<<@U0ANN>>", "a<@U0ANN>b",
    "<@U0ANN",
    "&amp;lt;!here&gt;", "<\u2060@U0ANN>", "<\u2060\u2060#C0OPS>", "<!date^1^{date}|x>",
]  # fmt: skip


def build_literal_messages(typed: str) -> Iterator[dict[str, Any]]:
    """Yield the forms in which Slack sends what somebody typed."""
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield {"text": escaped}
    for cut in (len(typed), typed.find("<") + 1):
        pieces = [{"type": "text", "text": part} for part in (typed[:cut], typed[cut:]) if part]
        section = {"type": "rich_text_section", "elements": pieces}
        yield {"blocks": [{"type": "rich_text", "elements": [section]}]}
    yield {"blocks": [{"type": "section", "text": {"type": "plain_text", "text": escaped}}]}
    yield {"attachments": [{"text": escaped}]}


@pytest.mark.parametrize("typed", LITERALS)
def test_what_is_typed_like_a_reference_stays_what_was_typed(typed: str) -> None:
    names = Names({"U0ANN": "@Ann", "C0OPS": "#ops", "S1": "@crew"})
    for message in build_literal_messages(typed):
        content = read_message(message | {"user": "U0CAT"}, bot_user_id=BOT_USER)
        assert list(list_references(content.text)) == []
        assert typed in names.render(content.text)
        assert not content.mentioned and not content.addresses_group


def test_true_references_next_to_typed_ones_are_named() -> None:
    text = "&lt;@U0ANN&gt; is <@U0ANN>, in <#C0OPS|ops> &lt;#C0OPS&gt; <!here> `&lt;!here&gt;`"
    content = read_message({"text": text}, bot_user_id=BOT_USER)
    shown = Names({"U0ANN": "@Ann", "C0OPS": "#ops"}).render(content.text)
    assert shown == "<@U0ANN> is @Ann, in #ops <#C0OPS> @here `<!here>`"


def test_people_are_mentioned_by_the_text_or_by_the_blocks() -> None:
    section = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0BEN"}]}
    blocks = [{"type": "rich_text", "elements": [section]}]
    content = read_message({"text": "<@U0CAT> <!subteam^S1>", "blocks": blocks})
    assert content.mentioned == {"U0BEN", "U0CAT"} and content.addresses_group


def test_the_files_of_forwarded_messages_come_along() -> None:
    shared = {"is_share": True, "files": [{"id": "F2", "name": "b"}, {"id": "F1", "name": "a"}]}
    preview = {"from_url": "https://x.example", "files": [{"id": "F3", "name": "c"}]}
    message = {"text": "", "files": [{"id": "F1", "name": "a"}], "attachments": [shared, preview]}
    assert [ref.id for ref in read_message(message).files] == ["F1", "F2"]


@pytest.mark.parametrize("shape", ["text", "section", "rich", "attachment", "quote", "cells"])
def test_what_is_too_long_is_cut_and_says_so(shape: str) -> None:
    long = "word " * 200_000
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": long}]}
    row = [{"type": "raw_text", "text": "word"}] * 20
    shapes: dict[str, dict[str, Any]] = {
        "text": {"text": long},
        "section": {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": long}}] * 9},
        "rich": {"blocks": [{"type": "rich_text", "elements": [section]}]},
        "attachment": {"attachments": [{"text": long, "pretext": long}] * 9},
        "quote": {"attachments": [{"is_share": True, "text": long}]},
        "cells": {"blocks": [{"type": "table", "rows": [row] * 50_000}]},
    }
    text = read_message(shapes[shape]).text
    assert text.endswith("left out.)")
    # Marks of Markdown come on top of the words.
    assert len(text) < 4 * MAX_TEXT_CHARS


def test_the_bounds_of_slack_are_within_ours() -> None:
    row = [{"type": "raw_text", "text": "x"}] * 20
    table = {"type": "table", "rows": [row] * 100}
    assert "left out" not in read_message({"blocks": [table]}).text
    assert "left out" not in read_message({"text": "x" * 40_000}).text


HOSTILE = ["a", "*", "`", "```", "<", "~", "<@", "&amp;", "*a ", "<!date^1^", "> ", "<x:|", "&#"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_grows_with_the_length_only(piece: str) -> None:
    for length in (40_000, 1_000_000):
        text = (piece * length)[:length]
        styled = {"type": "text", "text": text, "style": {"bold": True}}
        section = {"type": "rich_text_section", "elements": [styled]}
        message = {"text": text, "blocks": [{"type": "rich_text", "elements": [section]}]}
        with hold_to(0.5):
            read_message(message | {"attachments": [{"text": text}]})


@pytest.mark.parametrize("key", ["elements", "blocks", "attachments", "title", "child_blocks"])
def test_nothing_is_nested_too_deeply(key: str) -> None:
    for kind in ("rich_text", "rich_text_list", "rich_text_section", "card", "unknown", ""):
        nested: dict[str, Any] = {"type": kind, "text": "deep"}
        for _ in range(5_000):
            inner = [nested] if key != "title" else nested
            nested = {"type": kind, key: inner, "is_share": True}
        read_message({"blocks": [nested], "attachments": [nested]})
        read_message({"blocks": [{"type": "rich_text", "elements": [nested]}]})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
_KEYS = st.sampled_from(
    "type text blocks elements attachments rows fields title style url label message_blocks message"
    " is_share from_url files actions value user_id timestamp indent offset".split()
)
_TYPES = st.sampled_from(
    "rich_text rich_text_section rich_text_list table section mrkdwn text link date emoji user card"
    " data_visualization image video actions context input header".split()
)
_SHAPED = st.recursive(
    _JSON | _TYPES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_KEYS, _SHAPED))
def test_no_message_whatever_it_holds_raises(message: dict[str, Any]) -> None:
    text = read_message(message, bot_user_id=BOT_USER).text
    text.encode()
    assert "\x00" not in text and "\x01" not in text


@pytest.mark.parametrize("golden", GOLDEN[::4], ids=str)
def test_no_field_that_is_missing_or_odd_raises(golden: GoldenMessage) -> None:
    for changed in mutate(golden.message, depth=6):
        if isinstance(changed, dict):
            read_message(changed, bot_user_id=BOT_USER).text.encode()


def test_odd_values_anywhere_raise_nothing() -> None:
    for odd in ODD_VALUES:
        for name in ("text", "blocks", "attachments", "files"):
            read_message({name: odd})
            read_message({name: [odd]})
            read_message({name: [[odd]]})
            read_message({name: [{name: odd, "type": odd}]})


def _build_amplifiers() -> dict[str, dict[str, Any]]:
    cell = {"type": "raw_text", "text": "a"}
    lines = {"type": "rich_text_section", "elements": [{"type": "text", "text": "a\n" * 20_000}]}
    deep: dict[str, Any] = {"type": "rich_text_list", "indent": 8, "elements": [lines]}
    for _ in range(9):
        deep = {"type": "rich_text_list", "indent": 8, "elements": [deep]}
    forwarded: dict[str, Any] = {"is_share": True, "text": "x\n" * 2_000}
    for _ in range(9):
        forwarded = {"is_share": True, "text": "x\n" * 2_000, "attachments": [forwarded]}
    series = [{"data": [{"label": f"n{number}"}]} for number in range(7_000)]
    points = [{"label": f"{number}"} for number in range(9_000)]
    wide = [{"data": points}, *[{"data": []}] * 48]
    return {
        "empty rows": {"blocks": [{"type": "table", "rows": [[cell] * 50] + [[]] * 11_900}]},
        "short rows": {"blocks": [{"type": "table", "rows": [[cell] * 50] + [[cell]] * 5_900}]},
        "indents": {"blocks": [{"type": "rich_text", "elements": [deep]}]},
        "quotes": {"attachments": [forwarded]},
        "series": {"blocks": [{"type": "data_visualization", "chart": {"series": series}}]},
        "rows of a chart": {"blocks": [{"type": "data_visualization", "chart": {"series": wide}}]},
    }


@pytest.mark.parametrize("shape", list(_build_amplifiers()))
def test_what_comes_out_is_bounded_and_not_only_what_goes_in(shape: str) -> None:
    message = _build_amplifiers()[shape]
    with hold_to(0.5):
        text = read_message(message).text
    assert len(text) <= MAX_TEXT_CHARS + 100
    assert text.endswith("left out.)")
