"""“More…”: the form opens at once, one form is one question, and who cannot ask reads why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.domain.conversation import Person, Thread, Trigger
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.messages import Message
from bot.request.recipes.recipe import split_quote
from handlers.dispatch import Dispatcher
from handlers.identifiers import MORE_CALLBACK_ID
from handlers.parsing.shortcuts import MessageChoice
from handlers.parsing.views import open_choice, sign_choice
from handlers.views.form import NOT_STORED_MESSAGE
from handlers.views.more import (
    GONE_MESSAGE,
    NOT_CHOSEN_MESSAGE,
    NOT_OPENED_MESSAGE,
    NOT_READ_MESSAGE,
    STRANGER_MESSAGE,
    _open_form,
)
from tests.support.payloads import mutate
from tests.support.recording_services import TS, RecordingServices
from tests.support.surfaces import BOT_USER, build_app, build_shortcut
from tests.unit.handlers.parsing.test_views import build_submission

KEY = RecordingServices.key
CHOICE = MessageChoice(
    Person("U0ALEX", "T0EASEL"), Thread("T0EASEL", "C0GENERAL", TS), TS, "1700000500.000200"
)


async def submit(services: RecordingServices, payload: dict[str, Any]) -> BoltResponse:
    app = build_app(services)
    dispatcher = Dispatcher(app, services, bot_user_id=BOT_USER)
    return await dispatcher.dispatch(payload)


def build_form(recipe: object = "read_text", words: str = "", **changed: Any) -> dict[str, Any]:
    body = build_submission(recipe, words, choice=CHOICE)
    body["view"]["private_metadata"] = sign_choice(CHOICE, KEY)
    return body | changed


def read_error(response: BoltResponse) -> str:
    told = json.loads(response.body)
    assert response.status == 200 and told["response_action"] == "errors"
    (sentence,) = told["errors"].values()
    return str(sentence)


async def test_the_form_carries_the_message_along() -> None:
    services = RecordingServices()
    assert (await submit(services, build_shortcut(callback_id=MORE_CALLBACK_ID))).status == 200
    assert services.calls == [("open_view", "1.2.3")]
    (form,) = services.opened
    choice = open_choice(form["private_metadata"], KEY)
    assert choice == replace(CHOICE, sender=Person("U0ALEX", "T0EASEL"))


async def test_what_is_sent_is_a_question_about_the_message_as_it_is_now() -> None:
    services = RecordingServices()
    response = await submit(services, build_form("read_text", "only page 2\n\n--csv"))
    assert (response.status, response.body) == (200, "")
    (message,) = services.messages
    assert (message.thread, message.sender) == (CHOICE.thread, CHOICE.sender)
    assert (message.trigger, message.quoted_ts) == (Trigger.MENU, TS)
    assert split_quote(message.text) == ("Read the text\nonly page 2\n--csv", "> a & b")
    assert float(message.ts) >= float(CHOICE.chosen_at)


async def test_one_form_is_one_question_however_often_and_from_wherever_it_comes() -> None:
    services = RecordingServices()
    for view_id in ("V1", "V1", "V2"):
        body = build_form()
        body["view"]["id"] = view_id
        await submit(services, body)
    assert len({message.event_id for message in services.messages}) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"user": {"id": "U0MALLORY", "team_id": "T0EASEL"}}, NOT_READ_MESSAGE),
        ({"user": {"id": "U0ALEX", "team_id": "T0OTHER"}}, STRANGER_MESSAGE),
        ({"team": {"id": "T0OTHER"}}, STRANGER_MESSAGE),
    ],
)
async def test_a_form_of_someone_else_asks_nothing(changed: dict[str, Any], sentence: str) -> None:
    services = RecordingServices()
    assert read_error(await submit(services, build_form(**changed))) == sentence
    assert services.messages == []


async def test_forged_metadata_asks_nothing() -> None:
    services = RecordingServices()
    foreign = replace(CHOICE, thread=Thread("T0EASEL", "C0SECRET", TS))
    for forged in (sign_choice(foreign, b"guessed"), "{}", "", "x" * 9_000, "[" * 2_999):
        body = build_form()
        body["view"]["private_metadata"] = forged
        assert read_error(await submit(services, body)) == NOT_READ_MESSAGE
    assert services.messages == []


async def test_a_recipe_that_is_not_known_any_more_is_chosen_again() -> None:
    services = RecordingServices()
    assert read_error(await submit(services, build_form("gone"))) == NOT_CHOSEN_MESSAGE


async def test_a_message_that_is_gone_is_said_to_be() -> None:
    services = RecordingServices()
    services.shown.clear()
    assert read_error(await submit(services, build_form())) == GONE_MESSAGE
    assert services.messages == []


INVITE = Message("I cannot see this channel. Please invite me and ask again.")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (SlackError("channel_not_found", user_message=INVITE), INVITE),
        (TransientError("down"), NOT_STORED_MESSAGE),
    ],
)
async def test_what_slack_does_not_show_is_told_in_the_form(
    refusal: EaselError, sentence: str
) -> None:
    services = RecordingServices()
    services.refusal = refusal
    assert read_error(await submit(services, build_form())) == sentence


async def test_what_is_not_stored_is_told_in_the_form_and_can_be_sent_again() -> None:
    assert (
        read_error(await submit(RecordingServices(is_failing=True), build_form()))
        == NOT_STORED_MESSAGE
    )


async def test_a_form_that_bolt_cannot_read_is_stored_all_the_same() -> None:
    services = RecordingServices()
    assert (await submit(services, build_form(authorizations=5, enterprise="x"))).status == 200
    assert len(services.messages) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SlackError("expired_trigger_id"), NOT_OPENED_MESSAGE),
        (SlackError("invalid_trigger_id"), NOT_OPENED_MESSAGE),
        (TransientError("views.open: TimeoutError"), NOT_OPENED_MESSAGE),
        (SlackError("exchanged_trigger_id"), None),
    ],
)
async def test_who_sees_no_form_reads_a_sentence_instead(
    error: EaselError, sentence: str | None
) -> None:
    class ShutServices(RecordingServices):
        def _record(self, *call: Any) -> None:
            raise error

    shortcut = build_shortcut(callback_id=MORE_CALLBACK_ID)
    assert await _open_form(shortcut, ShutServices()) == sentence
    assert (await submit(ShutServices(), shortcut)).status == 200


async def test_fields_may_be_missing_or_odd() -> None:
    services = RecordingServices()
    dispatcher = Dispatcher(build_app(services), services, bot_user_id=BOT_USER)
    for changed in mutate(build_form()):
        assert (await dispatcher.dispatch(changed)).status == 200, changed
