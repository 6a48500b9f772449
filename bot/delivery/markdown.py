"""Model text made safe for Slack, and cut into messages at good places. Pure.

Slack resolves `<!channel>`, `<@U…>` and their kin in standard Markdown too, streamed or not, in
code or not; so they are defused everywhere, on the joined stream and never per chunk.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.safe_text import INVISIBLE

LIMIT_BYTES = 9_000  # Slack breaks off streamed messages from about 10,500 bytes

_CONTROL = re.compile(rf"<(?={INVISIBLE}{{0,8}}[!@])")
_CONTROL_BEGUN = re.compile(rf"<{INVISIBLE}{{0,8}}")
_OPENED = re.compile(rf"<{INVISIBLE}{{0,8}}$")
_BROADCASTS = ("@channel", "@here", "@everyone")
_BROADCAST = re.compile("@(?=channel|here|everyone)", re.IGNORECASE)
# Slack drops control characters, which could join what they kept apart.
_DROPPED = dict.fromkeys([*range(9), *range(11, 32), 127])


class Neutraliser:
    """Makes a stream of model text safe; only `asker` can be mentioned in it.

    `feed` and `close` together return what `safe` makes of the joined text, however it is cut.
    """

    def __init__(self, asker: str) -> None:
        self._allowed = f"<@{asker}>"
        self._held = ""

    def feed(self, chunk: str) -> str:
        """Return what can be shown so far. At most a few characters are held back."""
        text = self._held + chunk.translate(_DROPPED)
        cut = self._undecided_from(text)
        self._held = text[cut:]
        return self._defused(text[:cut])

    def close(self) -> str:
        """Return what was held back."""
        text, self._held = self._held, ""
        return self._defused(text)

    def _undecided_from(self, text: str) -> int:
        """Where a tail begins that the next characters may turn into a control sequence."""
        for at in range(max(0, len(text) - 32), len(text)):
            if text[at] == "<" and self._may_go_on(text[at:]):
                return at
            if text[at] == "@" and any(word.startswith(text[at:].lower()) for word in _BROADCASTS):
                # A `<` before it is judged by what follows, so it has to wait as well.
                opened = _OPENED.search(text, max(0, at - 9), at)
                return opened.start() if opened else at
        return len(text)

    def _may_go_on(self, tail: str) -> bool:
        begun = _CONTROL_BEGUN.fullmatch(tail) is not None
        return begun or (self._allowed.startswith(tail) and tail != self._allowed)

    def _defused(self, text: str) -> str:
        if "<" in text:
            kept = text.split(self._allowed)
            text = self._allowed.join(_CONTROL.sub("&lt;", part) for part in kept)
        return _BROADCAST.sub("@\u200b", text) if "@" in text else text


def safe(text: str, asker: str) -> str:
    """The whole of `text` made safe for Slack. Doing it twice changes nothing more."""
    neutraliser = Neutraliser(asker)
    return neutraliser.feed(text) + neutraliser.close()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a longer text. The bodies of all parts joined are the text, unchanged.

    `opening` and `closing` are the fence lines that make a cut code block whole on both sides.
    """

    body: str
    opening: str = ""
    closing: str = ""

    def __str__(self) -> str:
        return self.opening + self.body + self.closing


def split(text: str, *, opening: str = "", limit: int = LIMIT_BYTES) -> list[Part]:
    """Cut `text` into parts of at most `limit` UTF-8 bytes each, fences included.

    `opening` is the fence line that the first part has to begin with, as a cut before it left it.
    """
    parts: list[Part] = []
    while size(opening) + size(text) > limit:
        part, opening = first_part(text, opening=opening, limit=limit)
        parts.append(part)
        text = text[len(part.body) :]
    if text:
        parts.append(Part(text, opening))
    return parts


def first_part(
    text: str, *, opening: str = "", at_least: int = 0, limit: int = LIMIT_BYTES
) -> tuple[Part, str]:
    """Cut the first part off `text`; return it and the opening that the next part needs.

    The first `at_least` characters are in it whatever their size (they are already shown).
    """
    room = limit - size(opening) - _LONGEST_CLOSING
    end = max(at_least, _good_end(text, room, at_least), 1)
    body = text[:end]
    fence = open_fence(opening + body)
    if fence is None:
        return Part(body, opening), ""
    mark, language = fence
    line_break = "" if body.endswith("\n") else "\n"
    return Part(body, opening, f"{line_break}{mark}"), f"{mark}{language}\n"


def size(text: str) -> int:
    """The number of UTF-8 bytes, by which Slack counts."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_LONGEST_FENCE = 12
_LONGEST_CLOSING = _LONGEST_FENCE + 1
# From the best place to cut to the worst that still reads well.
_BREAKS = ("\n\n", "\n", ". ", " ")


def _good_end(text: str, room: int, at_least: int) -> int:
    if size(text) <= room:
        return len(text)
    end = len(text.encode("utf-8")[: max(room, 0)].decode("utf-8", "ignore"))
    least = max(at_least, end // 2)
    for mark in _BREAKS:
        found = text.rfind(mark, least, end)
        if found >= 0:
            return found + len(mark)
    while end > least and _joins(text[end : end + 1], text[end - 1]):
        end -= 1
    return end


def _joins(after: str, before: str) -> bool:
    """Whether two characters are shown as one: an accent, a joined emoji, a skin tone."""
    if not after:
        return False
    zero_width_joiner = "\u200d"
    return (
        unicodedata.combining(after) != 0
        or zero_width_joiner in (after, before)
        or after in "\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def open_fence(text: str) -> tuple[str, str] | None:
    """The mark and language of the code block that `text` ends in, or None."""
    if "```" not in text and "~~~" not in text:
        return None
    mark, language = "", ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found is None:
            continue
        run, rest = found[1], found[2].strip()
        if not mark and not (run[0] == "`" and "`" in rest):
            mark, language = run, rest
        elif mark and run.startswith(mark) and not rest:
            mark = ""
    if not mark:
        return None
    return mark[:_LONGEST_FENCE], language if len(language) <= 20 else ""
