"""Parses what the form of feedback brings back, and seals the answer that it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.safe_text import replace_invisible
from bot.domain.stores.feedback import MAX_WORDS_CHARS, AnswerName, Fault
from handlers.identifiers import FAULT_FIELD_ID, FEEDBACK_CALLBACK_ID, WORDS_FIELD_ID
from handlers.parsing.fields import read_mapping, read_mappings, read_text
from handlers.parsing.seal import open_sealed, seal

_KIND, _NAMES = "feedback", ("question", "version", "channel", "user")


@dataclass(frozen=True, slots=True)
class FeedbackSubmission:
    """A submitted form; `words` are one line. `faults` are in the order of `Fault`, each once.

    `teams` are the workspaces that the payload names.
    """

    person: str
    metadata: str
    faults: tuple[Fault, ...]
    words: str
    teams: frozenset[str]


def sign_answer(answer: AnswerName, person: str, key: bytes) -> str:
    """Return what the form takes along for `person`; `open_answer` reads it."""
    values = (str(answer.question_id), str(answer.version), answer.channel, person)
    return seal(dict(zip(_NAMES, values, strict=True)), key, kind=_KIND)


def open_answer(submission: FeedbackSubmission, key: bytes) -> AnswerName | None:
    """Return the answer that the form is about, None if it was not sealed for who sends it."""
    fields = open_sealed(submission.metadata, _NAMES, key, kind=_KIND)
    if fields is None or fields["user"] != submission.person:
        return None
    return AnswerName(int(fields["question"]), int(fields["version"]), fields["channel"])


def parse_feedback(body: Mapping[str, Any]) -> FeedbackSubmission | None:
    """Return the submitted form, None if `body` is none of feedback. Never raises."""
    view, user = read_mapping(body, "view"), read_mapping(body, "user")
    if body.get("type") != "view_submission" or view.get("callback_id") != FEEDBACK_CALLBACK_ID:
        return None
    values = read_mapping(read_mapping(view, "state"), "values")
    chosen = read_mappings(_read_field(values, FAULT_FIELD_ID).get("selected_options"))
    words = read_text(_read_field(values, WORDS_FIELD_ID).get("value"))
    teams = (read_mapping(body, "team").get("id"), user.get("team_id"), view.get("team_id"))
    return FeedbackSubmission(
        read_text(user.get("id")),
        read_text(view.get("private_metadata")),
        _read_faults(chosen),
        " ".join(replace_invisible(words[: 2 * MAX_WORDS_CHARS]).split())[:MAX_WORDS_CHARS],
        frozenset(map(read_text, teams)) - {""},
    )


def _read_field(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return read_mapping(read_mapping(values, name), name)


def _read_faults(options: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    chosen = {read_text(option.get("value")) for option in options}
    return tuple(fault for fault in Fault if fault.value in chosen)
