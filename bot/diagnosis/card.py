"""Shows a checked diagnosis as a short card for a phone; what is too long goes into a file. Pure.

Quoted lines and commands are code, and so are addresses in what the model says: none is live.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.diagnosis.answer_schema import Cause, NextStep
from bot.diagnosis.evidence import CheckedDiagnosis, Evidence
from bot.diagnosis.secrets import redact_secrets
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import truncate

MAX_CARD_CHARS = 1_500

_WHAT = "**What failed:** {text}"
_WHERE = "**Where:** {text}"
_WHY = Message("**Why:**")
_TRY = Message("**What to try:**")
_SHOWN = "- {text} _(shown)_"
_CONCLUDED = "- {text} _(the model's conclusion)_"
_IN_PICTURE = Message("_As read from the picture:_")
_CONFIDENCE = {
    "high": Message("_The model is fairly sure of this._"),
    "medium": Message("_The model thinks that this is likely._"),
    "low": Message("_The model is not sure of this._"),
}
_GUESS = Message("_No line of the file bears this out: it is the model's guess._")
_NOTHING = Message("Nothing has failed here, as far as I can see.")

_ADDRESS = re.compile(
    r"(?<!`)\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s`<>\"]{1,500}", re.IGNORECASE
)
_BARE_MARKS = re.compile(r"`{3,}|[\r\n]+")


@dataclass(frozen=True, slots=True)
class _Measure:
    """How much of each part is shown."""

    text: int
    line: int
    causes: int
    quotes: int
    steps: int
    command: int


_MEASURES = (
    _Measure(300, 200, 3, 2, 3, 200),
    _Measure(220, 140, 2, 2, 3, 120),
    _Measure(160, 100, 2, 1, 2, 100),
    _Measure(110, 80, 1, 1, 1, 80),
)


@dataclass(frozen=True, slots=True)
class Card:
    """The card, and the whole of it in Markdown where something of it is not shown; else ""."""

    text: Message
    more: str = ""


def build_card(checked: CheckedDiagnosis, *, names_files: bool) -> Card:
    """Build a card of at most about `MAX_CARD_CHARS`; `names_files` where there are several."""
    said = checked.diagnosis
    if not said.has_failed:
        return Card(MessageList([_clean(said.summary, 300)]) if said.summary else _NOTHING)
    texts = [_build_text(checked, one, names_files=names_files) for one in _MEASURES]
    text = next((one for one in texts if len(one) <= MAX_CARD_CHARS), texts[-1])
    is_cut = len(_build_text(checked, _WHOLE, names_files=names_files)) > len(text)
    return Card(text, str(_build_more(checked)) if is_cut else "")


_WHOLE = _Measure(1_000, 1_000, 5, 8, 5, 2_000)


def _build_text(checked: CheckedDiagnosis, measure: _Measure, *, names_files: bool) -> Message:
    said = checked.diagnosis
    lines: list[str] = [Message(_WHAT, text=_clean(said.summary or said.step, measure.text))]
    if checked.error is not None:
        lines += _format_evidence([checked.error], measure.line, names_files=names_files)
    where = " – ".join(part for part in (said.step, said.where) if part)
    if where:
        lines += ["", Message(_WHERE, text=_clean(where, measure.text))]
    lines += _format_causes(checked, measure, names_files=names_files)
    lines += _format_steps(said.next_steps[: measure.steps], measure)
    lines += ["", _CONFIDENCE[said.confidence]]
    if not checked.has_evidence:
        lines += [_GUESS]
    return MessageList(lines)


def _format_causes(checked: CheckedDiagnosis, measure: _Measure, *, names_files: bool) -> list[str]:
    causes = [
        pair
        for pair in zip(checked.diagnosis.causes, checked.evidence, strict=True)
        if pair[0].text
    ]
    if not causes:
        return []
    lines: list[str] = ["", _WHY]
    known = {checked.error}
    for cause, evidence in causes[: measure.causes]:
        lines.append(_format_cause(cause, evidence, measure.text))
        new = [one for one in evidence if one not in known][: measure.quotes]
        known.update(new)
        lines += _format_evidence(new, measure.line, names_files=names_files)
    return lines


def _format_cause(cause: Cause, evidence: Sequence[Evidence], max_chars: int) -> Message:
    # What no line bears out is not shown, whatever the model says.
    is_shown = cause.is_certain and bool(evidence)
    return Message(_SHOWN if is_shown else _CONCLUDED, text=_clean(cause.text, max_chars))


def _format_evidence(
    evidence: Sequence[Evidence], max_chars: int, *, names_files: bool
) -> list[str]:
    if not evidence:
        return []
    read = [one for one in evidence if not one.line]
    quoted = [one for one in evidence if one.line]
    out: list[str] = []
    if quoted:
        out += _format_code(
            [_format_line(one, max_chars, names_files=names_files) for one in quoted]
        )
    if read:
        out += [_IN_PICTURE, *_format_code([truncate(one.text, max_chars) for one in read])]
    return out


def _format_line(one: Evidence, max_chars: int, *, names_files: bool) -> str:
    file = f"{truncate(one.file, 40)} " if names_files else ""
    return f"{file}L{one.line}  {truncate(one.text, max_chars)}"


def _format_steps(steps: Sequence[NextStep], measure: _Measure) -> list[str]:
    steps = [step for step in steps if step.text or step.command]
    if not steps:
        return []
    lines: list[str] = ["", _TRY]
    for number, step in enumerate(steps, 1):
        lines.append(f"{number}. {_clean(step.text, measure.text)}")
        if step.command:
            command = redact_secrets(step.command).splitlines()
            lines += _format_code([truncate(line, measure.command) for line in command[:6]])
    return lines


def _build_more(checked: CheckedDiagnosis) -> str:
    """Return everything as a page, in the words of the model and of the file alone."""
    said = checked.diagnosis
    lines = [f"# {_clean(said.summary, 1_000)}", ""]
    lines += [_clean(part, 1_000) for part in (said.step, said.where) if part]
    lines += _format_evidence([checked.error] if checked.error else [], 1_000, names_files=True)
    for cause, evidence in zip(said.causes, checked.evidence, strict=True):
        lines += ["", f"- {_clean(cause.text, 1_000)}"]
        lines += map(str, _format_evidence(evidence, 1_000, names_files=True))
    lines += map(str, _format_steps(said.next_steps, _WHOLE)[2:])
    return "\n".join(lines) + "\n"


def _clean(text: str, max_chars: int) -> str:
    """Return the model's words on one line, with addresses as code and without open blocks."""
    plain = _BARE_MARKS.sub(" ", redact_secrets(text))
    if plain.count("`") % 2:
        plain = plain.replace("`", "'")
    shown = truncate(plain, max_chars)
    if shown != plain and shown.count("`") % 2:
        shown = f"{shown}`"
    return "`".join(
        _ADDRESS.sub(lambda found: f"`{found[0]}`", part) if number % 2 == 0 else part
        for number, part in enumerate(shown.split("`"))
    )


def _format_code(lines: Sequence[str]) -> list[str]:
    """Return lines as a code block that none of them can end."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    mark = "`" * max(3, longest + 1)
    return [mark, *lines, mark]
