"""Sums of usage: exact, whatever they tell apart; days of any zone; pictures and refusals."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.billing.usage_report import DIMENSIONS, FIGURES, REFUSAL_DIMENSIONS, TimeSpan, UsageRow
from bot.cli.usage.period import build_span
from storage.engine.database import Database
from storage.reports.dimensions import build_dimension, build_refusal_dimension
from storage.reports.usage import sum_usage
from storage.reports.usage_lists import list_pictures, list_requests, sum_refusals
from tests.support.made_ledger import MadeLedger

EVER = TimeSpan(0.0, 9e12)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def made(database: Database) -> MadeLedger:
    return MadeLedger(database)


def find_time(zone: ZoneInfo, *parts: Any, fold: int = 0) -> float:
    return datetime(*parts, tzinfo=zone, fold=fold).timestamp()  # type: ignore[misc] # ints


async def fill(made: MadeLedger, seed: int) -> None:
    """Add requests of every kind: unknown costs, no question, several of a question."""
    chance = random.Random(seed)
    for _ in range(40):
        at = chance.uniform(1_700_000_000, 1_720_000_000)
        user, channel = chance.choice(["U1", "U2", ""]), chance.choice(["C1", "D1", ""])
        pictures = chance.choice([0, 0, 1, 2, 5])
        question = await made.add_question(at, user, channel, pictures=pictures)
        for _ in range(chance.randint(1, 4)):
            cost = chance.choice([None, "0", f"0.{chance.randint(1, 999_999_999):09}"])
            await made.add_request(
                at + chance.uniform(0, 90_000),
                cost,
                question_id=chance.choice([question, question, None]),
                user=user,
                channel=channel,
                model=chance.choice(["a/m", "b/m", ""]),
                provider=chance.choice(["openrouter", "openai"]),
                outcome=chance.choice(["answered", "broken"]),
                image_tokens=chance.choice([0, 1_000]),
                prompt_tokens=chance.randint(0, 9_999),
                estimated=chance.choice([True, False]),
                basis=chance.choice(["told", "computed", "worst_case"]),
                worst_nano=chance.randint(0, 10**9),
            )


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_told_apart_adds_up_to_the_ledger(
    database: Database, made: MadeLedger, seed: int
) -> None:
    await fill(made, seed)
    (total,) = await sum_usage(database, (), EVER)
    query = "SELECT count(*), sum(cost_nano), sum(prompt_tokens) FROM attempts"
    count, nano, tokens = await database.read(lambda c: c.exec_driver_sql(query).one())
    ledger = (count, Decimal(nano) / 10**9, tokens)
    assert (total.requests, total.cost, total.input_tokens) == ledger
    names = random.Random(seed).sample(DIMENSIONS, len(DIMENSIONS))
    for by in [(name,) for name in DIMENSIONS] + list(itertools.pairwise(names)) + [names[:4]]:
        rows = await sum_usage(database, by, EVER)
        assert len({row.keys for row in rows}) == len(rows)
        for figure in set(FIGURES) - {"questions"}:
            summed = sum(getattr(row, figure) for row in rows)
            assert summed == getattr(total, figure), (by, figure)
        assert sum(row.questions for row in rows) >= total.questions
    requests = [row async for page in list_requests(database, EVER) for row in page]
    assert sum(row.cost or 0 for row in requests) == total.cost
    assert sum(row.pictures for row in requests) == total.pictures
    pictures = [row async for page in list_pictures(database, EVER) for row in page]
    assert len(pictures) == total.pictures
    assert len({(row.question_id, row.version) for row in pictures}) == len(pictures)
    (drawn,) = [
        row for row in await sum_usage(database, ("kind",), EVER) if row.keys[0] == "picture"
    ]
    assert sum((row.cost or 0) for row in pictures if row.cost) <= total.cost and drawn.pictures


def test_each_name_has_an_expression_and_no_other() -> None:
    for name in DIMENSIONS:
        build_dimension(name, EVER)
    for name in REFUSAL_DIMENSIONS:
        build_refusal_dimension(name, EVER)
    with pytest.raises(KeyError):
        build_dimension("text", EVER)


async def test_a_picture_is_its_requests_whose_share_of_the_cost_it_has(
    database: Database, made: MadeLedger
) -> None:
    question = await made.add_question(10.0, pictures=3)
    await made.add_request(10.0, "0.5", question_id=question)
    await made.add_request(11.0, "0.00000001", question_id=question, image_tokens=9, model="a")
    await made.add_request(12.0, None, question_id=question, image_tokens=9, model="b",
                           worst_nano=10**9)  # fmt: skip
    other = await made.add_question(20.0, "U0SAM", pictures=1)
    await made.add_request(20.0, "0.1", question_id=other, outcome="broken")
    await made.add_request(21.0, "0.2", question_id=other, estimated=True)
    # An earlier picture that was brought back: no request made it.
    await made.add_question(30.0, pictures=1)
    rows = [row async for page in list_pictures(database, EVER) for row in page]
    assert [(row.version, row.model, row.cost) for row in rows] == [
        (1, "a", Decimal("0.00000001")), (2, "b", None), (3, "b", None), (1, "m", Decimal("0.2")),
    ]  # fmt: skip
    assert [row.max_cost for row in rows[1:3]] == [Decimal("0.5"), Decimal("0.5")]
    assert [row.is_estimated for row in rows] == [False, False, False, True]
    (total,) = await sum_usage(database, (), EVER)
    assert total.pictures == 4 and total.questions == 2


async def test_a_page_ends_anywhere(
    database: Database, made: MadeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.reports.usage_lists.PAGE_ROWS", 2)
    question = await made.add_question(5.0, pictures=5)
    for model in "abcde":  # at the same time, over three pages
        await made.add_request(5.0, "0.1", question_id=question, image_tokens=1, model=model)
    rows = [row async for page in list_requests(database, EVER) for row in page]
    assert [row.model for row in rows] == [*"abcde"]
    pictures = [row async for page in list_pictures(database, EVER) for row in page]
    assert [(row.version, row.model) for row in pictures] == [*enumerate("abcde", 1)]


async def test_a_day_begins_at_midnight_of_its_zone(database: Database, made: MadeLedger) -> None:
    for at in (
        find_time(BERLIN, 2026, 3, 28, 23, 59, 59),
        find_time(BERLIN, 2026, 3, 29, 0, 0, 0),
        find_time(BERLIN, 2026, 3, 29, 23, 59, 59),  # after clocks were put forward: 23 hours later
        find_time(BERLIN, 2026, 3, 30, 0, 0, 0),
    ):
        await made.add_request(at, "1")
    span = build_span(date(2026, 3, 28), date(2026, 3, 30), BERLIN)
    days = [(row.keys[0], row.requests) for row in await sum_usage(database, ("day",), span)]
    assert days == [("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)]
    one_day = build_span(date(2026, 3, 29), date(2026, 3, 29), BERLIN)
    assert one_day.until - one_day.since == 23 * 3600
    assert [row.requests for row in await sum_usage(database, (), one_day)] == [2]
    utc = build_span(date(2026, 3, 28), date(2026, 3, 30), ZoneInfo("UTC"))
    days = [(row.keys[0], row.requests) for row in await sum_usage(database, ("day",), utc)]
    assert days == [("2026-03-28", 2), ("2026-03-29", 2)]


async def test_the_hour_that_comes_twice_is_two_hours(database: Database, made: MadeLedger) -> None:
    for fold in (0, 1):
        await made.add_request(find_time(BERLIN, 2026, 10, 25, 2, 30, fold=fold), "1")
    span = build_span(date(2026, 10, 25), date(2026, 10, 25), BERLIN)
    rows = await sum_usage(database, ("hour",), span)
    assert [row.keys[0] for row in rows] == ["2026-10-25 02:00+02:00", "2026-10-25 02:00+01:00"]
    assert span.until - span.since == 25 * 3600


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Sao_Paulo", date(2018, 11, 4)), ("Australia/Lord_Howe", date(2026, 4, 5)),
     ("Asia/Kathmandu", date(2026, 1, 1)), ("Pacific/Apia", date(2011, 12, 29))],
)  # fmt: skip
async def test_every_second_belongs_to_the_day_that_clocks_show(
    database: Database, made: MadeLedger, zone: str, day: date
) -> None:
    place = ZoneInfo(zone)
    span = build_span(day, day, place)
    chance = random.Random(zone)
    moments = [span.since - 86_400, span.since - 1, span.since, span.until - 1, span.until]
    moments += [span.since + chance.uniform(-90_000, 180_000) for _ in range(40)]
    for at in moments:
        await made.add_request(at, "1")
    wide = TimeSpan(span.since - 200_000, span.until + 200_000)
    wide = build_span(
        datetime.fromtimestamp(wide.since, place).date(),
        datetime.fromtimestamp(wide.until, place).date(),
        place,
    )
    expected = Counter(f"{datetime.fromtimestamp(at, place):%Y-%m-%d}" for at in moments)
    rows = await sum_usage(database, ("day",), wide)
    assert {row.keys[0]: row.requests for row in rows} == expected
    assert [row.requests for row in await sum_usage(database, (), span)] == [expected[f"{day}"]]


async def test_weeks_begin_on_monday_and_months_with_their_first(
    database: Database, made: MadeLedger
) -> None:
    for day in (date(2025, 12, 28), date(2025, 12, 29), date(2026, 1, 4), date(2026, 1, 5)):
        await made.add_request(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp(), "1")
    weeks = [(*row.keys, row.requests) for row in await sum_usage(database, ("week",), EVER)]
    assert weeks == [("2025-12-22", 1), ("2025-12-29", 2), ("2026-01-05", 1)]
    months = [(*row.keys, row.requests) for row in await sum_usage(database, ("month",), EVER)]
    assert months == [("2025-12", 2), ("2026-01", 2)]


async def test_what_nobody_has_confirmed_is_told_apart(
    database: Database, made: MadeLedger
) -> None:
    await made.add_request(1.0, "1")
    await made.add_request(1.0, "0.2", estimated=True, basis="computed", bill="open")
    await made.add_request(1.0, "0.3", estimated=True, basis="worst_case", bill="given_up")
    await made.add_request(1.0, None, basis="", bill="running", worst_nano=4 * 10**8)
    (row,) = await sum_usage(database, (), EVER)
    assert row == UsageRow(
        (), requests=4, cost=Decimal("1.5"), estimated=Decimal("0.5"), worst_case=Decimal("0.3"),
        awaited=Decimal("0.2"), unknown=1, open_usd=Decimal("0.4"),
    )  # fmt: skip


async def test_refusals_are_questions_with_what_they_would_have_cost(
    database: Database, made: MadeLedger
) -> None:
    await made.add_refusal(1.0, "user/day", ("0.1", "0.5"), question_id=7)
    await made.add_refusal(2.0, "user/day", ("0.2", "0.6"), question_id=7)  # after Retry
    await made.add_refusal(3.0, "user/day", ("0.01", "0.02"), question_id=8, user="U0SAM")
    await made.add_refusal(4.0, "answer")  # of an earlier Easel
    rows = await sum_refusals(database, ("budget",), EVER)
    assert [(row.keys[0], row.questions, row.refusals, row.least, row.most) for row in rows] == [
        ("user/day", 2, 3, Decimal("0.21"), Decimal("0.62")),
        ("answer", 1, 1, Decimal(0), Decimal(0)),
    ]
    (total,) = await sum_refusals(database, (), EVER)
    assert (total.questions, total.unknown) == (3, 1)
    people = await sum_refusals(database, ("user",), EVER)
    assert [row.keys[0] for row in people] == ["U0ALEX", "U0SAM"]
    assert await sum_refusals(database, (), TimeSpan(5.0, 9.0)) == []
