"""Where troubles are seen: disks, models, budgets, Slack's scopes, the keys of providers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.alerts.decide import Reading
from bot.alerts.providers import KeyLimit, ProviderOutcomes
from bot.alerts.sources import AlertSources, WatchedParts, judge_disk, read_disks, read_models
from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Limit, Period, Scope
from bot.domain.costs import CostOwner
from bot.domain.errors import SlackError, TransientError
from bot.domain.safe_text import SafeText
from bot.domain.stores.alerts import AlertKind
from bot.llm.offers.drawing import add_drawing_model
from bot.llm.offers.openai_models import GPT_5_4
from storage.alerts.store import SqlAlertStore
from storage.budgets import SqlBudgetStore
from storage.engine.database import Database

GB = 1024**3
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


class FakeOperators:
    """Implements `bot.domain.stores.alerts.Operators`: `missing` are the app's scopes."""

    def __init__(self) -> None:
        self.missing: list[str] | None = []
        self.asked = 0
        self.is_down = False

    async def tell(self, user: str, text: SafeText) -> None:
        raise SlackError("user_not_found")

    async def fetch_missing_scopes(self) -> list[str] | None:
        self.asked += 1
        if self.is_down:
            raise TransientError("down")
        return self.missing


class Watched:
    """The sources of a workspace, with what they look at."""

    def __init__(self, database: Database, budgets: str = "") -> None:
        self.clock, self.operators = Clock(), FakeOperators()
        self.limit: KeyLimit | AlertKind | None = KeyLimit()
        self.asked = 0
        self.store = SqlBudgetStore(database, clock=self.clock)
        self.outcomes = ProviderOutcomes([("openrouter", "m")], self.clock)
        parts = WatchedParts(
            folders=(),
            team="T0EASEL",
            budgets=parse_budgets(budgets),
            list_model_infos=list,
            keys={"openrouter": self.fetch_limit},
            outcomes=self.outcomes,
        )
        alerts = SqlAlertStore(database)
        self.sources = AlertSources(parts, alerts, self.store, self.operators, self.clock)

    async def fetch_limit(self) -> KeyLimit | AlertKind:
        self.asked += 1
        if self.limit is None:
            raise TransientError("down")
        return self.limit

    async def list_known(self) -> dict[str, Reading]:
        return {f"{r.kind} {r.subject}": r for r in await self.sources.read() if r.is_known}


@pytest.mark.parametrize(
    ("total", "free", "state"),
    [
        (500 * GB, 2 * GB, None),
        (500 * GB, int(1.2 * GB), False),
        (500 * GB, GB - 1, True),
        (2 * GB, GB // 2, None),  # a small disk
        (2 * GB, GB // 10, True),
    ],
)
def test_a_disk_is_nearly_full_below_a_gigabyte_or_a_tenth(
    total: int, free: int, state: bool | None
) -> None:
    reading = judge_disk("/data", total, free)
    assert (None if reading is None else reading.is_known) is state


def test_folders_on_one_disk_are_one_and_a_folder_that_is_gone_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blobs").mkdir()
    usage = type("Usage", (), {"total": 9 * GB, "free": 5 * 1024**2})
    monkeypatch.setattr("bot.alerts.sources.shutil.disk_usage", lambda _folder: usage)
    full, *others = read_disks((tmp_path, tmp_path / "blobs", tmp_path / "gone"))
    found = [full, *others]
    assert [reading.subject for reading in found if reading.is_known] == [str(tmp_path)]
    assert [reading.subject for reading in found if not reading.is_known] == [
        str(tmp_path / "gone")
    ]


def test_a_model_with_a_last_day_is_told_of() -> None:
    ends = replace(GPT_5_4, expiration_date="2027-01-31")
    (reading,) = read_models([GPT_5_4, ends])
    drawing = add_drawing_model(GPT_5_4, "gpt-image-1.5")
    (drawn,) = read_models([GPT_5_4, drawing])
    assert drawn.details == {"model": "gpt-image-1.5", "day": "2026-12-01"}
    assert reading.details == {"model": "gpt-5.4", "day": "2027-01-31"}


async def test_shared_budgets_are_told_of_from_a_refusal_to_the_end_of_the_period(
    database: Database,
) -> None:
    watched = Watched(database, "user/day=1 channel/month=50 workspace/day=2")
    await watched.store.record_change("user/day=1 channel/month=50 workspace/day=2")
    for budget, channel in (
        ("user/day", "C0ONE"), ("workspace/day", "C0ONE"), ("workspace/day", "C0TWO"),
        ("channel/month", "C0TWO"), ("channel/day", "C0TWO"),
    ):  # fmt: skip
        owner = CostOwner("T0EASEL", channel, "U0A")
        await watched.store.record_refusal(owner, budget, least=Decimal(1), most=Decimal(2))
    month = Limit(Scope.WORKSPACE, Period.MONTH, Decimal(50))
    await watched.store.record_warning(
        CostOwner("T0EASEL", "C0ONE", "U0A"), month, datetime.fromtimestamp(watched.clock.now, UTC)
    )
    found = await watched.list_known()
    assert set(found) == {"budget_used workspace/day", "budget_used channel/month C0TWO"}
    details = found["budget_used channel/month C0TWO"].details
    assert (details["day"], details["limit"]) == ("2026-12-01", "50")
    watched.clock.now += 86_400
    assert set(await watched.list_known()) == {"budget_used channel/month C0TWO"}
    await watched.store.record_change("user/day=1 channel/month=60 workspace/day=2")
    assert await watched.list_known() == {}


async def test_a_budget_that_refuses_is_not_over_because_many_others_refuse(
    database: Database,
) -> None:
    budgets = "user/day=1 channel/month=50 workspace/month=90"
    watched = Watched(database, budgets)
    await watched.store.record_change(budgets)

    async def refuse(budget: str, channel: str) -> None:
        owner = CostOwner("T0EASEL", channel, "U0A")
        await watched.store.record_refusal(owner, budget, least=Decimal(1), most=Decimal(2))

    await refuse("channel/month", "C0FIRST")
    for number in range(51):
        for budget in ("user/day", "workspace/month", "channel/month"):
            await refuse(budget, f"C0{number}")
    found = await watched.list_known()
    assert "budget_used channel/month C0FIRST" in found
    assert "budget_used workspace/month" in found
    assert len(found) == 51  # of channels no more than fifty


async def test_providers_and_slack_are_asked_rarely_and_more_often_while_something_is_wrong(
    database: Database,
) -> None:
    watched = Watched(database)
    for _ in range(60):  # ten minutes
        watched.clock.now += 10
        assert await watched.list_known() == {}
    assert watched.asked == watched.operators.asked == 1
    watched.clock.now += 600
    watched.limit, watched.operators.missing = AlertKind.KEY_REJECTED, ["files:read", "im:history"]
    found = await watched.list_known()
    assert set(found) == {"key_rejected openrouter", "scopes_missing "}
    assert found["scopes_missing "].details == {"scopes": "files:read, im:history"}
    watched.clock.now += 60
    watched.limit, watched.operators.missing = KeyLimit(Decimal(10), Decimal(5)), []
    assert await watched.list_known() == {}
    assert watched.asked == watched.operators.asked == 3


async def test_a_provider_or_slack_that_does_not_answer_says_nothing(database: Database) -> None:
    watched = Watched(database)
    watched.limit, watched.operators.is_down = None, True
    assert await watched.list_known() == {}
    watched.operators.is_down, watched.operators.missing = False, None
    watched.clock.now += 60
    kinds = {reading.kind for reading in await watched.sources.read() if not reading.is_known}
    assert {AlertKind.SCOPES_MISSING, AlertKind.KEY_REJECTED} <= kinds
