"""No string of anybody else's calls people or hides a link, whichever way it reaches Slack."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper, escape_plain, escape_text
from bot.delivery.file_names import build_alt_text, build_picture_file_name
from bot.playground.slack import PostedFile
from bot.request.recipes import RECIPES
from tests.support.easel import DM, EaselEnvironment, build_png, run_easel

ASKER = "U0ALEX"
ROOT = Path(__file__).resolve().parents[2]
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
    | st.sampled_from(["`", "```\n", "[good.example](", "https://evil.example", ")", "]", "\x00"])
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
        ("[good.example](https://evil.example/x)", "[good.example (evil.example)](https://evil.example/x)"),
        ("[https://good.example](//evil.example)", "[https://good.example (evil.example)](//evil.example)"),
        ("[**good**.example](<https://evil.example>)", "[**good**.example (evil.example)](<https://evil.example>)"),
        ("[g [good.example] b](https://evil.example)", "[g [good.example] b (evil.example)](https://evil.example)"),
        ("![good.example](https:evil.example)", "![good.example (evil.example)](https:evil.example)"),
        ("[good.example](https://%65vil.example)", "[good.example (evil.example)](https://%65vil.example)"),
        ("[go\u200bod.example](https://evil.example)", "[go\u200bod.example (evil.example)](https://evil.example)"),
        ("<https://evil.example|good.example>", "<https://evil.example|good.example (evil.example)>"),
        ("[me@good.example](mailto:a@evil.example)", "[me@good.example (evil.example)](mailto:a@evil.example)"),
        ("[\u0430\u0440\u0440\u04cf\u0435.com](https://\u0430\u0440\u0440\u04cf\u0435.com)", "xn--"),
        ("[good.example](https://good.example@evil.example)", "]\\("),
        ("https://good.example@evil.example/x", "https://good.example @evil.example/x"),
        ("[good.example][1]\n\n[1]: https://evil.example", "[good.example][1]\n\n[1]\\: https://evil.example"),
        ("[1]: https://evil.example\n\n[good.example][1]", "[good.example (evil.example)][1]"),
        ("[good.example]\n\n[good.example]: https://evil.example", "]\\: https://evil.example"),
        ("[x](javascript:alert(1))", "[x]\\(javascript:alert(1))"),
        ("[x](java&#115;cript:alert(1))", "[x]\\(java"),
        ("[x](%6aavascript:x)", "[x]\\("),
        ("[x](slack://open) [y](data:text/html,x) [z](FILE:///etc)", "[y]\\(data:text/html,x) [z]\\("),
        ("<slack://open|good>", "&lt;slack://open|good>"),
        ("[1]: vbscript:x", "[1]\\: vbscript:x"),
    ],
)  # fmt: skip
def test_a_link_shows_where_it_leads(text: str, shown: str) -> None:
    once = escape_text(text, ASKER)
    assert shown in once
    assert escape_text(once, ASKER) == once


def test_only_the_escaper_makes_safe_text() -> None:
    makers = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SafeText"
    }
    assert makers == {"bot/delivery/escaper.py", "bot/domain/safe_text.py"}
