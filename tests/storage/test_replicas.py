"""What several replicas on one PostgreSQL database agree on, also at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from bot.alerts.decide import Reading, merge_readings
from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Demand, Verdict
from bot.domain.conversation import Person
from bot.domain.costs import CostOwner, PlannedRequest, RequestPurpose
from bot.domain.errors import StartupError
from bot.domain.llm import RequestSent
from bot.domain.questions import Answer, EnqueueResult, Outcome, Presser, PressResult
from bot.domain.stores.alerts import AlertKind
from bot.domain.stores.replicas import InterruptionKind
from storage.alerts.readings import SqlReadings
from storage.budgets import SqlBudgetStore
from storage.deletion import SqlDeletionStore
from storage.engine.announcements import Announcements
from storage.ledger import SqlLedger
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.queue.signs import SqlWaitingQuestions
from storage.replicas.duties import SqlDuties
from storage.replicas.interruptions import SqlInterruptions
from storage.replicas.keys import carry_key_over, load_key
from storage.replicas.senders import SqlOnce, SqlSenders
from storage.settings import SETTINGS_TOPIC, SqlSettingsStore
from tests.support.queues import AMPLE, take_question
from tests.support.replicas import NAMES, open_replicas
from tests.support.values import (
    ALEX,
    THREAD,
    build_incoming_message,
    build_picture_ref,
    build_thread,
)

SECRET, OTHER_SECRET = "s" * 32, "t" * 32


async def test_of_a_hundred_questions_at_once_on_three_replicas_as_many_are_paid_as_there_is_money(
    postgres_url: str,
) -> None:
    limits = parse_budgets("user/day=9 channel/day=1.00 workspace/month=50")
    cost = Decimal("0.10")
    demand = Demand(cost, cost, cost, 1)
    async with open_replicas(postgres_url) as databases:
        stores = [SqlBudgetStore(database) for database in databases]
        ledgers = [SqlLedger(database) for database in databases]

        async def ask(number: int) -> Verdict:
            # People of two channels, who share the workspace's budget.
            owner = CostOwner("T", f"C{number % 2}", f"U{number % 7}", None)
            judgement = await stores[number % 3].reserve(owner, demand, limits)
            if judgement.verdict is Verdict.ALLOWED and number % 3 == 0:
                # While others reserve, requests are sent: the rows of `spending` are locked, too.
                planned = PlannedRequest(f"key-{number}", RequestPurpose.ANSWER, max_cost=cost)
                await ledgers[number % 3].record_sent(owner, planned, RequestSent("p", "m"))
            return judgement.verdict

        verdicts = await asyncio.gather(*(ask(number) for number in range(100)))
        owners = [CostOwner("T", channel, "U0", None) for channel in ("C0", "C1")]
        channel_limit = limits.select_limits(owners[0])[1]
        assert str(channel_limit) == "channel/day"
        for owner in owners:
            spent = (await stores[0].get_spent(owner, [channel_limit]))[channel_limit]
            assert spent.settled + spent.pending >= Decimal(1)
    assert Counter(verdicts)[Verdict.ALLOWED] == 20


async def test_a_start_frees_only_the_money_and_the_requests_that_belong_to_no_answer(
    postgres_url: str,
) -> None:
    limits = parse_budgets("workspace/day=9")
    cost = Decimal("1")
    async with open_replicas(postgres_url, 2) as (first, second):
        now = [1_795_262_400.0]
        queue = SqlQuestionQueue(first, owner="a", clock=lambda: now[0])
        ledger = SqlLedger(first, clock=lambda: now[0])
        budgets = SqlBudgetStore(first, clock=lambda: now[0])
        starting = SqlLedger(second, clock=lambda: now[0])
        question = await take_question(queue)
        await budgets.reserve(question.cost_owner, Demand(cost, cost, cost, 2), limits)
        planned = PlannedRequest("running", RequestPurpose.ANSWER, max_cost=cost)
        await ledger.record_sent(question.cost_owner, planned, RequestSent("p", "m"))
        limit = limits.select_limits(question.cost_owner)[0]

        async def read_pending() -> Decimal:
            return (await budgets.get_spent(question.cost_owner, [limit]))[limit].pending

        await starting.recover_interrupted()
        assert await read_pending() == 2 and (await ledger.count_bills()).given_up == 0
        # Its replica has ended: its claim is over, and what was not sent is nobody's.
        now[0] += 60
        await starting.recover_interrupted()
        assert await read_pending() == 1 and (await ledger.count_bills()).given_up == 0
        # No request runs for so long.
        now[0] += 700
        await starting.recover_interrupted()
        assert await read_pending() == 0 and (await ledger.count_bills()).given_up == 1


async def test_the_bill_of_a_request_whose_replica_has_ended_is_looked_up_soon(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as (first, second):
        now = [1_795_262_400.0]
        queue = SqlQuestionQueue(first, owner="a", clock=lambda: now[0])
        ledger = SqlLedger(first, clock=lambda: now[0])
        other = SqlLedger(second, clock=lambda: now[0])
        question = await take_question(queue)
        planned = PlannedRequest("running", RequestPurpose.ANSWER, max_cost=Decimal(1))
        await ledger.record_sent(question.cost_owner, planned, RequestSent("openrouter", "m"))
        ledger.note_started(planned, "openrouter", "gen-1")
        await queue.flush()
        for seconds in (5, 20, 20):  # a claim lasts for half a minute
            await other.recover_interrupted()
            assert await other.list_unbilled(9) == []
            now[0] += seconds
        # Nobody has renewed the claim.
        await other.recover_interrupted()
        now[0] += 15
        (unbilled,) = await other.list_unbilled(9)
        assert unbilled.generation_id == "gen-1"
        await other.recover_interrupted()
        assert len(await other.list_unbilled(9)) == 1
        await other.record_cost("gen-1", Decimal("0.5"))
        assert await other.list_unbilled(9) == []


async def test_a_warning_is_recorded_once_for_all_replicas(postgres_url: str) -> None:
    limits = parse_budgets("workspace/day=9")
    owner = CostOwner("T", "C", "U", None)
    limit = limits.select_limits(owner)[0]
    async with open_replicas(postgres_url) as databases:
        stores = [SqlBudgetStore(database) for database in databases]
        now = datetime.now(UTC)
        await asyncio.gather(*(store.record_warning(owner, limit, now) for store in stores))
        assert await stores[0].is_warned(owner, limit)
        count = text("SELECT count(*) FROM budget_events WHERE kind = 'warned'")
        assert await databases[0].read(lambda c: c.scalar(count)) == 1


async def test_two_events_of_one_post_at_two_replicas_are_one_question_with_its_files(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = [
            SqlQuestionQueue(database, owner=n)
            for database, n in zip(databases, NAMES, strict=False)
        ]
        for number in range(10):
            thread = build_thread(number)
            plain = build_incoming_message(ts=thread.root, thread=thread, event_id=f"Ev{number}a")
            with_file = build_incoming_message(
                ts=thread.root,
                thread=thread,
                event_id=f"Ev{number}b",
                files=(build_picture_ref(f"F{number}"),),
            )
            results = await asyncio.gather(
                queues[0].enqueue(plain, claim=None), queues[1].enqueue(with_file, claim=None)
            )
            assert results.count(EnqueueResult.NEW) == 1
        stats = await queues[0].read_stats()
        claimed = await queues[0].claim(AMPLE)
    assert stats.states == {"stored": 10}
    assert all(question.files for question in claimed.questions)


async def test_a_message_that_is_stored_and_deleted_at_the_same_moment_is_gone(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        deletions = SqlDeletionStore(databases[1])
        for number in range(10):
            thread = build_thread(number)
            message = build_incoming_message("secret", ts=thread.root, thread=thread)
            await asyncio.gather(
                queue.enqueue(message, claim=None),
                deletions.forget_message(thread.team, thread.channel, thread.root),
            )
        assert (await queue.read_stats()).states == {}


async def test_a_failed_question_is_asked_again_once_whoever_presses_at_the_same_moment(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        other = SqlQuestionQueue(databases[1], owner="b")
        question = await take_question(queue)
        # Long ago, so that it is anybody's.
        await SqlJournal(databases[0], owner="a", clock=lambda: 0.0).settle(
            question, Answer(note="no", outcome=Outcome.FAILED)
        )
        queue.mark_delivered(question, Outcome.FAILED)
        await queue.flush()
        presses = [
            Presser(ALEX, "1700000099.000100"),
            Presser(Person("U0SAM", ALEX.team), "1700000099.000200"),
        ]
        results = await asyncio.gather(
            queue.retry(question.id, THREAD.channel, presses[0], go_on=False),
            other.retry(question.id, THREAD.channel, presses[1], go_on=False),
        )
    assert sorted(results) == sorted([PressResult.ASKED, PressResult.NOTHING_TO_ASK])


async def test_what_is_done_or_said_once_is_so_for_all_replicas(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        duties = [
            SqlDuties(database, holder=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        taken = await asyncio.gather(*(one.take("signs", seconds=12) for one in duties))
        assert taken.count(True) == 1
        holder = duties[taken.index(True)]
        now[0] += 10
        assert await holder.take("signs", seconds=12)  # renewed
        now[0] += 10
        assert [await one.take("signs", seconds=12) for one in duties] == taken
        now[0] += 13
        others = [one for one in duties if one is not holder]
        assert await others[0].take("signs", seconds=12)
        assert not await holder.take("signs", seconds=12)
        await others[0].release("signs")
        assert await holder.take("signs", seconds=12)

        once = [SqlOnce(database) for database in databases]
        assert (await asyncio.gather(*(one.is_first("loop/C/1") for one in once))).count(True) == 1


async def test_questions_of_one_sender_are_counted_over_all_replicas(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        queues = [
            SqlQuestionQueue(database, owner=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        for number in range(6):
            ts = f"1700000001.{number:06d}"
            await queues[number % 3].enqueue(build_incoming_message(ts=ts), claim=None)
        senders = SqlSenders(databases[0], clock=lambda: now[0])
        assert await senders.count_questions(THREAD, ALEX.id, 60) == 6
        assert await senders.count_questions(THREAD, "U0SAM", 60) == 0
        now[0] += 61
        assert await senders.count_questions(THREAD, ALEX.id, 60) == 0


async def test_a_stop_or_a_late_file_reaches_the_replica_that_answers(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        here, there = (
            SqlInterruptions(database, owner=name)
            for database, name in zip(databases, NAMES, strict=False)
        )
        assert await there.stop_thread(THREAD) == 0  # nothing is answered
        question = await take_question(queue)
        assert await here.stop_thread(THREAD) == 0  # it is this replica's own
        assert await there.stop_thread(THREAD) == 1
        assert await there.restart(THREAD.team, THREAD.channel, question.ts, ["F1", "F2"]) == 1
        found = {one.kind: one for one in await here.list_for([question.id])}
        assert set(found) == {InterruptionKind.STOP, InterruptionKind.RESTART}
        assert found[InterruptionKind.RESTART].file_ids == ("F1", "F2")
        assert await there.list_for([question.id + 1]) == []


async def test_a_changed_setting_is_seen_by_all_at_once_and_after_a_time_of_not_hearing(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        mine, other = (SqlSettingsStore(database) for database in databases)
        announcements = Announcements(postgres_url)
        heard, gaps = asyncio.Event(), asyncio.Event()
        announcements.subscribe(SETTINGS_TOPIC, lambda _: heard.set(), on_gap=gaps.set)
        listening = asyncio.create_task(announcements.run())
        try:
            async with asyncio.timeout(20):
                await gaps.wait()
                await mine.set("T", "C", "--effort high", set_by="U")
                await heard.wait()
                await other.load()
        finally:
            listening.cancel()
        assert other.get("T", "C") == "--effort high" and other.find_setter("T", "C") == "U"


async def test_all_replicas_have_one_key_which_another_secret_does_not_open(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url) as databases:
        keys = await asyncio.gather(
            *(
                load_key(database, "k", SECRET, new_key=name.encode() * 32)
                for database, name in zip(databases, NAMES, strict=False)
            )
        )
        assert len(set(keys)) == 1
        first, second, _ = databases
        with pytest.raises(StartupError, match="EASEL_SECRET"):
            await load_key(second, "k", OTHER_SECRET, new_key=b"n" * 32)
        with pytest.raises(StartupError, match="another key"):
            await carry_key_over(second, "k", b"m" * 32, SECRET)
        await carry_key_over(second, "moved", b"m" * 32, SECRET)
        assert await load_key(first, "moved", SECRET, new_key=b"n" * 32) == b"m" * 32
        # The secret is changed: the old one opens, and is not needed again.
        changed = await load_key(
            first, "k", OTHER_SECRET, new_key=b"n" * 32, previous_secret=SECRET
        )
        assert changed == keys[0]
        assert await load_key(second, "k", OTHER_SECRET, new_key=b"n" * 32) == keys[0]


async def test_signs_are_not_given_for_what_another_replica_answers(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        clock: Any = lambda: now[0]  # noqa: E731
        await take_question(SqlQuestionQueue(databases[0], owner="a", clock=clock))
        mine = SqlWaitingQuestions(databases[0], owner="a", clock=clock)
        other = SqlWaitingQuestions(databases[1], owner="b", clock=clock)
        assert [one.is_elsewhere for one in await mine.list_open()] == [False]
        assert [one.is_elsewhere for one in await other.list_open()] == [True]
        now[0] += 60  # the lease is over: nobody's
        assert [one.is_elsewhere for one in await other.list_open()] == [False]


async def test_each_replica_knows_what_the_others_find_wrong(postgres_url: str) -> None:
    disk = Reading(AlertKind.DISK_LOW, "/b", {"folder": "/b", "free_mb": "5"})
    unknown = Reading(AlertKind.KEY_REJECTED, "p", {}, is_known=False)
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        stores = [
            SqlReadings(database, replica=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        for store, readings in zip(stores, ([unknown], [disk, unknown], []), strict=True):
            await store.publish(readings)
        of_others = await stores[0].list_others()
        # The third one knows that the key is right.
        assert merge_readings([[unknown], *of_others]) == [disk]
        await stores[1].publish([])
        now[0] += 61
        assert await stores[0].list_others() == []
