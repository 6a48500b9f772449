"""Everything is acknowledged, of whatever shape, except what could not be stored."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.conversation import IncomingMessage
from handlers.dispatch import NO_COMMANDS_MESSAGE, Dispatcher
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.parsing.agent_sessions import parse_stopped_thread
from handlers.parsing.deletions import parse_deletion
from handlers.parsing.messages import is_echo, parse_message
from handlers.parsing.shortcuts import parse_shortcut
from tests.support.payloads import (
    BASIC_PAYLOADS,
    COMMAND,
    ODD_VALUES,
    build_body,
    list_recorded,
    mutate,
)
from tests.support.recording_services import RecordingServices
from tests.support.surfaces import (
    BOT_USER,
    PICTURE,
    build_app,
    build_event,
    build_press,
    build_shortcut,
)


def build_dispatcher(services: RecordingServices) -> Dispatcher:
    return Dispatcher(build_app(services), services, bot_user_id=BOT_USER)


def is_clean(log_text: str) -> bool:
    return "Traceback" not in log_text and '"exception"' not in log_text


@pytest.mark.parametrize(("kind", "payload"), BASIC_PAYLOADS, ids=lambda value: str(value)[:60])
async def test_a_payload_of_any_kind_is_acknowledged(
    kind: str, payload: Any, out: io.StringIO
) -> None:
    services = RecordingServices()
    response = await build_dispatcher(services).dispatch(payload, kind=kind)
    assert response.status == 200
    assert is_clean(out.getvalue())


async def test_fields_may_be_missing_or_odd(out: io.StringIO) -> None:
    dispatcher = build_dispatcher(RecordingServices())
    questions = [
        build_event("app_mention", text=f"<@{BOT_USER}> hi", authorizations=[{"team_id": "T1"}]),
        build_event(subtype="message_changed", message={"ts": "1.2", "files": [{"id": "F1"}]}),
        build_event(is_ext_shared_channel=True, text="hi", thread_ts="1.2"),
        build_press("easel_retry"),
        build_shortcut(),
    ]
    count = 0
    for payload in [*(payload for _, payload in BASIC_PAYLOADS), *questions]:
        for changed in mutate(payload):
            response = await dispatcher.dispatch(changed)
            assert response.status == 200, changed
            count += 1
    assert count > 5_000
    assert is_clean(out.getvalue())


def is_wanted(payload: Any) -> bool:
    """Whether Easel's own parsers read something in `payload` that has to be stored."""
    if not isinstance(payload, dict) or is_echo(payload, bot_user_id=BOT_USER):
        return False
    message = parse_message(
        payload, bot_user_id=BOT_USER, watched_channels=RecordingServices.watch_channels
    )
    event = payload.get("event")
    event_type = event.get("type") if isinstance(event, dict) else None
    deletion, is_stop = parse_deletion(payload), event_type == "agent_session_stopped"
    return (
        isinstance(message, IncomingMessage)
        or isinstance(parse_shortcut(payload, bot_user_id=BOT_USER), IncomingMessage)
        or (event_type in ("message", "file_deleted") and bool(deletion.files or deletion.ts))
        or (is_stop and parse_stopped_thread(payload) is not None)
        or (read_action_id(payload) == "easel_retry" and is_press_of_somebody(payload))
    )


def is_press_of_somebody(payload: Any) -> bool:
    press = parse_button_press(payload)
    if press is None or press.presser is None:
        return False
    return press.teams <= RecordingServices.home_teams


WANTED = [
    build_event("app_mention", text=f"<@{BOT_USER}> hi", authorizations=[{"team_id": "T1"}])
    | {"authorizations": [{"team_id": "T0EASEL"}], "is_ext_shared_channel": True},
    build_event(text="hi", channel="D1", channel_type="im", assistant_thread={"x": 1}),
    build_event(subtype="file_share", channel="C0WATCHED", files=[PICTURE]),
    build_event(subtype="message_deleted", deleted_ts="1.2", previous_message={"user": "U1"}),
    build_event(subtype="message_changed", message={"files": [{"id": "F1", "mode": "tombstone"}]}),
    build_event("file_deleted", file_id="F1"),
    build_event("agent_session_stopped", thread_ts="1.2"),
    build_press("easel_retry") | {"message": {"ts": "1.2"}, "container": {"type": "message"}},
    build_shortcut(response_url=""),
]


@pytest.mark.parametrize("payload", WANTED, ids=lambda payload: str(payload)[-60:])
async def test_what_can_be_read_is_stored_or_not_acknowledged(
    payload: dict[str, Any], out: io.StringIO
) -> None:
    services, failing = RecordingServices(), RecordingServices(is_failing=True)
    dispatcher, failing_dispatcher = build_dispatcher(services), build_dispatcher(failing)
    assert is_wanted(payload)
    # Besides, Bolt reads these wherever they are.
    extra = (
        "view",
        "enterprise",
        "authorizations",
        "function_data",
        "user",
        "state",
        "response_urls",
    )
    candidates = [
        *mutate(payload),
        *(payload | {name: odd} for name in extra for odd in ODD_VALUES),
    ]
    for changed in candidates:
        services.calls.clear()
        failing.calls.clear()
        response = await dispatcher.dispatch(changed)
        assert response.status == 200
        assert bool(services.calls) == is_wanted(changed), changed
        status = (await failing_dispatcher.dispatch(changed)).status
        assert status == (503 if failing.calls else 200), changed
    assert is_clean(out.getvalue())


async def test_recorded_payloads_may_be_odd_too(specs: Path, out: io.StringIO) -> None:
    dispatcher = build_dispatcher(RecordingServices())
    for _, payload in list_recorded(specs):
        assert (await dispatcher.dispatch(payload)).status == 200
        for changed in mutate(payload, depth=2):
            # Nobody is told: the addresses in the recordings are real ones.
            response = await dispatcher.dispatch(changed)
            assert response.status == 200, changed
    assert is_clean(out.getvalue())


@pytest.mark.parametrize(
    "payload",
    [
        build_event("app_mention", text=f"<@{BOT_USER}> hi"),
        build_event(subtype="message_deleted", deleted_ts="1.2"),
        build_press("easel_retry"),
        build_shortcut(),
    ],
    ids=lambda payload: str(payload["type"]),
)
async def test_what_is_not_stored_is_not_acknowledged(
    payload: dict[str, Any], out: io.StringIO
) -> None:
    dispatcher = build_dispatcher(RecordingServices(is_failing=True))
    assert (await dispatcher.dispatch(payload)).status == 503
    (line,) = [json.loads(line) for line in out.getvalue().splitlines() if "not_stored" in line]
    assert line["error"] == "TransientError" and is_clean(out.getvalue())
    assert line["channel"] == "C0GENERAL" and line["user"] and line["kind"]
    assert payload["type"] == "block_actions" or line["thread"]


@pytest.mark.parametrize("odd", ["C0GENERAL\n", "c 1", "C" * 33, "<@U0ALEX>", {"id": ["C1"]}, 5])
async def test_what_is_no_id_is_not_logged_as_one(odd: object, out: io.StringIO) -> None:
    dispatcher = build_dispatcher(RecordingServices(is_failing=True))
    payload = build_event("app_mention", text=f"<@{BOT_USER}> hi")
    payload["event"] |= {"channel": odd} if isinstance(odd, dict) else {"user": odd}
    await dispatcher.dispatch(payload)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert not any(line.get(name) == odd for line in lines for name in ("channel", "user"))


async def test_a_bug_in_a_listener_is_logged_as_one_and_not_acknowledged(out: io.StringIO) -> None:
    class BrokenServices(RecordingServices):
        def _record(self, *call: Any) -> None:
            raise KeyError("a bug")

    dispatcher = build_dispatcher(BrokenServices())
    payload = build_event("app_mention", text=f"<@{BOT_USER}> hi")
    assert (await dispatcher.dispatch(payload)).status == 503
    assert "listener_failed" in out.getvalue() and "a bug" not in out.getvalue()


async def test_a_slash_command_is_answered_with_a_sentence() -> None:
    response = await build_dispatcher(RecordingServices()).dispatch(COMMAND)
    assert json.loads(response.body) == {"response_type": "ephemeral", "text": NO_COMMANDS_MESSAGE}


@pytest.mark.parametrize("kind", ["block_suggestion", "dialog_suggestion"])
async def test_a_menu_gets_no_options(kind: str) -> None:
    payload = build_body(kind, action_id="a", callback_id="c", value="x")
    response = await build_dispatcher(RecordingServices()).dispatch(payload)
    assert json.loads(response.body) == {"options": []}


async def test_what_is_ignored_is_one_line_with_kind_and_id_and_no_content(
    out: io.StringIO,
) -> None:
    dispatcher = build_dispatcher(RecordingServices())
    for payload in (
        build_event("something_new", text="a secret"),
        build_body("view_submission", view={"callback_id": "c", "state": "a secret"}),
        {"something": "a secret"},
        ["a secret"],
    ):
        await dispatcher.dispatch(payload, kind="envelope_kind")
    lines = [json.loads(line) for line in out.getvalue().splitlines() if '"ignored"' in line]
    assert [line["kind"] for line in lines] == [
        "something_new",
        "view_submission",
        "envelope_kind",
        "envelope_kind",
    ]
    assert lines[0]["id"] == "Ev1" and "secret" not in out.getvalue()


async def test_while_more_comes_than_is_stored_events_are_sent_back_unread(
    out: io.StringIO,
) -> None:
    services = RecordingServices()
    services.has_room = False
    dispatcher = build_dispatcher(services)
    for _ in range(3):
        response = await dispatcher.dispatch(build_event("app_mention", text=f"<@{BOT_USER}> hi"))
        assert response.status == 503
    assert services.calls == [] and out.getvalue().count("events_sent_back") == 1
    # Slack sends no press again; and what Easel itself has posted is never stored.
    assert (await dispatcher.dispatch(build_press("easel_retry"))).status == 200
    echo = build_event(user=BOT_USER, text="my own answer", bot_id="B1", app_id="A1")
    assert is_echo(echo, bot_user_id=BOT_USER) and (await dispatcher.dispatch(echo)).status == 200
    services.has_room = True
    response = await dispatcher.dispatch(build_event("app_mention", text=f"<@{BOT_USER}> hi"))
    assert response.status == 200
