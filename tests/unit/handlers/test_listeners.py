"""Payloads through the real Bolt: what each surface calls, and what is acknowledged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.conversation import Thread
from bot.request.recipes import RECIPES
from tests.support.recording_services import TS, RecordingServices
from tests.support.surfaces import (
    BOT_USER,
    PICTURE,
    build_event,
    build_press,
    build_shortcut,
    dispatch,
)

THREAD = Thread("T0EASEL", "C0GENERAL", TS)
CHANGED: dict[str, Any] = {
    "subtype": "message_changed",
    "message": {"files": [PICTURE | {"mode": "tombstone"}]},
}
EDITED: dict[str, Any] = {
    "subtype": "message_changed",
    "message": {
        "user": "U0ALEX",
        "ts": TS,
        "text": f"<@{BOT_USER}> hi",
        "edited": {"user": "U0ALEX", "ts": "1700000900.000100"},
    },
    "previous_message": {"user": "U0ALEX", "ts": TS, "text": "hi"},
}
BY_APP: dict[str, Any] = {"bot_id": "B0RELAY", "app_id": "A0RELAY", "bot_profile": {"name": "R"}}
DELETED: dict[str, Any] = {"subtype": "message_deleted", "deleted_ts": TS}
OWN_MESSAGE = {"user": BOT_USER, "ts": TS, "thread_ts": TS, "files": [PICTURE]}
SURFACES: list[tuple[dict[str, Any], list[tuple[Any, ...]]]] = [
    (build_event("app_mention", text=f"<@{BOT_USER}> hi"), [("submit", "hi")]),
    (build_event(text=f"<@{BOT_USER}> hi"), [("submit", "hi")]),
    (build_event(text="hi", subtype="thread_broadcast", thread_ts="1.2"), [("submit", "hi")]),
    (build_event(subtype="file_share", channel="C0WATCHED", files=[PICTURE]), [("submit", "")]),
    (build_event(text=f"<@{BOT_USER}> stop"), [("take", "stop")]),
    (build_event(text="lunch?"), []),
    (build_event(text=f"<@{BOT_USER}> hi", **BY_APP), [("submit", "hi")]),
    (build_event(text=f"<@{BOT_USER}> hi", **BY_APP | {"user": "U0ALERTS"}), []),
    (
        build_event(
            text=f"<@{BOT_USER}> hi", **BY_APP | {"user": "U0ALERTS", "app_id": "A0FRIEND"}
        ),
        [("submit", "hi")],
    ),
    (build_event(**EDITED), [("take_edit", TS, "hi"), ("submit", "hi")]),
    (
        build_event(**EDITED | {"message": {**EDITED["message"], **CHANGED["message"]}}),
        [("forget_file", "F1"), ("restart_changed",), ("take_edit", TS, "hi"), ("submit", "hi")],
    ),
    (
        build_event(**DELETED),
        [
            ("forget_message", "T0EASEL", "C0GENERAL", TS),
            ("stop_deleted", "T0EASEL", "C0GENERAL", TS),
        ],
    ),
    (
        build_event(**DELETED | {"previous_message": OWN_MESSAGE}),
        [
            ("forget_answer", THREAD, TS, ("F1",)),
            ("stop_deleted", "T0EASEL", "C0GENERAL", TS),
        ],
    ),
    (build_event(**CHANGED), [("forget_file", "F1"), ("restart_changed",)]),
    (build_event("file_deleted", file_id="F1"), [("forget_file", "F1"), ("restart_changed",)]),
    (build_event("agent_session_stopped", thread_ts=TS), [("stop_thread", THREAD)]),
    (
        build_event("agent_session_title_changed", thread_ts=TS, title="Ours"),
        [("note_title", THREAD)],
    ),
    (build_event("agent_session_title_changed", thread_ts=TS, user=BOT_USER), []),
    (build_event("agent_session_title_changed", title="of no thread"), []),
    (build_press("easel_stop", "7.2"), [("stop_by_press", 7, "C0GENERAL", "U0ALEX", 2)]),
    (build_press("easel_stop", "7; DROP"), []),
    (build_press("easel_delete", "7.2"), [("remove", 7, "C0GENERAL", "U0ALEX")]),
    (build_press("easel_delete", "7", user={"id": "U0EVE", "team_id": "T0ELSEWHERE"}), []),
    (build_press("easel_stop", "7", user={"id": "U0EVE", "team_id": "T0ELSEWHERE"}), []),
    (build_press("easel_retry"), [("retry", 7, "C0GENERAL", "U0ALEX", False)]),
    (build_press("easel_go_on"), [("retry", 7, "C0GENERAL", "U0ALEX", True)]),
    (build_shortcut(), [("submit", "Read the text")]),
    (build_event(subtype="channel_join"), []),
    (build_event("reaction_added"), []),
    (build_press("of_an_older_version"), []),
    (
        build_press("easel_retry") | {"actions": [{"type": "button", "action_id": "easel_retry"}]},
        [],
    ),
]


@pytest.mark.parametrize(("payload", "calls"), SURFACES)
async def test_each_payload_reaches_its_surface_and_is_acknowledged(
    payload: dict[str, Any], calls: list[tuple[Any, ...]]
) -> None:
    services = RecordingServices()
    assert await dispatch(services, payload) == 200
    assert services.calls == calls


@pytest.mark.parametrize("payload", [payload for payload, calls in SURFACES if calls])
async def test_what_is_not_stored_is_not_acknowledged(payload: dict[str, Any]) -> None:
    services = RecordingServices(is_failing=True)
    assert await dispatch(services, payload) == 500
    assert len(services.calls) == 1


@pytest.mark.parametrize("name", RECIPES)
async def test_every_recipe_is_listened_to_stored_and_acknowledged(name: str) -> None:
    services = RecordingServices()
    assert await dispatch(services, build_shortcut(callback_id=name)) == 200
    assert [message.text for message in services.messages] == [RECIPES[name].title]


async def test_what_is_no_recipe_is_acknowledged_and_ignored() -> None:
    services = RecordingServices()
    for changed in (
        {"callback_id": "of_an_older_manifest"},
        {"type": "shortcut", "callback_id": "read_text"},
        {"action_ts": "never"},
    ):
        assert await dispatch(services, build_shortcut(**changed)) == 200
    assert services.calls == []
