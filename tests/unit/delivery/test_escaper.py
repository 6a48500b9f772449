"""The model's text is escaped for Slack: it calls no one but the asker, and code stays whole."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper

ASKER = "U0ALEX"
LABELS = {
    "U0ANN": "@Ann Lee",
    "U0HERE": "@channel",
    "C0OPS": "#ops",
    "S0ALL": "@designers",
}
CONTROL_PATTERN = re.compile(r"<[\s\u200b-\u200f\u2060\ufeff]*(?:!|@(?!U0ALEX>))")
BROADCAST_PATTERN = re.compile(
    r"(?<![A-Za-z0-9])@(?:channel|here|everyone)(?!_?[A-Za-z0-9]|/[A-Za-z0-9])", re.IGNORECASE
)
_PIECES = st.sampled_from(
    [
        "<",
        "!",
        "@",
        "channel",
        "here",
        "everyone",
        ">",
        "|",
        "<@U0ALEX>",
        "<@asker>",
        "<@U0ANN>",
        "<@U0SAM|sam>",
        "<#C0OPS|ops>",
        "<!subteam^S1>",
        "<!channel>",
        "@channel",
        "@Here",
        "@here/maps",
        "&lt;",
        "\u200b",
        "\x00",
        "a",
        "U0ALEX",
        "`",
        "``",
        "```",
        "~~~",
        "\\",
        "- ",
    ]
    + [" ", "\n", "\n\n"]
)
TEXTS = st.lists(_PIECES | st.text(max_size=4), max_size=40).map("".join)


def escape(text: str, *, chunk_sizes: Sequence[int] = ()) -> str:
    """Escape `text` as a stream of chunks of these sizes; the last chunk is all that is left."""
    escaper, escaped, at = SlackEscaper(ASKER), "", 0
    escaper.set_labels(LABELS)
    for size in chunk_sizes:
        escaped += escaper.feed(text[at : at + size])
        at += size
    return escaped + escaper.feed(text[at:]) + escaper.close()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> hi", "&lt;!channel> hi"),
        ("<!here|now>", "&lt;!here|now>"),
        ("<!date^1^{date}|x>", "&lt;!date^1^{date}|x>"),
        ("<@U0ALEX>, look", "<@U0ALEX>, look"),
        ("<@asker>, look", "<@U0ALEX>, look"),
        ("```\n<!everyone>\n```", "```\n&lt;!everyone>\n```"),
        ("< \u200b!channel>", "&lt; \u200b!channel>"),
        ("<\x00!channel>", "&lt;!channel>"),
        ("a < b and <div> and vec![1]", "a < b and <div> and vec![1]"),
        ("<@", "&lt;@"),
        ("<@U0SAM", "&lt;@U0SAM"),
    ],
)
def test_only_the_asker_can_be_called(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0ANN> said so", "@Ann Lee said so"),
        ("<@U0ANN|ann> said so", "@Ann Lee said so"),
        ("<@U0SAM> said so", "another person said so"),
        ("<@W0SAM|sam>", "another person"),
        ("<@U0ALEX|everyone>", "another person"),
        ("see <#C0OPS> and <#C0OPS|x>", "see #ops and #ops"),
        ("see <#C0NEW|news> and <#C0NEW>", "see #news and another channel"),
        ("<!subteam^S0ALL> and <!subteam^S9|@team>", "@designers and @team"),
        ("<!subteam^S123>", "another group"),
        ("<!subteam^S9|@here>", "@\u200bhere"),
        ("<@U0HERE>", "@\u200bchannel"),
        # Names stand in code as well; an id of which nothing is known is part of the code.
        ("`<@U0ANN>` wrote", "`@Ann Lee` wrote"),
        ("write `<@U012AB3CD>`", "write `&lt;@U012AB3CD>`"),
        ("```\n<@U012AB3CD>\n```", "```\n&lt;@U012AB3CD>\n```"),
    ],
)
def test_ids_become_names_that_call_no_one(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "`npm i @here/maps`",
        "npm i @here/maps",
        "mail support@channel.io or a1@here.com",
        "@hereford, @channels and @everyone_else",
        "`@here` and ``a ` @channel``",
        "```\n@channel\n```",
        "~~~sh\nnotify @everyone\n~~~",
        "```\nopen @here",
        "- item\n\n      `@here`",
        "mail me@home.example",
        "`a\\` and `@here`",
    ],
)
def test_what_calls_no_one_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("@channel and @HERE", ["@channel", "@HERE"]),
        ("_@here_ **@everyone** (@channel)", ["@here", "@everyone", "@channel"]),
        ("@here, @channel. @everyone!", ["@here", "@channel", "@everyone"]),
        ("你好@channel你好", ["@channel"]),
        # Not code, whatever it looks like.
        ("`@channel", ["@channel"]),
        ("\\`@channel\\`", ["@channel"]),
        ("``@channel`", ["@channel"]),
        ("`a\nb` @channel `c`", ["@channel"]),
        ("- `a\n- @channel` b", ["@channel"]),
        ("| a ` b | @channel ` c |", ["@channel"]),
        ('<a href="`"> @channel `', ["@channel"]),
        ("```\ncode\n```\n@channel", ["@channel"]),
        ("1. a\n   ```\n   code\nout @channel", ["@channel"]),
        ("`" + "x" * 400 + "` @here `" + "y" * 400 + "`", ["@here"]),
    ],
)
def test_a_call_of_all_is_broken_outside_of_code(text: str, marked: list[str]) -> None:
    broken = text
    for word in marked:
        broken = broken.replace(word, f"@\u200b{word[1:]}")
    assert escape(text) == broken


@given(TEXTS, st.lists(st.integers(1, 5), max_size=60))
def test_the_result_does_not_depend_on_how_the_stream_is_cut(
    text: str, chunk_sizes: list[int]
) -> None:
    assert escape(text, chunk_sizes=chunk_sizes) == escape(text)


@given(TEXTS)
def test_no_control_sequence_survives(text: str) -> None:
    assert not CONTROL_PATTERN.search(escape(text))


@given(TEXTS)
def test_without_code_no_call_of_all_survives(text: str) -> None:
    assert not BROADCAST_PATTERN.search(escape(text.replace("`", "").replace("~", "")))


@given(TEXTS)
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    once = escape(text)
    assert escape(once) == once


def test_a_few_characters_at_most_are_held_back() -> None:
    escaper = SlackEscaper(ASKER)
    assert escaper.feed("<" + "x" * 10_000) == "<" + "x" * 10_000
    assert escaper.feed("tail <@U0A") == "tail "
    assert escaper.close() == "&lt;@U0A"
    held = SlackEscaper(ASKER)
    assert held.feed("`see @here " + "x" * 100) == "`see "
    assert held.feed("y" * 200).startswith("@\u200bhere")


@pytest.mark.parametrize(
    "piece",
    [
        "<@U0ANN> ", "@here ", "`@here ", "<@U", "\\", "`", "``` ", "`` ` ", "<!subteam^S",
        "```\n@here\n", "| > ", "<@U0ANN|" + "x" * 100, "word ", "@here\n",
    ],
)  # fmt: skip
def test_a_megabyte_of_hostile_text_takes_time_in_proportion(piece: str) -> None:
    def measure(size: int) -> float:
        text, escaper = piece * (size // len(piece)), SlackEscaper(ASKER)
        started_at = time.process_time()
        for at in range(0, len(text), 1_000):
            escaper.feed(text[at : at + 1_000])
        escaper.close()
        return time.process_time() - started_at

    small = min(measure(50_000) for _ in range(2))
    assert measure(400_000) < 8 * 4 * max(small, 0.01)


@pytest.mark.parametrize(
    "text",
    [
        "[ok.org](https://ok.org<x@bad.org/)",
        "[ok.org](https://ok.org>@bad.org)",
        "[ok.org](https://ok.org<@bad.org)",
        "[ok.org](https://bad.org<!channel>",
        "[ok.org](<https://bad.org<!channel>>)",
        "[ok.org](https://bad.org<@U123ABC>)",
        "[ok.org][a]\n\n[a]: https://ok.org<x@bad.org",
        "[ok.org][a]\n\n[a]: <https://ok.org<x@bad.org>",
    ],
)
def test_a_link_whose_address_has_an_angle_in_it_is_text_and_stays_so(text: str) -> None:
    escaped = escape(text)
    assert "]\\(" in escaped or "]\\:" in escaped
    assert escape(escaped) == escaped
