"""The one way of all presses: every control that is shown has a kind, and no stranger's counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.pictures.presses import PictureMenu
from bot.domain.posts import Button, Controls, MenuEntry, PostMetadata
from handlers.dispatch import Dispatcher
from handlers.parsing.actions import parse_button_press
from handlers.presses.table import PRESSES
from handlers.web_api.visuals.controls import build_control_blocks
from tests.support.recording_services import RecordingServices
from tests.support.surfaces import BOT_USER, build_app

METADATA = PostMetadata(
    7,
    Controls(tuple(Button), has_feedback=True, menu=tuple(MenuEntry), pictures=(PictureMenu(1),)),
)
BUTTONS = [PostMetadata(7, Controls((button,), version=3)) for button in Button]


def list_actions(metadata: PostMetadata) -> Iterator[dict[str, Any]]:
    """Yield what Slack says is pressed, of each control."""
    for block in build_control_blocks(metadata):
        for element in block.get("elements", [block.get("accessory")]):
            of_all = {"action_id": element["action_id"], "type": element["type"], "block_id": "b"}
            options = element.get("options")
            thumbs = [
                element[name] for name in ("positive_button", "negative_button") if name in element
            ]
            if options:
                yield from (of_all | {"selected_option": one} for one in options)
            elif thumbs:
                yield from (of_all | {"value": one["value"]} for one in thumbs)
            else:
                yield of_all | {"value": element["value"]}


def build_payload(action: dict[str, Any], team: str = "T0EASEL") -> dict[str, Any]:
    return {
        "type": "block_actions", "team": {"id": team}, "user": {"id": "U0ALEX", "team_id": team},
        "channel": {"id": "C0GENERAL"}, "trigger_id": "1.2.3",
        "message": {"ts": "1700000400.000100", "thread_ts": "1700000300.000100"},
        "actions": [action | {"action_ts": "1700000500.000200"}],
    }  # fmt: skip


ACTIONS = [action for one in (METADATA, *BUTTONS) for action in list_actions(one)]


def name_press(action: dict[str, Any]) -> str:
    press = parse_button_press(build_payload(action))
    return "" if press is None else press.name


def test_every_control_that_is_shown_has_a_kind_and_every_kind_is_shown() -> None:
    assert {name_press(action) for action in ACTIONS} == set(PRESSES)


@pytest.mark.parametrize("action", ACTIONS, ids=name_press)
async def test_no_press_of_another_workspace_reaches_a_service(action: dict[str, Any]) -> None:
    services = RecordingServices()
    dispatcher = Dispatcher(build_app(services), services, bot_user_id=BOT_USER)
    both = build_payload(action) | {"user": {"id": "U0ALEX", "team_id": "T0OTHER"}}
    for payload in (build_payload(action, "T0OTHER"), both):
        assert (await dispatcher.dispatch(payload)).status == 200
    assert services.calls == []
    assert (await dispatcher.dispatch(build_payload(action))).status == 200
    assert services.calls != []
