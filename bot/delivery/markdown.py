"""Model text made safe for Slack, and cut into messages at good places. Pure.

Slack resolves `<!channel>`, `<@U…>` and their kin in standard Markdown too, streamed or not, in
code or not; so they are defused everywhere, on the joined stream and never per chunk.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.safe_text import INVISIBLE

MAX_MESSAGE_BYTES = 9_000  # Slack breaks off streamed messages from about 10,500 bytes

_CONTROL_PATTERN = re.compile(rf"<(?={INVISIBLE}{{0,8}}[!@])")
_CONTROL_PREFIX_PATTERN = re.compile(rf"<{INVISIBLE}{{0,8}}")
_TRAILING_CONTROL_PATTERN = re.compile(rf"<{INVISIBLE}{{0,8}}$")
_BROADCASTS = ("@channel", "@here", "@everyone")
_BROADCAST_PATTERN = re.compile("@(?=channel|here|everyone)", re.IGNORECASE)
# Slack drops control characters, which could join what they kept apart.
_DROPPED_CHARACTERS = dict.fromkeys([*range(9), *range(11, 32), 127])


class SlackEscaper:
    """Makes a stream of model text safe; only `asker` can be mentioned in it.

    `feed` and `close` together return what `safe` makes of the joined text, however it is cut.
    """

    def __init__(self, asker: str) -> None:
        self._allowed_mention = f"<@{asker}>"
        self._pending = ""

    def feed(self, chunk: str) -> str:
        """Return what can be shown so far. At most a few characters are held back."""
        text = self._pending + chunk.translate(_DROPPED_CHARACTERS)
        cut = self._find_undecided_start(text)
        self._pending = text[cut:]
        return self._escape(text[:cut])

    def close(self) -> str:
        """Return what was held back."""
        text, self._pending = self._pending, ""
        return self._escape(text)

    def _find_undecided_start(self, text: str) -> int:
        """Where a tail begins that the next characters may turn into a control sequence."""
        for at in range(max(0, len(text) - 32), len(text)):
            if text[at] == "<" and self._can_continue(text[at:]):
                return at
            if text[at] == "@" and any(word.startswith(text[at:].lower()) for word in _BROADCASTS):
                # A `<` before it is judged by what follows, so it has to wait as well.
                opened = _TRAILING_CONTROL_PATTERN.search(text, max(0, at - 9), at)
                return opened.start() if opened else at
        return len(text)

    def _can_continue(self, tail: str) -> bool:
        begun = _CONTROL_PREFIX_PATTERN.fullmatch(tail) is not None
        return begun or (self._allowed_mention.startswith(tail) and tail != self._allowed_mention)

    def _escape(self, text: str) -> str:
        if "<" in text:
            kept = text.split(self._allowed_mention)
            text = self._allowed_mention.join(_CONTROL_PATTERN.sub("&lt;", part) for part in kept)
        return _BROADCAST_PATTERN.sub("@\u200b", text) if "@" in text else text


def escape_for_slack(text: str, asker: str) -> str:
    """The whole of `text` made safe for Slack. Doing it twice changes nothing more."""
    neutraliser = SlackEscaper(asker)
    return neutraliser.feed(text) + neutraliser.close()


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One message of a longer text. The bodies of all parts joined are the text, unchanged.

    `opening` and `closing` are the fence lines that make a cut code block whole on both sides.
    """

    body: str
    opening_fence: str = ""
    closing_fence: str = ""

    def __str__(self) -> str:
        return self.opening_fence + self.body + self.closing_fence


def split_text(
    text: str, *, opening_fence: str = "", max_bytes: int = MAX_MESSAGE_BYTES
) -> list[MessagePart]:
    """Cut `text` into parts of at most `limit` UTF-8 bytes each, fences included.

    `opening` is the fence line that the first part has to begin with, as a cut before it left it.
    """
    parts: list[MessagePart] = []
    while count_bytes(opening_fence) + count_bytes(text) > max_bytes:
        part, opening_fence = cut_first_part(text, opening_fence=opening_fence, max_bytes=max_bytes)
        parts.append(part)
        text = text[len(part.body) :]
    if text:
        parts.append(MessagePart(text, opening_fence))
    return parts


def cut_first_part(
    text: str, *, opening_fence: str = "", min_chars: int = 0, max_bytes: int = MAX_MESSAGE_BYTES
) -> tuple[MessagePart, str]:
    """Cut the first part off `text`; return it and the opening that the next part needs.

    The first `at_least` characters are in it whatever their size (they are already shown).
    """
    room = max_bytes - count_bytes(opening_fence) - _MAX_CLOSING_BYTES
    end = max(min_chars, _find_cut(text, room, min_chars), 1)
    body = text[:end]
    fence = find_open_fence(opening_fence + body)
    if fence is None:
        return MessagePart(body, opening_fence), ""
    mark, language = fence
    line_break = "" if body.endswith("\n") else "\n"
    return MessagePart(body, opening_fence, f"{line_break}{mark}"), f"{mark}{language}\n"


def count_bytes(text: str) -> int:
    """The number of UTF-8 bytes, by which Slack counts."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


_FENCE_PATTERN = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_MAX_FENCE_CHARS = 12
_MAX_CLOSING_BYTES = _MAX_FENCE_CHARS + 1
# From the best place to cut to the worst that still reads well.
_BREAK_MARKS = ("\n\n", "\n", ". ", " ")


def _find_cut(text: str, max_bytes: int, min_chars: int) -> int:
    if count_bytes(text) <= max_bytes:
        return len(text)
    end = len(text.encode("utf-8")[: max(max_bytes, 0)].decode("utf-8", "ignore"))
    least = max(min_chars, end // 2)
    for mark in _BREAK_MARKS:
        found = text.rfind(mark, least, end)
        if found >= 0:
            return found + len(mark)
    while end > least and _is_joined(text[end : end + 1], text[end - 1]):
        end -= 1
    return end


def _is_joined(after: str, before: str) -> bool:
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


def find_open_fence(text: str) -> tuple[str, str] | None:
    """The mark and language of the code block that `text` ends in, or None."""
    if "```" not in text and "~~~" not in text:
        return None
    mark, language = "", ""
    for line in text.split("\n"):
        found = _FENCE_PATTERN.match(line)
        if found is None:
            continue
        run, rest = found[1], found[2].strip()
        if not mark and not (run[0] == "`" and "`" in rest):
            mark, language = run, rest
        elif mark and run.startswith(mark) and not rest:
            mark = ""
    if not mark:
        return None
    return mark[:_MAX_FENCE_CHARS], language if len(language) <= 20 else ""
