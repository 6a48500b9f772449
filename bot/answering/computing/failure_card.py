"""Shows what a model says of a failure as a card, with only quotes that are in the files. Pure.

See `failures.py` for what the model was shown.
"""

from __future__ import annotations

from bot.diagnosis.answer_schema import parse_diagnosis
from bot.diagnosis.card import build_card
from bot.diagnosis.evidence import CheckedDiagnosis, Sources, check_diagnosis
from bot.domain.answers.checked import NO_DATA_NOTE, NOT_JSON, CheckedAnswer, Presentation
from bot.domain.files import GeneratedFile
from bot.domain.messages import Message

_DROPPED = "_{count} line that the model quoted is not in the file: left out._"
_SEVERAL_DROPPED = "_{count} lines that the model quoted are not in the file: left out._"
_MASKED = (
    "_{count:,} line that I looked at holds what looks like a password, a key or a token. I masked"
    " it; replace it if it is real._"
)
_SEVERAL_MASKED = (
    "_{count:,} lines that I looked at hold what looks like passwords, keys or tokens. I masked"
    " them; replace them if they are real._"
)


def check_answer(text: str, sources: Sources) -> CheckedAnswer:
    """Show the model's answer as a card, with only those quotes that are in the files."""
    diagnosis = parse_diagnosis(text)
    if diagnosis is None:
        return CheckedAnswer(Presentation(notes=(NO_DATA_NOTE,)), (NOT_JSON,))
    checked = check_diagnosis(diagnosis, sources)
    names_files = len(sources.excerpts) > 1
    card = build_card(checked, names_files=names_files)
    files = [GeneratedFile("what-failed.md", "text/markdown", card.more.encode())]
    return CheckedAnswer(
        Presentation(card.text, tuple(files) if card.more else (), _list_notes(checked, sources))
    )


def _list_notes(checked: CheckedDiagnosis, sources: Sources) -> tuple[Message, ...]:
    notes, dropped = list[Message](), checked.dropped_count
    if dropped and checked.diagnosis.has_failed:
        notes.append(Message(_DROPPED, plural=_SEVERAL_DROPPED, count=dropped))
    masked = sum(excerpt.masked_count for excerpt in sources.excerpts.values())
    if masked:
        notes.append(Message(_MASKED, plural=_SEVERAL_MASKED, count=masked))
    return tuple(notes)
