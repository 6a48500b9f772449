"""The forms about pictures: what Slack takes, what comes back of them, and what is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.models.blocks import Block

from bot.domain.conversation import Person
from bot.domain.errors import SlackError
from bot.domain.files import FileRef
from bot.domain.options import RequestOptions
from bot.domain.pictures.presses import PictureAction, PictureName, PictureWish
from bot.domain.pictures.sizes import PictureSize
from bot.domain.questions import Presser
from bot.playground.slack.views.checks import find_view_problem
from bot.queue.picture_presses import PictureOffer
from handlers.dispatch import Dispatcher
from handlers.identifiers import PICTURE_ACTION_ID, PICTURE_CALLBACK_ID
from handlers.pictures.forms import (
    build_confirm_form,
    build_convert_form,
    build_edit_form,
    build_notice,
)
from handlers.pictures.reading import PictureForm, sign_form
from handlers.pictures.submissions import NO_WORDS_MESSAGE, NOT_OFFERED_MESSAGE, NOT_READ_MESSAGE
from handlers.presses.press import NOT_OPENED_MESSAGE, PressReply
from tests.support.payloads import mutate
from tests.support.recording_services import RecordingServices
from tests.support.surfaces import BOT_USER, build_app

KEY = RecordingServices.key
PRESSER = Presser(Person("U0ALEX", "T0EASEL"), "1700000500.000200")
NAME = PictureName(7, 3, "C0GENERAL")
EVIL = "<!channel> \u202e\x00*`x` " + "y" * 300
REFERENCES = tuple(FileRef(f"F{n}", f"{EVIL}{n}.png", "image/png") for n in range(25))
OFFER = PictureOffer(
    999_999,
    Decimal("0.19"),
    options=RequestOptions(size=PictureSize(2480, 3508, 300), quality="low"),
    references=REFERENCES,
)
LANGUAGES = ("en", "de", "fr", "es", "ja")


def seal(action: PictureAction = PictureAction.EDIT, name: PictureName = NAME) -> str:
    return sign_form(PictureForm(action, name, PRESSER), KEY)


def build_body(
    action: PictureAction = PictureAction.EDIT, words: str = "bluer", **chosen: str
) -> dict[str, Any]:
    values: dict[str, Any] = {"words": {"words": {"type": "plain_text_input", "value": words}}}
    for field, value in chosen.items():
        values[field] = {field: {"selected_option": {"value": value}}}
    blocks = [{"type": "input", "block_id": name} for name in values]
    view = {
        "id": "V1", "type": "modal", "team_id": "T0EASEL", "callback_id": PICTURE_CALLBACK_ID,
        "private_metadata": seal(action), "state": {"values": values}, "blocks": blocks,
    }  # fmt: skip
    return {
        "type": "view_submission", "team": {"id": "T0EASEL"}, "view": view,
        "user": {"id": "U0ALEX", "team_id": "T0EASEL"},
    }  # fmt: skip


def build_press(value: str) -> dict[str, Any]:
    entry = {"type": "overflow", "action_id": PICTURE_ACTION_ID, "block_id": "b"}
    pressed = {"selected_option": {"value": value}, "action_ts": PRESSER.ts}
    return {
        "type": "block_actions", "team": {"id": "T0EASEL"}, "trigger_id": "1.2.3",
        "user": {"id": "U0ALEX", "team_id": "T0EASEL"}, "channel": {"id": "C0GENERAL"},
        "actions": [entry | pressed],
    }  # fmt: skip


async def submit(services: RecordingServices, payload: dict[str, Any]) -> BoltResponse:
    dispatcher = Dispatcher(build_app(services), services, bot_user_id=BOT_USER)
    return await dispatcher.dispatch(payload)


def read_error(response: BoltResponse) -> str:
    return str(json.loads(response.body)["errors"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_form_by_two_descriptions(language: str) -> None:
    metadata = seal(name=PictureName(10**18 - 1, 999_999, "C0123456789"))
    forms = [
        build_edit_form(OFFER, metadata, language),
        build_edit_form(PictureOffer(1), metadata, language),
        build_convert_form(OFFER, metadata, language),
        build_confirm_form(PictureAction.VARY, OFFER, metadata, language),
        build_confirm_form(PictureAction.AGAIN, OFFER, metadata, language),
        build_notice(NOT_READ_MESSAGE, language),
    ]
    for form in forms:
        assert find_view_problem(json.loads(json.dumps(form))) == ""
        for block in Block.parse_all(form["blocks"]):
            block.validate_json()
        assert "<!channel>" not in str(form)


async def test_what_is_filled_in_is_asked_once_for_each_form() -> None:
    services = RecordingServices()
    body = build_body(
        words=f"make it\nbluer {EVIL}", quality="high", aspect="16:9", size="a4", reference="F9"
    )
    for _ in range(2):
        assert (await submit(services, body)).body == ""
    (_, name, presser, wish), again = services.calls
    assert (name, presser.person) == (NAME, PRESSER.person) and presser.ts > PRESSER.ts
    assert wish.form == again[3].form == "U0ALEX/1700000500.000200"
    assert wish.options == RequestOptions(
        quality="high", aspect="16:9", size=PictureSize(2480, 3508, 300)
    )
    assert wish.reference_id == "F9" and wish.words.startswith("make it\nbluer")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"quality": "infinite"}, NOT_OFFERED_MESSAGE),
        ({"size": "1x1"}, NOT_OFFERED_MESSAGE),
        ({"format": "exe"}, NOT_OFFERED_MESSAGE),
        ({"percent": "99"}, NOT_OFFERED_MESSAGE),
        ({"words": "\u200b \x00"}, NO_WORDS_MESSAGE),
    ],
)
async def test_what_is_not_offered_is_told_in_the_form(chosen: dict[str, str], told: str) -> None:
    services = RecordingServices()
    words = chosen.pop("words", "bluer")
    body = build_body(PictureAction.EDIT, words, **chosen)
    assert str(told) in read_error(await submit(services, body))
    assert services.calls == []


async def test_another_persons_form_and_a_made_up_one_ask_nothing() -> None:
    services = RecordingServices()
    foreign = build_body() | {"user": {"id": "U0SAM", "team_id": "T0EASEL"}}
    forged = build_body()
    forged["view"]["private_metadata"] = seal().replace('"version":"3"', '"version":"4"')
    for body in (foreign, forged):
        assert str(NOT_READ_MESSAGE) in read_error(await submit(services, body))
    stranger = build_body()
    stranger["view"]["team_id"] = "T0OTHER"
    assert "workspace" in read_error(await submit(services, stranger))
    assert services.calls == []


async def test_a_press_opens_the_form_that_it_needs_or_asks() -> None:
    services = RecordingServices()
    for action in ("again", "vary", "edit", "convert", "reference"):
        assert (await submit(services, build_press(f"{action}:7.3"))).status == 200
    done = [call[0] for call in services.calls]
    assert done == [
        "offer", "ask", "offer", "ask", "offer", "open_view", "offer", "open_view",
        "keep_reference",
    ]  # fmt: skip
    assert services.calls[1] == ("ask", NAME, PRESSER, PictureWish(PictureAction.AGAIN))
    services.offered = PictureOffer(3, Decimal("0.63"), is_dear=True)
    services.calls.clear()
    await submit(services, build_press("vary:7.3"))
    assert [call[0] for call in services.calls] == ["offer", "open_view"]
    assert "about $0.63" in str(services.opened[-1])


@pytest.mark.parametrize(
    "value", ["", "again", "again:", "again:x", "again:7", "steal:7.3", "again:7.3;--", "1" * 40]
)
async def test_a_forged_value_is_acknowledged_and_asks_nothing(value: str) -> None:
    services = RecordingServices()
    assert (await submit(services, build_press(value))).status == 200
    assert [call for call in services.calls if call[0] != "offer"] in (
        [],
        [("ask", PictureName(7, 1, "C0GENERAL"), PRESSER, PictureWish(PictureAction.AGAIN))],
    )


async def test_a_form_that_does_not_open_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[object]()

    async def refuse(*_: object) -> None:
        raise SlackError("expired_trigger_id")

    async def note(_respond: object, reply: PressReply, _language: str) -> None:
        told.append(reply.told)

    services = RecordingServices()
    monkeypatch.setattr(services, "open_view", refuse)
    monkeypatch.setattr("handlers.actions.tell_presser", note)
    await submit(services, build_press("edit:7.3"))
    assert told == [NOT_OPENED_MESSAGE]


async def test_a_press_that_was_not_stored_is_not_acknowledged() -> None:
    services = RecordingServices(is_failing=True)
    assert (await submit(services, build_press("again:7.3"))).status == 503
    response = await submit(services, build_body())
    assert response.status == 200 and "did not work just now" in read_error(response)


async def test_whatever_a_payload_holds_it_is_acknowledged_and_breaks_nothing() -> None:
    services = RecordingServices()
    dispatcher = Dispatcher(build_app(services), services, bot_user_id=BOT_USER)
    for payload in (build_body(), build_press("again:7.3")):
        for changed in mutate(payload):
            response = await dispatcher.dispatch(changed)
            assert response.status == 200, changed
