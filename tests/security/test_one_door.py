"""No string of anybody else's calls people or hides a link, whichever way it reaches Slack."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper, escape_plain, escape_text
from bot.delivery.file_names import build_alt_text, build_picture_file_name
from bot.playground.model.wire import build_error, build_image
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, build_png
from tests.support.model_events import FINISH_EVENT, build_answer, encode_delta
from tests.support.processor_time import hold_to

ASKER = "U0ALEX"
ROOT = Path(__file__).resolve().parents[2]
LOOKALIKE = "\u0430\u0440\u0440\u04cf\u0435.com"  # in Cyrillic letters
COVERS = [
    "",
    " ",
    "\u200b",
    "\u0301",
    "\u00a0\u2028",
    "\u2066" * 9,
    "\ufe0f" * 90,
    "\U000e0041",
    "\t",
]
CALLS = ["!channel", "!here|x", "!everyone", "!subteam^S1", "@U0SAM", "#C0OPS|x", "!date^1^{x}|y"]
SEQUENCES = [f"<{cover}{call}>" for call in CALLS for cover in COVERS]
# Written apart from the code's own pattern: whatever stands between takes no room.
_LIVE_PATTERN = re.compile(r"<[^<>\w!-~]*[!@#]")
_TEXTS = st.lists(
    st.sampled_from([*SEQUENCES, *COVERS, "<", ">", "&#60;", "!", "@", "channel>", "|", "\n", "a"])
    | st.sampled_from(["`", "```\n", "[ok.org](", "https://bad.org", ")", "]", "\x00"])
    | st.text(max_size=3),
    max_size=30,
).map("".join)


def list_live(shown: str) -> list[str]:
    """Return what Slack would obey in a text that is shown."""
    return [
        shown[found.start() : found.start() + 30]
        for found in _LIVE_PATTERN.finditer(shown)
        if not shown.startswith(f"<@{ASKER}>", found.start())
    ]


def list_strings(value: object) -> list[str]:
    """Return all strings in a decoded value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in list_strings(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in list_strings(item)]
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return list_strings(json.loads(value))
        except ValueError:
            return [value]
    return [value] if isinstance(value, str) else []


@given(_TEXTS, st.integers(1, 9))
def test_nothing_live_comes_out_of_any_text(text: str, size: int) -> None:
    escaper = SlackEscaper(ASKER)
    chunks = (text[at : at + size] for at in range(0, len(text), size))
    streamed = "".join(escaper.feed(chunk) for chunk in chunks) + escaper.close()
    whole = escape_text(text, ASKER)
    assert streamed == whole
    assert not list_live(whole) and not list_live(whole + "!x") and not list_live(whole + "\u200b@")
    assert not list_live(escape_plain(text))
    assert escape_text(whole, ASKER) == whole


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_no_cover_hides_a_sequence(sequence: str) -> None:
    assert not list_live(escape_text(f"a {sequence} b"))
    assert not list_live(escape_plain(sequence))
    assert not list_live(build_picture_file_name(sequence, "image/png", 1))
    assert not list_live(escape_plain(build_alt_text(sequence, 1)))


@pytest.mark.parametrize(
    "text",
    [
        "npm i @here/maps and Vec<T> and a < b << c",
        "[docs](https://docs.example/a_(b)) and [README.md](https://git.example/a/README.md)",
        "[git.example](https://www.git.example/x) and <https://a.example|a page>",
        "`[a.example](https://b.example)` and `https://a.example@b.example`",
        "[a] [1]: x[0](y) $x_{[1]}$ mail me@a.example <mailto:me@a.example|me@a.example>",
        "[see][1]\n\n[1]: https://a.example\n\n- [x] done: [a.example][2]\n\n[2]: https://a.example",
        "[a\u00e9.example](https://a\u00e9.example) std::vector<int> #include <map>",
    ],
)
def test_what_harms_no_one_stays_as_it_is(text: str) -> None:
    assert escape_text(text, ASKER) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[ok.org](https://bad.org/x)", "[ok.org (bad.org)](https://bad.org/x)"),
        ("[https://ok.org](//bad.org)", "[https://ok.org (bad.org)](//bad.org)"),
        ("[**ok**.org](<https://bad.org>)", "[**ok**.org (bad.org)](<https://bad.org>)"),
        ("[g [ok.org] b](https://bad.org)", "[g [ok.org] b (bad.org)](https://bad.org)"),
        ("![ok.org](https:bad.org)", "![ok.org (bad.org)](https:bad.org)"),
        ("[ok.org](https://%62ad.org)", "[ok.org (bad.org)](https://%62ad.org)"),
        ("[o\u200bk.org](https://bad.org)", "[o\u200bk.org (bad.org)](https://bad.org)"),
        ("<https://bad.org|ok.org>", "<https://bad.org|ok.org (bad.org)>"),
        ("[me@ok.org](mailto:a@bad.org)", "[me@ok.org (bad.org)](mailto:a@bad.org)"),
        (f"[{LOOKALIKE}](https://{LOOKALIKE})", f"[{LOOKALIKE} (xn--"),
        ("[ok.org](https://ok.org@bad.org)", "]\\("),
        ("https://ok.org@bad.org/x", "https://ok.org @bad.org/x"),
        ("[ok.org][1]\n\n[1]: https://bad.org", "[ok.org][1]\n\n[1]\\: https://bad.org"),
        ("[1]: https://bad.org\n\n[ok.org][1]", "[ok.org (bad.org)][1]"),
        ("[ok.org]\n\n[ok.org]: https://bad.org", "]\\: https://bad.org"),
        ("[a.io][1]\n\n[1]: //b.io\n\n[b.io][1]\n\n[1]: //b.io", "[b.io][1]\n\n[1]\\: //b.io"),
        ("https://ok.org@here", "https://ok.org @\u200bhere"),
        ("<https://ok.org|@channel>", "@\u200bchannel"),
        ("[x](javascript:alert(1))", "[x]\\(javascript:alert(1))"),
        ("[x](java&#115;cript:alert(1))", "[x]\\(java"),
        ("[x](%6aavascript:x)", "[x]\\("),
        ("[x](slack://open) [y](data:text,x) [z](FILE:///etc)", "[y]\\(data:text,x) [z]\\("),
        ("<slack://open|good>", "&lt;slack://open|good>"),
        ("<java&#115;cript:x|good>", "&lt;java&#115;cript:x|good>"),
        ("<%6aavascript:x|good>", "&lt;%6aavascript:x|good>"),
        ("[1]: vbscript:x", "[1]\\: vbscript:x"),
    ],
)  # fmt: skip
def test_a_link_shows_where_it_leads(text: str, shown: str) -> None:
    once = escape_text(text, ASKER)
    assert shown in once
    assert escape_text(once, ASKER) == once


@pytest.mark.parametrize(
    "mark", ["](", "<\u200b", "<<", "@", "[a]: x\n", "[a.bc](http://x@", "<a:", "&#60;", "<&a;"]
)
def test_marks_hold_up_nobody_for_long(mark: str) -> None:
    text = (mark * 15_000)[:15_000]  # as much of an answer as is shown
    with hold_to(0.5):
        escape_text(text, ASKER)


def test_only_the_escaper_makes_safe_text() -> None:
    makers = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SafeText"
    }
    assert makers == {"bot/delivery/escaper.py", "bot/domain/safe_text.py"}


CALL = "<\u200b\u0301!channel> <@U0SAM> <#C0OPS|x> <!subteam^S1|@here>"


def check_all_that_was_sent(easel: EaselEnvironment) -> None:
    """Look at every string of every call of Slack's."""
    sent = [text for call in easel.slack.calls for text in list_strings(dict(call.args))]
    assert sent and [found for text in sent for found in list_live(text)] == []


async def test_words_of_the_model_reach_slack_harmless(easel: EaselEnvironment) -> None:
    table = f"| a **<**!channel> | {CALL} |\n|---|---|\n| <**!here**> | {CALL} |\n"
    words = f"{CALL}\n\n# {CALL}\n\n{table}"
    easel.model.script(
        encode_delta(reasoning=f"**{CALL}**\n\n{CALL}\n"),
        *[encode_delta(content=words[at : at + 3]) for at in range(0, len(words), 3)],
        FINISH_EVENT,
    )
    await easel.ask(f"tell me {CALL}")
    easel.model.script(*[encode_delta(content=f"## {CALL}\n\n{CALL} word. " * 400)], FINISH_EVENT)
    await easel.ask("a long answer")
    check_all_that_was_sent(easel)


async def test_captions_titles_and_flags_reach_slack_harmless(easel: EaselEnvironment) -> None:
    easel.model.script(
        encode_delta(content=CALL, images=[build_image(build_png(), 0)]), FINISH_EVENT
    )
    await easel.ask(f"draw {CALL} --model {CALL}")
    await easel.ask(f"draw a fox {CALL} and another")
    await easel.ask(f"say hello --effort {CALL}")
    await easel.ask(f"settings --model {CALL}")
    check_all_that_was_sent(easel)


async def test_data_and_its_schema_reach_slack_harmless(easel: EaselEnvironment) -> None:
    schema = {
        "title": CALL,
        "type": "object",
        "properties": {CALL: {"type": "integer"}, "kind": {"enum": [CALL]}},
        "required": [CALL, "kind"],
        "additionalProperties": False,
    }
    answer = json.dumps({CALL: CALL, f"more {CALL}": CALL}, ensure_ascii=False)
    for _ in range(2):
        easel.model.script(*build_answer(answer))
    upload = (f"{CALL}.json".replace("/", ""), json.dumps(schema).encode())
    await easel.ask("one --json", files=[upload])
    bad_schema = json.dumps({"type": CALL, "$ref": f"http://x/{CALL}"}).encode()
    await easel.ask("one --json", files=[("bad.json", bad_schema)])
    table = {"title": CALL, "rows": [{CALL: CALL}], "columns": [CALL]}
    for _ in range(2):
        easel.model.script(*build_answer(json.dumps(table)))
    await easel.ask("a table --table", files=[("a.csv", f"{CALL},b\n{CALL},{CALL}".encode())])
    check_all_that_was_sent(easel)


async def test_names_of_files_and_people_reach_slack_harmless(easel: EaselEnvironment) -> None:
    easel.slack.workspace.people["U0SAM"] = CALL
    for ending in ("xyz", "pdf", "png", "zip", "docx"):
        await easel.ask("what is this?", files=[(f"{CALL}.{ending}", b"PK\x03\x04 damaged")])
    easel.model.script(status=503, content_type="application/json", delay=0.3)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} {CALL}", user="U0SAM")
    await easel.slack.post_as_person(GENERAL, f"{MENTION} {CALL}", thread_ts=root)
    await easel.slack.wait_until(lambda: len(easel.list_replies(root)) >= 2)
    await easel.wait_until_idle()
    check_all_that_was_sent(easel)


@pytest.mark.parametrize("status", [400, 402, 403, 404, 413, 429])
async def test_reasons_of_the_provider_reach_slack_harmless(
    easel: EaselEnvironment, status: int
) -> None:
    for _ in range(4):
        easel.model.fail(status, build_error(status, CALL, reasons=[CALL], flagged_input=CALL))
    await easel.ask(f"say {CALL}")
    check_all_that_was_sent(easel)


async def test_nothing_that_easel_posts_is_unfurled(easel: EaselEnvironment) -> None:
    easel.model.script(encode_delta(content="see https://bad.org/?q=1"), FINISH_EVENT)
    await easel.ask("say hello")
    posts = easel.slack.list_calls("chat.postMessage")
    assert all(str(post.args["unfurl_links"]).lower() in ("false", "0") for post in posts)
