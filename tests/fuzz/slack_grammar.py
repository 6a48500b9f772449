"""Texts in Slack's grammar, and a reader of its own that tells what Slack would make of them.

The reader shares nothing with the code that it judges: it goes by character, not by pattern. The
grammar: docs.slack.dev, "Formatting message text"; categories are those of the Unicode standard.
"""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from hypothesis import strategies as st

ASKER = "U0ALEX"
# Every character that takes no room: formats, marks, separators and controls.
UNSEEN = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cf", "Mn", "Zs", "Zl", "Zp", "Cc")
]
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\\"
_DANGEROUS_SCHEMES = ("javascript", "vbscript", "data", "slack", "file")
_CALLS = ("here", "channel", "everyone")

_ids = st.sampled_from(["U0SAM", "U0ALEX", "W0BEN", "USLACKBOT", "B0APP", "U1"])
_labels = st.sampled_from(["", "|", "|sam", "|@here", "|a b", "|<", "|ok.org", "|!channel"])
_hosts = st.sampled_from(
    ["ok.org", "bad.org", "www.ok.org", "xn--80ak6aa92e.com", "ok.org.bad.org"]
)
_schemes = st.sampled_from(["https", "http", "HTTPS", "mailto", "ftp"])
_bad_schemes = st.sampled_from(
    [*_DANGEROUS_SCHEMES, "JavaScript", "java&#115;cript", "%6aavascript"]
)
_names = st.one_of(
    _ids.map("@{}".format),
    st.sampled_from(["#C0OPS", "#G0CREW", "#C1"]),
    st.sampled_from(
        ["!here", "!channel", "!everyone", "!HERE", "!subteam^S0CREW", "!date^1^{date}"]
    ),
    st.sampled_from(["!date^1700000000^{date_num} {time}^https://bad.org", "@asker", "!x", "#"]),
)
_angles = st.sampled_from(
    ["<", "<", "<", "&lt;", "&#60;", "&#x3c;", "&LT;", "&#0060;", "<<", "\\<"]
)
_gaps = st.one_of(
    st.just(""), st.lists(st.sampled_from(UNSEEN), min_size=1, max_size=4).map("".join),
    st.sampled_from(["\u200b" * 70, "&#8203;", "&shy;", "&zwnj;", "\u3164", "\\", " "]),
)  # fmt: skip
_controls = st.builds(
    "{}{}{}{}{}".format, _angles, _gaps, _names, _labels, st.sampled_from([">", ">", "", "&gt;"])
)
_bare_calls = st.builds(
    "{}@{}{}{}".format,
    st.sampled_from(["", " ", "a", "(", "/"]),
    st.sampled_from(["", "", "\u200b"]),
    st.sampled_from([*_CALLS, "Here", "CHANNEL"]),
    st.sampled_from(["", " ", ".", "/maps", "_x", "s"]),
)
_urls = st.one_of(
    st.builds(
        "{}://{}{}".format, _schemes, _hosts, st.sampled_from(["", "/", "/a?b=c", ":80", "/a_(b)"])
    ),
    st.builds("{}:{}".format, _bad_schemes, st.sampled_from(["alert(1)", "//open", "text/html,x"])),
    st.builds("//{}".format, _hosts),
    st.builds("https://{}@{}".format, _hosts, _hosts),
)
_link_labels = st.one_of(
    _hosts, st.sampled_from(["here", "docs", "**ok**.org", "https://ok.org", "o\u200bk.org"])
)
_links = st.one_of(
    st.builds("[{}]({})".format, _link_labels, _urls),
    st.builds("![{}]({})".format, _link_labels, _urls),
    st.builds("<{}|{}>".format, _urls, _link_labels),
    st.builds("<{}>".format, _urls),
    st.builds("[{}][1]\n\n[1]: {}\n".format, _link_labels, _urls),
)
_code = st.sampled_from(
    ["`", "``", "```\n", "~~~\n", "```py\n", "\\`", "    ", "> ", "| a |\n", "\n\n"]
)
_words = st.sampled_from(
    ["a", "word ", " ", "\n", "ü", "中", "&", "&amp;", "|", ">", "!", "@", "#", "<"]
)

HOSTILE_TEXTS = st.lists(
    st.one_of(_controls, _controls, _links, _bare_calls, _code, _words, st.sampled_from(UNSEEN)),
    min_size=1,
    max_size=9,
).map("".join)

_harmless = st.sampled_from(
    [
        "word ", "a < b ", "x << 2 ", "Vec<T> ", "std::map<int, T> ", "#include <map>\n",
        "if a<b: ", "<b>bold</b> ", "<br/> ", "me@a.example ", "@ann ", "npm i @here/maps ",
        "#1 ", "C# ", "wow! ", "AT&T ", "R&D; ", "&amp; ", "&lt;b&gt; ", "&copy; ", "1 > 0 ",
        "-> ", "=> ", "<- ", "<= ", "`code` ", "`a < b` ", "```\nx = [1](2)\n```\n", "**bold** ",
        "_it_ ", "~~no~~ ", "- item\n", "1. item\n", "> quote\n", "# title\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n", "\n\n", "ünï ", "中文 ", "e\u0301 ", "👩‍👩‍👧 ",
        "שלום ", "[docs](https://ok.org/a) ", "[ok.org](https://ok.org/a) ",
        "[README.md](https://ok.org/README.md) ", "<https://ok.org|docs> ",
        "https://ok.org/a?b=c#d ", "[a] ", "x[0](y) ", "[x] done ", "$x_{1}$ ", "\\* ",
        "C:\\dir\\ ", "5 % ", "a@b ", ":smile: ", "(c) ", "!important ", "<!-- note --> ",
        "<!DOCTYPE html> ", "<3 ", "a<!b ", "<T, U> ", "&#33; ",
    ]
)  # fmt: skip
HARMLESS_TEXTS = st.lists(_harmless | st.text("abc <>&;:.,-_*`'\"()", max_size=6), max_size=12).map(
    "".join
)


def list_live(text: str) -> list[str]:
    """Return what Slack would obey, or show as another link than it is."""
    return [*list_calls(text), *_list_bad_links(text)]


def list_calls(text: str) -> list[str]:
    """Return what Slack would obey in a text that has no links."""
    return [*_list_controls(text), *_list_bare_calls(text)]


def read_shown(text: str) -> str:
    """Return what a person sees of a text: no entities, nothing that takes no room."""
    decoded = html.unescape(text)
    return "".join(c for c in decoded if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t")


def _list_controls(text: str) -> Iterator[str]:
    for at, end in _find_angles(text):
        if text.startswith(f"<@{ASKER}>", at):
            continue
        sign = end
        while sign < len(text) and (step := _measure_gap(text, sign)):
            sign += step
        rest = html.unescape(text[sign : sign + 12])
        if rest[:1] in tuple("!@#"):
            yield text[at : sign + 12]


def _find_angles(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a `<` is that Slack may take for one. `&lt;` is how to write one that is none."""
    for at, character in enumerate(text):
        if character == "<":
            yield at, at + 1
        elif character == "&":
            end = text.find(";", at, at + 16)
            entity = text[at : end + 1] if end > 0 else ""
            if entity != "&lt;" and html.unescape(entity) == "<" and entity.endswith(";"):
                yield at, end + 1


def _measure_gap(text: str, at: int) -> int:
    """Return the length of what takes no room at `at`, 0 if something is to be seen there."""
    character = text[at]
    if character in _BLANK_LETTERS or unicodedata.category(character)[0] in "CZM":
        return 1
    if character == "&":
        end = text.find(";", at, at + 16)
        decoded = html.unescape(text[at : end + 1]) if end > 0 else "&"
        if decoded and all(unicodedata.category(c)[0] in "CZM" for c in decoded):
            return end + 1 - at
    return 0


def _list_bare_calls(text: str) -> Iterator[str]:
    if "`" in text or "~~~" in text:
        return  # in code they call no one, and this reader knows nothing of code
    for at, character in enumerate(text):
        if character != "@" or (at and text[at - 1].isascii() and text[at - 1].isalnum()):
            continue
        word = re.match(r"[A-Za-z0-9_/]*", text[at + 1 :])
        if word is not None and word[0].lower().rstrip("/_") in _CALLS:
            yield text[at : at + 12]


def _list_bad_links(text: str) -> Iterator[str]:
    if "`" in text or "~~~" in text or "\\" in text or "\n    " in text:
        return  # as above; after a backslash a bracket is none
    for found in re.finditer(r"\[([^\[\]\n]{1,80})\]\(([^()\s<>]{1,80})\)", text):
        if _is_bad_link(found[1], found[2]):
            yield found[0]
    for found in re.finditer(r"<([A-Za-z][^<>|\s]{1,80})\|([^<>|\n]{1,80})>", text):
        if _is_bad_link(found[2], found[1]):
            yield found[0]


def _is_bad_link(label: str, address: str) -> bool:
    plain = "".join(
        c for c in unquote(html.unescape(address)) if unicodedata.category(c)[0] not in "CZ"
    )
    if plain.partition(":")[0].lower() in _DANGEROUS_SCHEMES:
        return True
    if plain.lower().startswith("mailto:"):
        plain = "//" + plain.partition("?")[0].rpartition("@")[2] if "@" in plain else "//"
    try:
        host = (urlsplit(plain if "//" in plain else f"//{plain}").hostname or "").lower()
    except ValueError:
        return False
    named = re.findall(
        r"(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,9}(?![\w-])", read_shown(label).lower()
    )
    shorts = [name.removeprefix("www.") for name in named]
    return bool(host and named) and host.removeprefix("www.") not in shorts
