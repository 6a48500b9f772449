"""Makes text safe for Slack: it calls no one but the asker, no link is in disguise. Pure.

Slack resolves `<!channel>`, `<@U…>` and the like in standard Markdown too, streamed or not, in
code or not. So they are made harmless everywhere, in the joined stream and never chunk by chunk.
See `escaping/` for the grammar. What comes out is not changed by going through again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.delivery.escaping.code_reader import CodeReader
from bot.delivery.escaping.controls import (
    ANGLE_PATTERN,
    ANGLE_PREFIX_PATTERN,
    BROADCAST_PATTERN,
    BROADCAST_PREFIXES,
    CELL_PATTERN,
    CONTROL_PATTERN,
    CONTROL_PREFIX_PATTERN,
    DROPPED_CHARACTERS,
    MAX_BROADCAST_CHARS,
    MAX_CONTROL_CHARS,
    NEXT_ANGLE_PATTERN,
    PLAIN_PATTERN,
)
from bot.delivery.escaping.link_judge import MAX_BEFORE_CHARS, LinkJudge
from bot.domain.references import MAX_REFERENCE_CHARS, REFERENCE_PATTERN, name_reference
from bot.domain.safe_text import SafeText

# The model, which reads no ids, calls the person who asks by this.
ASKER_MENTION = "<@asker>"
_REFERENCE_PREFIX_PATTERN = re.compile(
    r"<(?:(?:@|\#|!subteam\^)(?:[A-Z][A-Z0-9]{0,30}(?:\|[^<>\n\r]{0,110})?)?)", re.ASCII
)
_GROUP_START = "<!subteam^"
_START_PATTERN = re.compile(r"[<@\]]|&(?=[#L]|\Z)")
_USER_ID_PATTERN = re.compile(r"[A-Z][A-Z0-9]*", re.ASCII)
_MENTION_PATTERN = re.compile(r"<@([A-Z][A-Z0-9]*)>", re.ASCII)


def escape_text(text: str, asker: str = "") -> SafeText:
    """Return a whole text as Slack may get it. It mentions no one but `asker`."""
    escaper = SlackEscaper(asker)
    return SafeText(escaper.feed(text) + escaper.close())


def escape_again(text: str, source: str) -> SafeText:
    """Return `text`, which was made of the safe text `source`, with what came of that escaped."""
    found = _MENTION_PATTERN.search(source)
    return escape_text(text, found[1] if found else "")


def escape_cell(text: str, source: str) -> SafeText:
    """Return the text of a table's cell, which was made of the safe text `source`."""

    def escape(found: re.Match[str]) -> str:
        # Only what came about when marks were taken away is new.
        return found[0] if found[0] in source else f"&lt;{found['rest']}"

    return SafeText(CELL_PATTERN.sub(escape, text))


def escape_plain(text: str) -> SafeText:
    """Return text for a place that shows it as it is: a file's name, an alt text, a status."""
    plain = text.translate(DROPPED_CHARACTERS)
    if PLAIN_PATTERN.search(plain):
        plain = ANGLE_PATTERN.sub("\u2039", plain)
    return SafeText(BROADCAST_PATTERN.sub("@\u200b", plain))


class SlackEscaper:
    """Escapes a stream of text, so that it can mention no one but `asker`.

    References to others become plain words, by `set_labels`. The joined results of `feed` and
    `close` do not depend on how the stream is cut into chunks.
    """

    def __init__(self, asker: str) -> None:
        is_person = _USER_ID_PATTERN.fullmatch(asker) is not None
        self._allowed_mention = f"<@{asker}>"
        self._mentions = (self._allowed_mention, ASKER_MENTION) if is_person else ()
        self._labels: Mapping[str, str] = {}
        self._pending = ""  # what cannot be decided yet
        self._before = ""  # the end of what was read before it
        self._code = CodeReader()
        self._links = LinkJudge(self._code)

    def set_labels(self, labels: Mapping[str, str]) -> None:
        """Name the people, channels and groups of these ids. Call it before the first `feed`."""
        self._labels = labels

    def feed(self, chunk: str) -> SafeText:
        """Return what can be shown so far. Holds back what a mark or code may still need."""
        text = self._pending + chunk.translate(DROPPED_CHARACTERS)
        return SafeText(self._escape(text, is_end=False))

    def close(self) -> SafeText:
        """Return what was held back."""
        return SafeText(self._escape(self._pending, is_end=True))

    def _escape(self, text: str, *, is_end: bool) -> str:
        shown, at, start = list[str](), 0, 0
        self._pending = ""
        while found := _START_PATTERN.search(text, start):
            start = found.start()
            shown.append(text[at:start])
            self._code.feed(text[at:start])
            at = start
            decision = self._judge(text, start, is_end=is_end)
            if decision is None:
                self._pending = text[start:]
                break
            replacement, start = decision
            shown.append(replacement)
            self._code.feed(text[at:start])
            at = start
        else:
            shown.append(text[at:])
            self._code.feed(text[at:])
            at = len(text)
        self._before = self._get_before(text, at)
        return "".join(shown)

    def _judge(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        """Return what stands for the text from `start` on, and its end; None if unknown yet."""
        match text[start]:
            case "<":
                return self._judge_angle(text, start, is_end=is_end)
            case "&":
                return self._judge_entity(text, start, is_end=is_end)
            case "]":
                return self._links.judge_bracket(
                    self._get_before(text, start), text, start, is_end=is_end
                )
            case _:
                return self._judge_at(text, start, is_end=is_end)

    def _get_before(self, text: str, end: int) -> str:
        missing = MAX_BEFORE_CHARS - end
        head = self._before[-missing:] if missing > 0 else ""
        return head + text[max(0, end - MAX_BEFORE_CHARS) : end]

    def _judge_angle(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        for mention in self._mentions:
            if text.startswith(mention, start):
                return self._allowed_mention, start + len(mention)
        if not is_end and self._can_continue(text[start : start + MAX_CONTROL_CHARS]):
            return None
        found = REFERENCE_PATTERN.match(text, start)
        if found is not None:
            is_code = False if found[2] in self._labels else self._code.is_code(text, start, is_end)
            if is_code is None:
                return None
            if not is_code:
                words = name_reference(found, self._labels)
                return BROADCAST_PATTERN.sub("@\u200b", words), found.end()
        if _is_control(text, start) or self._is_before_mention(text, start):
            return "&lt;", start + 1
        return self._links.judge_angle(text, start, is_end=is_end)

    def _is_before_mention(self, text: str, start: int) -> bool:
        """Whether a reference follows the `<` at `start`: its name begins with an `@`, and could be
        an id itself."""
        found = NEXT_ANGLE_PATTERN.match(text, start)
        return found is not None and (
            REFERENCE_PATTERN.match(text, found.end()) is not None
            or (bool(self._mentions) and text.startswith(self._mentions, found.end()))
        )

    def _judge_entity(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        """Judge a `<` that is written as an entity."""
        tail = text[start : start + MAX_CONTROL_CHARS]
        angle = ANGLE_PATTERN.match(tail)
        if angle is None:
            is_open = not is_end and ANGLE_PREFIX_PATTERN.fullmatch(tail) is not None
            return None if is_open else ("&", start + 1)
        if not is_end and CONTROL_PREFIX_PATTERN.fullmatch(tail):
            return None
        is_control = _is_control(text, start)
        return ("&lt;" if is_control else angle[0]), start + len(angle[0])

    def _can_continue(self, tail: str) -> bool:
        """Whether `tail`, which begins with `<`, may be the beginning of a control sequence."""
        next_angle = NEXT_ANGLE_PATTERN.match(tail)
        if next_angle is not None:
            rest = tail[next_angle.end() :]
            return any(mention.startswith(rest) for mention in ("<", *self._mentions)) or (
                len(rest) <= MAX_REFERENCE_CHARS
                and (
                    _GROUP_START.startswith(rest)
                    or _REFERENCE_PREFIX_PATTERN.fullmatch(rest) is not None
                )
            )
        return (
            any(mention.startswith(tail) for mention in (*self._mentions, _GROUP_START))
            or CONTROL_PREFIX_PATTERN.fullmatch(tail) is not None
            or (
                len(tail) <= MAX_REFERENCE_CHARS
                and _REFERENCE_PREFIX_PATTERN.fullmatch(tail) is not None
            )
        )

    def _judge_at(self, text: str, start: int, *, is_end: bool) -> tuple[str, int] | None:
        """Return what stands for an `@`, and its end; None if that is unknown yet."""
        before = self._get_before(text, start)
        # After a space it may be a call, which it is not after the address.
        space = " " if self._links.has_host_in_front(before) else ""
        if not space and before[-1:].isascii() and before[-1:].isalnum():
            return "@", start + 1
        tail = text[start : start + MAX_BROADCAST_CHARS + 1].lower()
        if not is_end and tail in BROADCAST_PREFIXES:
            return None
        mark = "@" if BROADCAST_PATTERN.match(text, start) is None else "@\u200b"
        if mark == "@" and not space:
            return "@", start + 1
        is_code = self._code.is_code(text, start, is_end)
        return None if is_code is None else ("@" if is_code else f"{space}{mark}", start + 1)


def _is_control(text: str, start: int) -> bool:
    """Whether a control sequence may begin at `start`, or with what is joined to the text."""
    found = CONTROL_PREFIX_PATTERN.match(text, start)
    is_cut = found is not None and found.end() == len(text)
    return is_cut or CONTROL_PATTERN.match(text, start) is not None
