"""Posts of programs: overheard, answered where they may ask, never in a loop. Edits that ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)

DM = "D0ALEX"


def count_answers(easel: EaselEnvironment, root: str, *, channel: str = GENERAL) -> int:
    return sum(reply.from_bot for reply in easel.list_replies(root, channel=channel))


async def settle(easel: EaselEnvironment) -> None:
    """Wait until everything that was posted is stored and answered."""
    probe = await easel.slack.post_as_person(DM, "still there?")
    await easel.slack.wait_until(lambda: easel.list_replies(probe, channel=DM))
    await easel.wait_until_idle()


async def test_a_workflow_that_mentions_easel_is_answered(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_message(
        GENERAL, {"text": f"{MENTION} say hello"}, author="workflow"
    )
    await easel.slack.wait_until(lambda: easel.list_replies(root))
    await easel.wait_until_idle()
    assert count_answers(easel, root) == 1


async def test_another_apps_post_in_a_thread_is_remembered_and_not_answered(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("hello")
    alert = {"text": f"{MENTION} look", "attachments": [{"title": "Disk full on web-9"}]}
    await easel.slack.post_message(GENERAL, alert, author="app", thread_ts=root)
    await settle(easel)
    assert count_answers(easel, root) == 1
    await easel.ask("what did the app say?", thread_ts=root)
    assert "Disk full on web-9" in str(easel.model.requests[-1])
    assert "Message of the app “Alerts”" in str(easel.model.requests[-1])


async def test_two_programs_that_answer_each_other_stop_after_three(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data", EASEL_ANSWER_APPS="A0ALERTS, A0OTHER") as easel:
        text = {"text": f"{MENTION} say hello"}
        root = await easel.slack.post_message(GENERAL, text, author="app")
        for _ in range(6):
            await settle(easel)
            await easel.slack.post_message(GENERAL, text, author="app", thread_ts=root)
        await settle(easel)
        await easel.slack.wait_until(lambda: count_answers(easel, root) == 4)
        said = [reply.text for reply in easel.list_replies(root) if reply.from_bot]
        assert sum("no two programs keep each other busy" in text for text in said) == 1
        await easel.ask("and I?", thread_ts=root)
        assert count_answers(easel, root) == 5


async def test_a_program_that_begins_a_thread_with_each_post_is_bounded(tmp_path: Path) -> None:
    # More posts in a second than Slack takes: a notice that is one too many would not be there.
    rules = replace(QUICK_RULES, rate_tiers=False)
    settings: dict[str, Any] = {"EASEL_ANSWER_APPS": "A0ALERTS", "EASEL_SLACK_RATE": 1000}
    async with run_easel(tmp_path / "data", rules=rules, **settings) as easel:
        text, roots = {"text": f"{MENTION} say hello"}, []
        for _ in range(14):
            roots.append(await easel.slack.post_message(GENERAL, text, author="app"))
            await settle(easel)
        await easel.slack.wait_until_quiet()
        assert [count_answers(easel, root) for root in roots] == [1] * 11 + [0] * 3


async def test_an_edit_that_adds_the_first_mention_asks_once(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "what is 2 + 3?")
    easel.slack.edit(GENERAL, root, f"{MENTION} what is 2 + 3?")
    await easel.slack.wait_until(lambda: easel.list_replies(root))
    await easel.wait_until_idle()
    easel.slack.edit(GENERAL, root, f"{MENTION} what is 2 + 4?")
    easel.slack.edit(GENERAL, root, "what is 2 + 4?")
    easel.slack.edit(GENERAL, root, f"{MENTION} what is 2 + 5?")
    await settle(easel)
    assert count_answers(easel, root) == 1
    assert "2 + 3" in str(easel.model.requests[0])


async def test_a_preview_that_slack_adds_asks_nothing(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "see <https://example.com>")
    preview = {"from_url": "https://example.com", "title": f"{MENTION} draw", "text": MENTION}
    easel.slack.add_preview(GENERAL, root, preview)
    await settle(easel)
    assert easel.list_replies(root) == []


async def test_me_in_a_direct_message_is_answered(easel: EaselEnvironment) -> None:
    fields = {"text": "wonders what 2 + 3 is", "subtype": "me_message"}
    ts = await easel.slack.post_message(DM, fields)
    await wait_until(lambda: easel.list_replies(ts, channel=DM))
    await easel.wait_until_idle()
    assert count_answers(easel, ts, channel=DM) == 1


async def test_an_edit_that_asks_knows_what_was_said_until_then(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "what is the code?")
    await easel.slack.post_as_person(GENERAL, "it is MAPLE-9", thread_ts=root)
    easel.slack.edit(GENERAL, root, f"{MENTION} what is the code?")
    await easel.slack.wait_until(lambda: count_answers(easel, root) == 1)
    await easel.wait_until_idle()
    asked = str(easel.model.requests[-1])
    assert "MAPLE-9" in asked
    assert asked.count("what is the code?") == 1
    await easel.ask("and now?", thread_ts=root)
    later = str(easel.model.requests[-1])
    assert later.index("MAPLE-9") < later.index("what is the code?") < later.index("and now?")
