"""Checks what came of every act, from the database and from what the model was told.

A press that was acknowledged happened, once, and is booked on whoever pressed; what was deleted or
edited away is told no model any more; a stopped answer has ended, and is booked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.steering.acts import FOLLOW_UPS, PICTURE_ACTS, STOPS, Act, ActKind
from tests.chaos.steering.hearing import SLOW_SECONDS, Hearing
from tests.chaos.steering.stored import StoredQuestion, load_questions
from tests.chaos.stored import select_rows

# A request that is on its way when something is deleted arrives all the same.
LEEWAY_SECONDS = 1.0
# Others take over what a killed process was answering after its lease has ended.
MAX_STOP_SECONDS = 40.0
_PICTURE_COUNTS = {ActKind.AGAIN: 1, ActKind.VARY: 3, ActKind.CONVERT: 1}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds about acts: `asked_again` counts the presses that were taken for each
    question, `pressed` are questions that were pressed under pictures, by what names the press."""

    questions: dict[int, StoredQuestion]
    by_ts: dict[str, StoredQuestion]
    by_event: dict[str, StoredQuestion]
    asked_again: dict[int, int]
    pressed: dict[tuple[int, int, str], list[int]]
    requests: dict[int, list[Request]]
    picture_counts: dict[int, int]
    verdicts: dict[tuple[int, int, str], str]


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the ledger. `asked_at` is a Unix time."""

    user: str
    asked_at: float
    generation_id: str


def load_stored(folder: Path) -> Stored:
    questions = load_questions(folder)
    pressed: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    query = "SELECT of_question, version, action, question_id FROM picture_presses"
    for of_question, version, action, question_id in select_rows(folder, query):
        pressed[of_question, version, action].append(question_id)
    requests: dict[int, list[Request]] = defaultdict(list)
    query = 'SELECT question_id, "user", asked_at, generation_id FROM attempts'
    for question_id, *row in select_rows(folder, query):
        requests[question_id].append(Request(*row))
    query = 'SELECT question_id, version, "user", verdict FROM feedback'
    return Stored(
        {one.id: one for one in questions},
        {one.ts: one for one in questions},
        {one.event_id: one for one in questions},
        _select_counts(
            folder,
            "SELECT question_id, count(*) FROM troubles WHERE kind = 'asked again' GROUP BY 1",
        ),
        pressed,
        requests,
        _select_counts(
            folder,
            "SELECT q.id, count(*) FROM questions q JOIN files f ON f.turn_id = q.answer_turn_id"
            " WHERE f.slack_id != '' GROUP BY 1",
        ),
        {(row[0], row[1], row[2]): row[3] for row in select_rows(folder, query)},
    )


def _select_counts(folder: Path, query: str) -> dict[int, int]:
    return dict(select_rows(folder, query))


def find_broken_acts(
    acts: Sequence[Act], stored: Stored, hearing: Hearing, billed: Sequence[str]
) -> list[str]:
    """Return the broken promises, one line each; `billed` are the answers that the model billed."""
    problems = []
    for act in acts:
        problems += _CHECKS[act.kind](act, stored, billed)
        problems += _find_unbooked(act, stored, hearing)
        problems += _find_leaks(act, hearing)
    return problems


def _check_asked_again(act: Act, stored: Stored, _billed: Sequence[str]) -> Iterator[str]:
    """Check that the question was asked again by one press, for whoever pressed."""
    count = stored.asked_again.get(act.question_id, 0)
    yield from _check_count(act, count)
    if count != 1:
        return
    later = [one for one in stored.requests[act.question_id] if one.user == act.person]
    if not later:
        yield f"{act}: nothing is booked on {act.person}"


def _check_follow_up(act: Act, stored: Stored, _billed: Sequence[str]) -> Iterator[str]:
    name = f"{act.kind.value}:{act.question_id}.{act.version}"
    question = stored.by_event.get(name)
    yield from _check_count(act, int(question is not None))
    if question is not None:
        yield from _check_booking(act, question, stored, is_free=act.kind is ActKind.COPY)


def _check_picture_press(act: Act, stored: Stored, _billed: Sequence[str]) -> Iterator[str]:
    ids = stored.pressed.get((act.question_id, act.version, act.kind.value), [])
    yield from _check_count(act, len(ids))
    for question_id in ids:
        question = stored.questions[question_id]
        yield from _check_booking(act, question, stored, is_free=act.kind is ActKind.CONVERT)
        count = stored.picture_counts.get(question_id, 0)
        # Where the model fails, one of several is missing, and the answer says so.
        if question.outcome == "answered" and not 1 <= count <= _PICTURE_COUNTS[act.kind]:
            yield f"{act} made {count} pictures"


def _check_booking(
    act: Act, question: StoredQuestion, stored: Stored, *, is_free: bool
) -> Iterator[str]:
    payers = {one.user for one in stored.requests[question.id]}
    expected = set[str]() if is_free else {act.person}
    is_answered = question.outcome == "answered"
    if payers - expected or (is_answered and payers != expected):
        yield f"{act}: booked on {sorted(payers)}, pressed by {act.person}"


def _check_feedback(act: Act, stored: Stored, _billed: Sequence[str]) -> Iterator[str]:
    verdict = stored.verdicts.get((act.question_id, act.version, act.person))
    if act.deliveries[-1].acked_at is not None and verdict != act.verdict:
        yield f"{act} says {verdict}, and {act.verdict} was pressed last"


def _check_stop(act: Act, stored: Stored, billed: Sequence[str]) -> Iterator[str]:
    """Check that the answer ended soon, and that its call went no further, and is booked."""
    question = stored.by_ts.get(act.question.ts)
    if question is None or not act.is_promised or question.settled_at is None:
        return  # the other checks report it
    seconds = question.settled_at - act.acked_unix
    if seconds > 0 and not question.is_stop_asked:
        yield f"{act} was acknowledged, and did not happen"
    if seconds > MAX_STOP_SECONDS:
        yield f"{act} took {seconds:.0f} s"
    requests = stored.requests[question.id]
    is_early = question.settled_at - float(question.ts) < SLOW_SECONDS
    if is_early and any(one.generation_id in billed for one in requests):
        yield f"{act}: its call went on to the end"


def _find_unbooked(act: Act, stored: Stored, hearing: Hearing) -> Iterator[str]:
    """Find calls for what was stopped or deleted that are not in the ledger."""
    question = stored.by_ts.get(act.question.ts)
    if question is None or question.outcome != "stopped":
        return
    has_called = hearing.count_requests(f"q{act.question.number}")
    if act.kind in STOPS and has_called and not stored.requests[question.id]:
        yield f"{act}: the call is not booked"


def _check_nothing(_act: Act, _stored: Stored, _billed: Sequence[str]) -> Iterator[str]:
    """What people see of it is checked in `threads.py`."""
    yield from ()


def _check_count(act: Act, count: int) -> Iterator[str]:
    if count > 1:
        yield f"{act} happened {count} times"
    elif not count and act.is_promised:
        yield f"{act} was acknowledged, and did not happen"


def _find_leaks(act: Act, hearing: Hearing) -> Iterator[str]:
    """Find requests with words that were deleted or edited away before."""
    if not act.lost_mark or act.acked_at is None:
        return
    count = hearing.count_requests(act.lost_mark, since=act.acked_at + LEEWAY_SECONDS)
    if count:
        yield f"{act}: its words were sent {count} times after that"


_CHECKS: dict[ActKind, Any] = {
    ActKind.REGENERATE: _check_asked_again,
    ActKind.RETRY: _check_asked_again,
    ActKind.FEEDBACK: _check_feedback,
    ActKind.EDIT: _check_nothing,
    ActKind.DELETE_QUESTION: _check_nothing,
    ActKind.DELETE_ANSWER: _check_nothing,
    **dict.fromkeys(FOLLOW_UPS, _check_follow_up),
    **dict.fromkeys(PICTURE_ACTS, _check_picture_press),
    **dict.fromkeys(STOPS, _check_stop),
}


def find_left_files(shared: Sequence[str], known: Sequence[str], root: str) -> list[str]:
    """Return the files of Easel's that a thread shows not once, or that the database does not know.

    `shared` are the ids that Slack shows there, `known` those of the database.
    """
    shown, stored = Counter(shared), set(known)
    problems = [
        f"the file {name} is shared {count} times in {root}"
        for name, count in shown.items()
        if count > 1
    ]
    problems += [f"the file {name} is missing in {root}" for name in sorted(stored - set(shown))]
    strange = sorted(set(shown) - stored)
    return problems + [f"nobody knows the file {name} in {root}" for name in strange]
