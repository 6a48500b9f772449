"""The state of a played workspace, and how tests and the page learn of its changes."""

from __future__ import annotations

import asyncio

import pytest

from bot.playground.slack import PlayedMessage, PlayedSlack, Workspace
from bot.playground.slack.workspace import Change
from tests.support.answers import wait_for_answers

GENERAL = "C0GENERAL"


def add_message(workspace: Workspace, text: str, *, root: str | None = None) -> PlayedMessage:
    added = PlayedMessage(
        ts=workspace.create_ts(), channel=GENERAL, user="U0ALEX", text=text, thread_ts=root
    )
    workspace.add(added)
    return added


def list_seen(watcher: asyncio.Queue[Change | None]) -> list[Change]:
    """Return the changes that a watcher has not read yet."""
    changes = [watcher.get_nowait() for _ in range(watcher.qsize())]
    return [change for change in changes if change is not None]


def test_every_ts_is_later_than_the_one_before_even_if_time_stands_still_or_goes_back() -> None:
    times = iter([1_700_000_000.5, 1_700_000_000.5, 1_600_000_000.0, 1_700_000_001.0])
    workspace = Workspace(clock=lambda: next(times))
    created = [workspace.create_ts() for _ in range(4)]
    assert created == sorted(set(created))
    assert created[0] == "1700000000.500000" and created[3] == "1700000001.000000"


def test_a_workspace_has_people_channels_and_a_direct_message_for_each() -> None:
    workspace = Workspace()
    kinds = {name: channel.kind for name, channel in workspace.channels.items()}
    assert kinds == {
        "C0GENERAL": "channel",
        "C0DESIGN": "channel",
        "C0RANDOM": "channel",
        "D0ALEX": "im",
        "D0SAM": "im",
    }
    assert all("U0EASEL" in channel.members for channel in workspace.channels.values())
    assert workspace.channels["D0SAM"].members == {"U0SAM", "U0EASEL"}


def test_a_thread_is_its_root_and_its_replies_in_order() -> None:
    workspace = Workspace()
    root, other = add_message(workspace, "root"), add_message(workspace, "other")
    first = add_message(workspace, "first", root=root.ts)
    second = add_message(workspace, "second", root=root.ts)
    assert workspace.list_thread(GENERAL, root.ts) == [root, first, second]
    assert workspace.list_thread(GENERAL, other.ts) == [other]
    assert workspace.list_messages(GENERAL) == [root, other, first, second]
    assert (
        workspace.list_thread(GENERAL, "1.0") == [] and workspace.list_messages("C0NOWHERE") == []
    )


def test_a_thread_outlives_its_root() -> None:
    workspace = Workspace()
    root = add_message(workspace, "root")
    reply = add_message(workspace, "reply", root=root.ts)
    assert workspace.delete(GENERAL, root.ts) is root
    assert workspace.delete(GENERAL, root.ts) is None
    assert workspace.list_thread(GENERAL, root.ts) == [reply]


def test_every_watcher_sees_every_change_in_order_until_it_stops() -> None:
    workspace = Workspace()
    with workspace.watch() as early:
        root = add_message(workspace, "root")
        with workspace.watch() as late:
            workspace.set_status(GENERAL, root.ts, "is busy")
            workspace.announce_change(root)
            workspace.delete(GENERAL, root.ts)
            seen = [change for _ in range(late.qsize()) if (change := late.get_nowait())]
        add_message(workspace, "after")
        assert late.empty()
        kinds = [change.kind for _ in range(early.qsize()) if (change := early.get_nowait())]
    assert [(change.kind, change.status) for change in seen] == [
        ("status", "is busy"),
        ("changed", ""),
        ("deleted", ""),
    ]
    assert all((change.channel, change.thread_ts) == (GENERAL, root.ts) for change in seen)
    assert kinds == ["message", "status", "changed", "deleted", "message"]


async def test_waiting_ends_with_the_change_that_was_waited_for() -> None:
    async with PlayedSlack() as slack:
        waiting = asyncio.create_task(
            slack.wait_until(lambda: len(slack.workspace.list_messages(GENERAL)) == 2)
        )
        await slack.post_as_person(GENERAL, "one")
        await asyncio.sleep(0)
        assert not waiting.done()
        await slack.post_as_person(GENERAL, "two")
        await waiting


async def test_waiting_for_what_does_not_come_ends_too() -> None:
    async with PlayedSlack() as slack:
        with pytest.raises(TimeoutError):
            await slack.wait_until(lambda: False, seconds=0.01)


async def test_a_reply_is_waited_for_until_the_status_is_gone() -> None:
    async with PlayedSlack() as slack:
        root = await slack.post_as_person(GENERAL, "hello")
        answer = PlayedMessage(
            ts=slack.workspace.create_ts(),
            channel=GENERAL,
            user="U0EASEL",
            text="hi",
            thread_ts=root,
            from_bot=True,
        )
        slack.workspace.add(answer)
        slack.workspace.set_status(GENERAL, root, "is still drawing")
        waiting = asyncio.create_task(wait_for_answers(slack, GENERAL, root))
        await asyncio.sleep(0)
        assert not waiting.done()
        slack.workspace.set_status(GENERAL, root, "")
        assert await waiting == [answer]


async def test_a_played_slack_that_ends_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    async with PlayedSlack() as slack:
        await slack.post_as_person(GENERAL, "nobody is connected")
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
