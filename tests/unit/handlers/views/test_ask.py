"""“Ask Easel…”: one form is one question, in a place of the person's own, and the rest is said."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.domain.conversation import Person, Thread, Trigger
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.messages import Message
from bot.i18n.catalog import list_languages
from bot.playground.slack.views.checks import find_view_problem
from handlers.dispatch import Dispatcher
from handlers.identifiers import ASK_CALLBACK_ID
from handlers.parsing.views import MAX_WORDS_CHARS, open_ask, sign_ask
from handlers.views.ask import (
    NO_WORDS_MESSAGE,
    NOT_A_MEMBER_MESSAGE,
    NOT_READ_MESSAGE,
    NOT_SURE_MESSAGE,
    UNKNOWN_MEMBER_MESSAGE,
)
from handlers.views.ask_form import build_ask_form, format_asked
from handlers.views.more import STRANGER_MESSAGE
from tests.support.payloads import mutate
from tests.support.recording_services import TS, RecordingServices
from tests.support.surfaces import BOT_USER, build_app

KEY = RecordingServices.key
ALEX, AT = Person("U0ALEX", "T0EASEL"), "1700000500.000200"


def build_shortcut(**changed: Any) -> dict[str, Any]:
    """Build the payload of a global shortcut after the documentation's."""
    return {
        "type": "shortcut",
        "token": "x",
        "action_ts": AT,
        "team": {"id": "T0EASEL", "domain": "easel"},
        "user": {"id": "U0ALEX", "username": "alex", "team_id": "T0EASEL"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": ASK_CALLBACK_ID,
        "trigger_id": "1.2.3",
    } | changed


def build_sent(words: object = "draw a fox", channel: object = "C0GENERAL") -> dict[str, Any]:
    place = {"type": "conversations_select", "selected_conversation": channel}
    values = {
        "words": {"words": {"type": "plain_text_input", "value": words}},
        "place": {"place": place},
    }
    return {
        "type": "view_submission",
        "team": {"id": "T0EASEL", "domain": "easel"},
        "user": {"id": "U0ALEX", "username": "alex", "team_id": "T0EASEL"},
        "api_app_id": "A0EASEL",
        "trigger_id": "1.2.3",
        "view": {
            "id": "V0AEWMF8C3D",
            "team_id": "T0EASEL",
            "type": "modal",
            "callback_id": ASK_CALLBACK_ID,
            "private_metadata": sign_ask(ALEX, AT, KEY),
            "state": {"values": values},
            "hash": "1771116686.WlRuF27e",
        },
        "response_urls": [],
    }


async def submit(services: RecordingServices, payload: dict[str, Any]) -> BoltResponse:
    app = build_app(services)
    return await Dispatcher(app, services, bot_user_id=BOT_USER).dispatch(payload)


def read_error(response: BoltResponse) -> tuple[str, str]:
    told = json.loads(response.body)
    assert response.status == 200 and told["response_action"] == "errors"
    ((field, sentence),) = told["errors"].items()
    return field, sentence


@pytest.mark.parametrize("language", list_languages())
def test_slack_takes_the_form_in_every_language(language: str) -> None:
    form = build_ask_form("x" * 500, language)
    assert find_view_problem(form) == ""
    heads = [form[name]["text"] for name in ("title", "submit", "close")]
    assert not any(text.endswith("…") for text in heads)


async def test_the_shortcut_opens_the_form_of_its_person() -> None:
    services = RecordingServices()
    assert (await submit(services, build_shortcut())).status == 200
    (form,) = services.opened
    opened = open_ask(form["private_metadata"], KEY)
    assert opened is not None and (opened.person, opened.at) == (ALEX, AT)


async def test_what_is_sent_is_posted_and_asked_in_its_thread() -> None:
    services = RecordingServices()
    response = await submit(services, build_sent("draw <a fox> & --effort high\nnow"))
    assert (response.status, response.body) == (200, "")
    ((channel, text, _),) = services.posted
    assert channel == "C0GENERAL" and "> draw <a fox> & --effort high\n> now" in text
    assert "<!here>" not in text
    (message,) = services.messages
    assert (message.thread, message.ts) == (Thread("T0EASEL", "C0GENERAL", TS), TS)
    assert (message.sender, message.trigger) == (ALEX, Trigger.MENTION)
    assert message.text == "draw <a fox> & --effort high\nnow"


async def test_without_a_channel_it_is_asked_directly() -> None:
    services = RecordingServices()
    await submit(services, build_sent(channel=None))
    assert services.messages[0].thread.channel == "D0ALEX"
    assert services.messages[0].trigger is Trigger.DIRECT


async def test_one_form_is_one_question_however_often_and_from_wherever_it_comes() -> None:
    services = RecordingServices()
    for view_id in ("V1", "V1", "V2"):
        body = build_sent()
        body["view"]["id"] = view_id
        await submit(services, body)
    assert len({message.event_id for message in services.messages}) == 1
    assert len({ask_id for _, _, ask_id in services.posted}) == 1


@pytest.mark.parametrize(
    ("words", "channel", "field", "sentence"),
    [
        ("   \n ", "C0GENERAL", "words", NO_WORDS_MESSAGE),
        (None, None, "words", NO_WORDS_MESSAGE),
        ("hello", "C0OTHERS", "place", NOT_A_MEMBER_MESSAGE),
        ("hello", "C0UNKNOWN", "place", UNKNOWN_MEMBER_MESSAGE),
        # Other people's direct messages with Easel, and what is no channel.
        ("hello", "D0SAM", "words", NOT_READ_MESSAGE),
        ("hello", "U0SAM", "words", NOT_READ_MESSAGE),
        ("hello", "C0GENERAL<!here>", "words", NOT_READ_MESSAGE),
    ],
)
async def test_what_is_not_asked_is_said(
    words: object, channel: object, field: str, sentence: str
) -> None:
    services = RecordingServices()
    assert read_error(await submit(services, build_sent(words, channel))) == (field, sentence)
    assert (services.messages, services.posted) == ([], [])


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
    assert read_error(await submit(services, build_sent() | changed)) == ("words", sentence)
    assert (services.messages, services.posted) == ([], [])


async def test_a_seal_of_another_form_opens_none() -> None:
    services, body = RecordingServices(), build_sent()
    sealed = json.loads(body["view"]["private_metadata"])
    others: list[object] = [
        sealed | {"at": "1800000000.000100"},
        sealed | {"user": "U0SAM"},
        {},
        [],
    ]
    for forged in others:
        changed = copy.deepcopy(body)
        changed["view"]["private_metadata"] = json.dumps(forged)
        assert read_error(await submit(services, changed))[1] == NOT_READ_MESSAGE
    assert services.posted == []


@pytest.mark.parametrize(
    ("error", "field", "sentence"),
    [
        (
            SlackError("not_in_channel", user_message=Message("Invite me.")),
            "place",
            "Invite me.",
        ),
        (TransientError("down"), "words", NOT_SURE_MESSAGE),
    ],
)
async def test_what_slack_refuses_is_said_in_the_form(
    error: EaselError, field: str, sentence: str
) -> None:
    services = RecordingServices()
    services.refusal = error
    assert read_error(await submit(services, build_sent())) == (field, sentence)
    assert services.messages == []


def test_no_words_call_anyone_or_leave_their_quote() -> None:
    hostile = ["<!channel>", "<@U0SAM>", "@here", "```\n<!here>", "\u202e", "\x00", "> # a\n\n- b"]
    for one in [*hostile, "x\n" * 1_400, "&lt;!channel&gt;", "<https://a|<!here>>"]:
        text = format_asked(ALEX, "Alex", one, "en")
        assert "<!" not in text and "<@U0SAM>" not in text and "\n@here" not in text
        assert all(line.startswith(">") for line in text.split("\n\n", 1)[1].split("\n"))
        assert "\u202e" not in text and "\x00" not in text
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert format_asked(ALEX, "Alex", f"{family}\ta", "en").endswith(f"> {family}\ta")
    for name in ("", "_", "&", "@ *"):
        assert format_asked(ALEX, name, "hi", "en").startswith("**<@U0ALEX>** asks:")


async def test_more_words_than_slack_lets_type_are_cut() -> None:
    services = RecordingServices()
    await submit(services, build_sent("y" * 9_000))
    assert len(services.messages[0].text) <= MAX_WORDS_CHARS


async def test_no_payload_of_any_shape_is_left_without_an_answer() -> None:
    for body in (build_sent(), build_shortcut()):
        for changed in mutate(body):
            services = RecordingServices()
            response = await submit(services, changed)
            assert response.status in (200, 404)
            assert all(one.sender.id == "U0ALEX" for one in services.messages)
