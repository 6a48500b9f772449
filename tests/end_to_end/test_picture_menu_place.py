"""The menus stand under their pictures, however long Slack takes to show a share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.easel import GENERAL, QUICK_RULES, run_easel


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.8])
async def test_a_menu_is_posted_below_its_picture(tmp_path: Path, seconds: float) -> None:
    async with run_easel(tmp_path, rules=replace(QUICK_RULES, share_delay=seconds)) as easel:
        root = await easel.ask("draw a red fox")
        replies = easel.slack.list_replies(GENERAL, root)
    (shared,) = [one.ts for one in replies if one.files]
    (menu,) = [one.ts for one in replies if any("menu" in control for control in one.controls)]
    assert shared < menu


async def test_a_share_that_is_never_seen_costs_the_menu_nothing(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        easel.slack.fail("files.info", error="file_not_found", times=9)
        root = await easel.ask("draw a red fox")
        replies = easel.slack.list_replies(GENERAL, root)
    assert any("menu" in control for one in replies for control in one.controls)
