"""What must hold after a run of chaos, from what the played ends recorded and the database."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from storage.engine.lock import lock_database
from tests.chaos.people import CHANNEL, SentQuestion

_NANO_PER_DOLLAR = 1_000_000_000


def find_broken_promises(
    sent: Sequence[SentQuestion], slack: PlayedSlack, model: PlayedModel, folder: Path
) -> list[str]:
    """Every promise that was broken, one line each; empty if all was kept."""
    with sqlite3.connect(folder / "easel.db") as database:
        shown = _load_shown_messages(database)
        costs = dict(
            database.execute("SELECT generation_id, sum(cost_nano) FROM attempts GROUP BY 1")
        )
        left = database.execute("SELECT count(*) FROM questions WHERE shown = 0").fetchone()[0]
    database.close()
    problems = [f"{left} questions are still open"] if left else []
    problems += [f"not acknowledged: q{one.number}" for one in sent if one.acked_at is None]
    problems += [
        f"acknowledged, not stored: {_describe_deliveries(one)}"
        for one in sent
        if one.ts not in shown
    ]
    for root, questions in _group_by_thread(sent).items():
        problems += _check_thread(slack.list_thread(CHANNEL, root), questions, shown, model)
    problems += _check_bills(costs, model)
    problems += [f"left behind: {path.name}" for path in (folder / "outbox").glob("*/*")]
    try:
        with lock_database(folder / "easel.db"):
            return problems
    except StartupError:
        return [*problems, "the lock of the database is still held"]


def _describe_deliveries(question: SentQuestion) -> str:
    told = [
        f"{delivery.body['event']['type']} {delivery.event_id} after {delivery.attempts} tries"
        for delivery in question.deliveries
        if delivery.acked_at is not None
    ]
    return f"q{question.number} by {', '.join(told)}"


def _load_shown_messages(database: sqlite3.Connection) -> dict[str, list[str]]:
    """The ts of each question's messages, by the question's ts."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = database.execute(
        "SELECT q.ts, m.ts FROM questions q LEFT JOIN reply_messages m ON m.question_id = q.id"
        " ORDER BY m.ts"
    )
    for asked, message in rows:
        found[asked] += [message] if message else []
    return found


def _group_by_thread(sent: Sequence[SentQuestion]) -> dict[str, list[SentQuestion]]:
    threads: dict[str, list[SentQuestion]] = defaultdict(list)
    for one in sorted(sent, key=lambda one: one.ts):
        threads[one.root].append(one)
    return threads


def _check_thread(
    messages: Sequence[PlayedMessage],
    questions: Sequence[SentQuestion],
    shown_messages: dict[str, list[str]],
    model: PlayedModel,
) -> list[str]:
    own = [message for message in messages if message.from_bot]
    problems = [f"left streaming: {message.text[:40]}" for message in own if message.streaming]
    said = {message.ts: message for message in own if not message.files}
    wanted = [ts for one in questions for ts in shown_messages.get(one.ts, []) if ts in said]
    extra = set(said) - set(wanted)
    problems += [f"nobody's message in {questions[0].root}: {said[ts].text[:60]}" for ts in extra]
    for one in questions:
        texts = [said[ts].text for ts in shown_messages.get(one.ts, []) if ts in said]
        expected = {told.text for question, told in model.answers if question == one.text}
        if len(texts) != 1:
            problems.append(f"q{one.number} has {len(texts)} replies: {texts}")
        elif texts[0] not in expected:
            problems.append(f"q{one.number} is answered with: {texts[0][:80]}")
    problems += _check_order(questions, shown_messages)
    problems += _check_pictures(questions, own, model)
    return problems


def _check_order(
    questions: Sequence[SentQuestion], shown_messages: dict[str, list[str]]
) -> list[str]:
    """Replies follow their questions' order, but where Slack told of the later one first."""
    problems = []
    for earlier, later in itertools.combinations(questions, 2):
        told_in_order = (earlier.acked_at or 0) < (later.acked_at or 0)
        first, second = (
            shown_messages.get(earlier.ts) or [""],
            shown_messages.get(later.ts) or ["9"],
        )
        if told_in_order and first[0] > second[0]:
            problems.append(f"q{later.number} is answered before q{earlier.number}")
    return problems


def _check_pictures(
    questions: Sequence[SentQuestion], own_messages: Sequence[PlayedMessage], model: PlayedModel
) -> list[str]:
    shared = Counter(file.data for message in own_messages for file in message.files)
    wanted: Counter[bytes] = Counter()
    for one in questions:
        made = {
            told.pictures[0] for asked, told in model.answers if asked == one.text and told.pictures
        }
        wanted.update(made)
    problems = []
    for data, times in (shared - wanted).items():
        problems.append(f"a picture of {len(data)} bytes is shared {times} times too often")
    for data, times in (wanted - shared).items():
        problems.append(f"a picture of {len(data)} bytes is missing {times} times")
    return problems


def _check_bills(costs: dict[str, int | None], model: PlayedModel) -> list[str]:
    billed = {name: int(cost * _NANO_PER_DOLLAR) for name, cost in model.bills.items()}
    booked = {name: costs.get(name) for name in billed}
    wrong = [name for name in billed if billed[name] != booked[name]]
    return [f"{name}: billed {billed[name]}, booked {booked[name]}" for name in wrong]
