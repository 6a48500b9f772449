"""Checks the promises after a storm, from the records of the played ends and the database."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from storage.engine.lock import lock_database
from tests.chaos.people import CHANNEL, SentQuestion
from tests.chaos.steering.acts import Act
from tests.chaos.steering.threads import SteeredThreads, find_left_stops
from tests.chaos.stored import count_rows, select_rows
from tests.support.menus import has_menus
from tests.support.postgres import replicated_databases

_NANO_PER_DOLLAR = 1_000_000_000

# Above an answer that came after a later question: whose it is.
_HEADING_PATTERN = re.compile(r"\A_(?:[^\n]{1,80} asked|On) “[^\n]*”:_(?:\n\n|\Z)")


def find_broken_promises(
    sent: Sequence[SentQuestion],
    slack: PlayedSlack,
    model: PlayedModel,
    folder: Path,
    *,
    acts: Sequence[Act] = (),
    has_long_outages: bool = False,
    awaits_bills: bool = False,
) -> list[str]:
    """Return the broken promises, one line each. `acts` are what people did to the questions.

    A question that was never acknowledged may be lost, but not before Slack's last repeat of it.
    With long outages a file may be out of reach until Easel answers without it, and says so under
    the answer; and a broken answer keeps its picture when a button asks the question again. With
    `awaits_bills` it is right as well that a cost is still to be looked up.
    """
    shown_messages, steered = _load_shown_messages(folder), SteeredThreads(acts, folder)
    open_count = count_rows(folder, "SELECT count(*) FROM questions WHERE NOT shown")
    problems = [f"{open_count} questions are still open"] if open_count else []
    problems += [
        f"not acknowledged: q{question.number}"
        for question in sent
        if question.acked_at is None and not question.is_given_up
    ]
    kept = [one for one in sent if one.ts in shown_messages or not one.is_given_up]
    problems += [
        f"acknowledged, not stored: {_describe_deliveries(question)}"
        for question in kept
        if question.ts not in shown_messages and not steered.is_gone(question)
    ]
    for root, questions in _group_by_thread(kept).items():
        own = [message for message in slack.list_thread(CHANNEL, root) if message.from_bot]
        problems += _check_thread(
            own, questions, shown_messages, model, steered, allows_notes=has_long_outages
        )
        problems += _check_order(questions, shown_messages)
        problems += steered.check_files(root, own)
        if not steered.has_pictures_of_presses(questions):
            problems += _check_pictures(questions, own, model, allows_repeats=has_long_outages)
    problems += find_left_stops(slack, sorted({one.root for one in sent}))
    problems += find_wrong_bills(model, folder, awaits_bills=awaits_bills)
    problems += [
        f"a status is left in {root}: {status}"
        for (_, root), status in slack.workspace.list_statuses().items()
    ]
    if folder not in replicated_databases:
        # What replicas share is tidied an hour after it was put.
        problems += [f"left behind: {path.name}" for path in (folder / "outbox").glob("*/*")]
    if reserved := count_rows(folder, "SELECT count(*) FROM reservations"):
        problems.append(f"{reserved} sums are still set aside")
    return problems + _check_lock(folder)


def _check_lock(folder: Path) -> list[str]:
    """Find the lock of a SQLite file still held."""
    if folder in replicated_databases:
        return []
    try:
        with lock_database(folder / "easel.db"):
            return []
    except StartupError:
        return ["the lock of the database is still held"]


def _describe_deliveries(question: SentQuestion) -> str:
    deliveries = [
        f"{delivery.body['event']['type']} {delivery.event_id} after {delivery.attempts} tries"
        for delivery in question.deliveries
        if delivery.acked_at is not None
    ]
    return f"q{question.number} by {', '.join(deliveries)}"


def _load_shown_messages(folder: Path) -> dict[str, list[str]]:
    """Load the ts of each question's messages, by the question's ts."""
    shown_messages: dict[str, list[str]] = defaultdict(list)
    rows = select_rows(
        folder,
        "SELECT q.ts, m.ts FROM questions q LEFT JOIN reply_messages m ON m.question_id = q.id"
        " ORDER BY m.ts",
    )
    for question_ts, message_ts in rows:
        shown_messages[question_ts] += [message_ts] if message_ts else []
    return shown_messages


def _group_by_thread(sent: Sequence[SentQuestion]) -> dict[str, list[SentQuestion]]:
    threads: dict[str, list[SentQuestion]] = defaultdict(list)
    for one in sorted(sent, key=lambda one: one.ts):
        threads[one.root].append(one)
    return threads


def _check_thread(
    own: Sequence[PlayedMessage],
    questions: Sequence[SentQuestion],
    shown_messages: dict[str, list[str]],
    model: PlayedModel,
    steered: SteeredThreads,
    *,
    allows_notes: bool,
) -> list[str]:
    problems = [f"left streaming: {message.text[:40]}" for message in own if message.streaming]
    menus = [message.ts for message in own if has_menus(message)]
    texts = {one.ts: one.text for one in own if not one.files and one.ts not in menus}
    # Also those of questions that were pressed.
    recorded = {ts for messages in shown_messages.values() for ts in messages}
    problems += [
        f"a message without a question in {questions[0].root}: {text[:60]}"
        for ts, text in texts.items()
        if ts not in recorded and not steered.is_notice(text)
    ]
    problems += [
        f"q{one.number} has several menus under its pictures"
        for one in questions
        if sum(ts in menus for ts in shown_messages.get(one.ts, [])) > 1
    ]
    for number, one in enumerate(questions):
        shown = [texts[ts] for ts in shown_messages.get(one.ts, []) if ts in texts]
        # Above a picture that comes below a later answer a heading stands alone.
        said = [_HEADING_PATTERN.sub("", text) for text in shown]
        replies = [text for text in said if text]
        if said.count("") > 1:
            problems.append(f"q{one.number} has several headings: {shown}")
        found = steered.check_replies(one, replies, model, questions[number + 1 :])
        if found is not None:
            problems += found
            continue
        expected = tuple(answer.text for question, answer in model.answers if question == one.text)
        allows_note = allows_notes or one.kind == "cut"  # it says that there would be more
        if len(replies) != 1:
            problems.append(f"q{one.number} has {len(replies)} replies: {replies}")
        elif replies[0] not in expected and not (allows_note and replies[0].startswith(expected)):
            problems.append(f"q{one.number} is answered with: {replies[0][:80]!r}")
    return problems


def _check_order(
    questions: Sequence[SentQuestion], shown_messages: dict[str, list[str]]
) -> list[str]:
    """Find replies out of the order of their questions, unless Slack sent the later one first."""
    problems = []
    for earlier, later in itertools.combinations(questions, 2):
        if earlier.acked_at is None or later.acked_at is None:
            continue  # when it was stored is not known
        delivered_in_order = earlier.acked_at < later.acked_at
        first, second = (
            shown_messages.get(earlier.ts) or [""],
            shown_messages.get(later.ts) or ["9"],
        )
        if delivered_in_order and first[0] > second[0]:
            problems.append(f"q{later.number} is answered before q{earlier.number}")
    return problems


def _check_pictures(
    questions: Sequence[SentQuestion],
    own_messages: Sequence[PlayedMessage],
    model: PlayedModel,
    *,
    allows_repeats: bool,
) -> list[str]:
    """Find pictures that are missing, or shared more often than once for each question."""
    shared = Counter(file.data for message in own_messages for file in message.files)
    expected: Counter[bytes] = Counter()
    allowed: Counter[bytes] = Counter()
    for one in questions:
        made = [
            answer.pictures[0]
            for question, answer in model.answers
            if question == one.text and answer.pictures
        ]
        expected.update(set(made))
        allowed.update(made if allows_repeats else set(made))
    problems = []
    for data, times in (shared - allowed).items():
        problems.append(f"a picture of {len(data)} bytes is shared {times} times too often")
    for data, times in (expected - shared).items():
        problems.append(f"a picture of {len(data)} bytes is missing {times} times")
    return problems


def find_wrong_bills(model: PlayedModel, folder: Path, *, awaits_bills: bool = False) -> list[str]:
    """Return the answers that are not booked at the cost that the model billed.

    With `awaits_bills`, those whose bill is still to be looked up are none of them.

    Where not even the id of an answer has arrived, its request has to be in the ledger without one.
    """
    query = "SELECT generation_id, sum(cost_nano), count(*) FROM attempts GROUP BY 1"
    booked = {name: (cost, count) for name, cost, count in select_rows(folder, query)}
    billed = {name: int(cost * _NANO_PER_DOLLAR) for name, cost in model.bills.items()}
    due = select_rows(folder, "SELECT generation_id FROM attempts WHERE bill_due IS NOT NULL")
    awaited = {name for (name,) in due} if awaits_bills else set()
    problems = [
        f"{name}: billed {cost}, booked {booked[name][0]}"
        for name, cost in billed.items()
        if name in booked and booked[name][0] != cost and name not in awaited
    ]
    unknown = billed.keys() - booked.keys()
    _, nameless_count = booked.get("", (None, 0))
    if len(unknown) > nameless_count:
        problems.append(
            f"{len(unknown)} answers were billed under ids that never arrived,"
            f" and {nameless_count} requests without an id are booked"
        )
    return problems
