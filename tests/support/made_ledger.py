"""A stored ledger that a test makes: questions, requests, pictures, refusals, prices, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from storage.engine.database import Database
from storage.schema import attempts, files, questions, turns
from storage.schema_budgets import budget_events

TEAM = "T0EASEL"


class MadeLedger:
    """Adds rows to an empty database. Each question is in a thread of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0

    async def add_question(
        self, at: float, user: str = "U0ALEX", channel: str = "C0GENERAL", *, pictures: int = 0
    ) -> int:
        """Add an answered question with the pictures of its answer; return its id."""
        self.count += 1
        id_, ts = self.count, f"{1_700_000_000 + self.count}.000100"
        place = {"team": TEAM, "channel": channel, "root": ts}
        message = {**place, "ts": ts, "place": ts, "user": user, "text": "", "stored_at": at}
        rows = [
            {"id": 2 * id_, "speaker": "person", **message},
            {"id": 2 * id_ + 1, "speaker": "easel", **message},
        ]
        question = {
            "id": id_, "turn_id": 2 * id_, "event_id": f"Ev{id_}", **place, "ts": ts,
            "user": user, "user_team": TEAM, "state": "settled", "attempt": 1, "shown": True,
            "outcome": "answered", "answer_turn_id": 2 * id_ + 1, "stored_at": at,
        }  # fmt: skip
        made = [
            {
                "turn_id": 2 * id_ + 1, "position": position, "slack_id": f"F{id_}X{position}",
                "name": "a secret of people.png", "mimetype": "image/png", "size": 1_000,
                "url": "", "mode": "hosted", "access": "visible", "sha256": "", "copy_sha256": "",
                "version": position + 1,
            }
            for position in range(pictures)
        ]  # fmt: skip

        def add(connection: Any) -> None:
            connection.execute(insert(turns), rows)
            connection.execute(insert(questions), question)
            if made:
                connection.execute(insert(files), made)

        await self._database.write(add)
        return id_

    async def add_request(self, at: float, cost: str | None, **values: Any) -> None:
        """Add a request of U0ALEX in C0GENERAL; `cost` is in US dollars."""
        row = {
            "team": TEAM, "channel": "C0GENERAL", "user": "U0ALEX", "provider": "openrouter",
            "model": "m", "generation_id": "", "outcome": "answered", "asked_at": at,
            "cost_nano": None if cost is None else int(Decimal(cost) * 10**9),
            "basis": "told", **values,
        }  # fmt: skip
        await self._database.write(lambda c: c.execute(insert(attempts), row).close())

    async def add_refusal(
        self, at: float, budget: str, costs: Sequence[str] = (), **values: Any
    ) -> None:
        """Add a refusal of U0ALEX in C0GENERAL; `costs` are the least and the most, if known."""
        nano: list[int | None] = [int(Decimal(cost) * 10**9) for cost in costs] or [None, None]
        row = {
            "at": at, "kind": "refused", "user": "U0ALEX", "channel": "C0GENERAL", "told": budget,
            "least_nano": nano[0], "most_nano": nano[1], **values,
        }  # fmt: skip
        await self._database.write(lambda c: c.execute(insert(budget_events), row).close())
