"""An offer to delete an answer that Slack did not take is made later, or ended."""

from __future__ import annotations

from typing import cast

import pytest

from bot.domain.answers.removal import RemovalOffer, ShownAnswer
from bot.domain.conversation import Person
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.ports import Uploads, choose_english
from bot.queue.removals import AnswerRemover
from tests.support.chat import FakeChat
from tests.support.values import ALEX, THREAD

PLACE = (THREAD.team, THREAD.channel, THREAD.root)


class OneOffer:
    """Implements `bot.domain.stores.removals.RemovalStore`, with one offer that is due."""

    def __init__(self) -> None:
        self.is_due = True

    async def take_offer(self, team: str, channel: str, ts: str) -> RemovalOffer | None:
        is_meant = self.is_due and (team, channel, ts) == PLACE
        return RemovalOffer(7, THREAD, ALEX, 1) if is_meant else None

    async def end_offer(self, offer: RemovalOffer) -> None:
        self.is_due = False

    async def list_due(self) -> list[tuple[str, str, str]]:
        return [PLACE] if self.is_due else []

    async def is_deleted(self, team: str, channel: str, ts: str) -> bool:
        return True

    async def find_removable(
        self, question_id: int, channel: str, person: Person
    ) -> ShownAnswer | None:
        return None


class Erasure:
    async def forget_message(self, team: str, channel: str, ts: str) -> None:
        pass


@pytest.mark.parametrize(
    ("failure", "offers"), [(TransientError("slow"), 1), (SlackError("user_not_in_channel"), 0)]
)
async def test_an_offer_that_fails_is_made_later_unless_it_never_can(
    failure: EaselError, offers: int
) -> None:
    store, chat = OneOffer(), FakeChat(call_seconds=0.0)
    no_uploads = cast(Uploads, None)  # an offer deletes nothing
    chat.failures["ephemeral"] = [failure]
    remover = AnswerRemover(store, chat, no_uploads, Erasure(), choose_english)
    await remover.make_due()
    assert chat.ephemerals == []
    for _ in range(2):
        await remover.make_due()
    assert len(chat.ephemerals) == offers and not store.is_due
