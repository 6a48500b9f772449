"""A replica's places: for what is stored there and for what a job names, in the order they came."""

from __future__ import annotations

import asyncio

from bot.queue.claimers.places import Places


async def test_a_newer_question_has_no_place_before_those_that_wait_for_one() -> None:
    places = Places(2)
    assert places.take_as_newest()
    assert places.take_as_newest()
    assert places.is_full
    assert not places.take_as_newest()  # so it waits
    places.give_back()
    assert not places.take_as_newest()
    assert places.take()  # the one that waited
    places.give_back()
    places.note_none_waiting()
    assert places.take_as_newest()


async def test_who_waits_for_a_place_goes_on_when_one_is_free_or_they_are_closed() -> None:
    places = Places(1)
    assert await places.wait_for_one()
    assert places.take()
    waiting = asyncio.create_task(places.wait_for_one())
    await asyncio.sleep(0)
    assert not waiting.done()
    places.give_back()
    assert await waiting
    assert places.take()
    places.close()
    assert not await places.wait_for_one()
    places.give_back()
    assert not places.take_as_newest()
    assert not await places.wait_for_one()
