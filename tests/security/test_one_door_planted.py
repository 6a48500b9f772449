"""Sequences planted in every string of others that Easel's own sentences take up reach nobody.

See `test_one_door.py` for what the model says, and for the one door itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model.wire import build_chunk, build_error, build_image, encode_event
from bot.playground.slack import PlayedSlack
from bot.playground.slack.files.kinds import PostedFile
from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.workspace import TEAM
from tests.fuzz.slack_grammar import list_calls
from tests.security.test_one_door import CALL, list_live, list_strings
from tests.support.archives import build_zip
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    run_easel,
)
from tests.support.model_events import FINISH_EVENT, build_answer, encode_delta
from tests.support.provider_settings import build_openai_settings

PLANTED_CHANNEL, PLANTED_GROUP = "C0PLANTED", "S0PLANTED"


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with PlayedSlack(QUICK_RULES) as slack:
        plant_names(slack)
        async with run_easel(tmp_path / "data", slack=slack) as running:
            yield running
            check_all_that_was_sent(running)


def plant_names(slack: PlayedSlack) -> None:
    """Let people, a channel and a group be called by what Slack obeys."""
    workspace = slack.workspace
    workspace.people |= {"U0ALEX": f"Al {CALL}", "U0SAM": CALL}
    workspace.groups[PLANTED_GROUP] = CALL
    workspace.add_channel(PLANTED_CHANNEL, CALL)


def check_all_that_was_sent(easel: EaselEnvironment) -> None:
    """Look at every string of every call, of responses and of acknowledgements."""
    slack = easel.slack
    sent: list[object] = [dict(call.args) for call in slack.calls]
    sent += [*slack.responses, *(delivery.response for delivery in slack.deliveries)]
    texts = [text for value in sent for text in list_strings(value)]
    assert texts and [found for text in texts for found in list_live(text)] == []
    # Who asks is mentioned by the id of the message's author.
    asked = [text.replace("<@U0ALEX>", "").replace("<@U0SAM>", "") for text in texts]
    assert [found for text in asked for found in list_calls(text)] == []


async def test_settings_and_who_set_them(easel: EaselEnvironment) -> None:
    for flags in (f"--stop '{CALL}'", "--effort low", f"--effort '{CALL}'", f"--{CALL} 1", CALL):
        await easel.ask(f"settings {flags}")
        await easel.ask("settings")
    await easel.ask("settings reset")


async def test_defaults_of_the_operator(tmp_path: Path) -> None:
    defaults = "--stop '<!channel>' --effort low"
    async with run_easel(tmp_path, EASEL_DEFAULTS=defaults) as running:
        await running.ask("settings")
        await running.ask("settings --quality low")
        await running.ask("settings")
        check_all_that_was_sent(running)


async def test_names_of_channels_people_and_groups(easel: EaselEnvironment) -> None:
    references = f"<@U0SAM> <#{PLANTED_CHANNEL}> <!subteam^{PLANTED_GROUP}> <#C0NONE|{CALL[:20]}>"
    labels = f"@{CALL} #{CALL}"
    for channel in (GENERAL, PLANTED_CHANNEL, "D0ALEX"):
        easel.model.script(*build_answer(f"{references} {labels} `{references}`"))
        await easel.ask(f"who is {references}?", channel=channel)
    easel.model.script(encode_delta(content="ok"), FINISH_EVENT)
    await easel.ask("and what about it in French?", channel="D0ALEX")


async def test_recipes_and_headings_that_quote_people(easel: EaselEnvironment) -> None:
    slack = easel.slack
    for recipe in ("recipe_read_text", "recipe_extract_csv", "recipe_what_failed"):
        ts = await slack.post_as_person(GENERAL, f"look at {CALL}", files=[("a.png", build_png())])
        delivery = slack.choose_shortcut(GENERAL, ts, recipe)
        await delivery.acknowledged.wait()
        await easel.wait_until_idle()
    root = await slack.post_as_person(GENERAL, f"{MENTION} first {CALL}", user="U0SAM")
    for number in range(3):
        await slack.post_as_person(GENERAL, f"{MENTION} {number} {CALL}", thread_ts=root)
    await easel.wait_until_idle()


async def test_names_titles_and_pages_of_files(easel: EaselEnvironment) -> None:
    title = f"{CALL}.png".replace("/", "")
    pages = f"<h1>{CALL}</h1><p>{CALL}</p>".encode()
    uploads = [
        PostedFile(title, build_png(), alt=CALL),
        PostedFile(CALL, pages, kind="canvas"),
        PostedFile(CALL, b"x" * 99, kind="email"),
        PostedFile(CALL, kind="external"),
        PostedFile(f"{CALL}.zip", build_zip({f"{CALL}.txt": CALL.encode(), "b.exe": b"MZ"})),
        PostedFile(f"{CALL}.csv", f"{CALL},b\n{CALL},2\n".encode()),
    ]
    for upload in uploads:
        root = await easel.ask("make it blue", files=[upload])
        for command in ("what did you see?", "history", "undo", "compare v1 and v2", "v1 as jpg"):
            await easel.ask(command, thread_ts=root)


async def test_words_of_the_provider_around_an_answer(easel: EaselEnvironment) -> None:
    chunk = build_chunk(CALL, 1, {"content": f"ok {CALL}", "role": CALL}, finish=CALL)
    picture = {**build_image(build_png(), 0), "revised_prompt": CALL, "detail": CALL}
    broken = {"error": {"code": CALL, "message": CALL, "metadata": {"provider_name": CALL}}}
    scripts: list[tuple[bytes, ...]] = [
        (encode_event({**chunk, "model": CALL, "provider": CALL}),),
        (encode_delta(content="here", images=[picture]), FINISH_EVENT),
        (encode_event({**broken, "choices": []}),),
        (encode_delta(content="half"), encode_event({**broken, "choices": []})),
        (f": {CALL}\n\ndata: {CALL}\n\n".encode(), FINISH_EVENT),
    ]
    for events in scripts:
        for _ in range(4):
            easel.model.script(*events)
        await easel.ask(f"draw {CALL}")
        easel.model.clear_scripts()
    for body in (CALL, {"detail": [{"loc": ["body", CALL], "msg": CALL}]}, {"error": CALL}):
        for _ in range(4):
            easel.model.fail(422, body)
        await easel.ask("say it")
        easel.model.clear_scripts()
    easel.model.fail(402, build_error(402, CALL, limit_source=CALL))
    await easel.ask("say it")


async def test_prompts_that_the_provider_has_revised(tmp_path: Path) -> None:
    prompts = [
        CALL, f"{CALL} " * 4_000, f"```{CALL}\n> *bold* _{CALL}_", "&lt;!here&gt; &amp;lt;!channel",
        f"{'f' * 75} {CALL}", "\x00\ud800\u202e\u2028<!here>\x1b[31m", "<" * 100_000, "”" + CALL,
    ]  # fmt: skip
    async with run_easel(tmp_path, **build_openai_settings(EASEL_MODEL="gpt-5.4")) as running:
        running.model.script(*build_drawings(prompts))
        root = await running.ask(f"draw {CALL}")
        already = len(running.slack.calls)
        await running.ask("history", thread_ts=root)
        sent = [dict(call.args) for call in running.slack.calls[already:]]
        shown = [text for text in list_strings(sent) if "drawn as" in text]
        check_all_that_was_sent(running)
    assert shown and all("v2" in text and "v8" in text and len(text) < 4_000 for text in shown)
    # The door itself puts a space of no width into what would call people.
    others = {char for text in shown for char in text if not char.isprintable()}
    assert others <= {"\n", "\u200b"}


def build_drawings(prompts: Sequence[str]) -> list[bytes]:
    """Build what a provider streams that drew pictures by prompts of its own."""
    items = [
        {
            "type": "image_generation_call",
            "id": f"{CALL}{number}",
            "status": "completed",
            "result": base64.b64encode(build_png((64 + number, 64))).decode(),
            "revised_prompt": prompt,
        }
        for number, prompt in enumerate(prompts)
    ]
    end = {"id": "resp_1", "status": "completed", "output": items, "error": {"message": CALL}}
    events: list[dict[str, Any]] = [
        {"type": "response.output_item.done", "output_index": number, "item": item}
        for number, item in enumerate(items)
    ]
    events.append({"type": "response.completed", "response": end})
    # Half a character can be written in JSON, and not in UTF-8.
    return [f"data: {json.dumps(event)}\n\n".encode() for event in events]


async def test_sentences_about_budgets(tmp_path: Path) -> None:
    budgets = f"user/day=0.001 channel/month=50 channel:{PLANTED_CHANNEL}/day=0.001"
    async with PlayedSlack(QUICK_RULES) as slack:
        plant_names(slack)
        async with run_easel(tmp_path, slack=slack, EASEL_BUDGETS=budgets) as running:
            for channel in (GENERAL, PLANTED_CHANNEL, "D0ALEX"):
                await running.ask(f"draw {CALL} --stop '{CALL}'", channel=channel)
                await running.ask(f"say {CALL}", channel=channel)
            check_all_that_was_sent(running)


async def test_commands_windows_and_buttons(easel: EaselEnvironment) -> None:
    slack = easel.slack
    root = await easel.ask(f"hello {CALL}")
    message = slack.list_thread(GENERAL, root)[0]
    person = {"id": "U0ALEX", "team_id": TEAM, "name": CALL}
    common = {"user": person, "team": {"id": TEAM}, "trigger_id": CALL, "token": "t"}
    view = {"type": "modal", "callback_id": CALL, "title": {"text": CALL}, "state": {"values": {}}}
    button = {"action_id": "retry", "text": CALL, "value": CALL}
    bodies: list[tuple[dict[str, Any], str]] = [
        ({"command": f"/{CALL}", "text": CALL, "user_id": "U0ALEX"}, "slash_commands"),
        ({**common, "type": "view_submission", "view": view}, "interactive"),
        ({**common, "type": "block_suggestion", "value": CALL, "action_id": CALL}, "interactive"),
        (build_button_payload(message, button, "U0SAM", origin=slack.origin), "interactive"),
    ]
    for body, kind in bodies:
        await slack.send_body(body, kind=kind).acknowledged.wait()
    slack.choose_shortcut(GENERAL, root, "more_recipes")
    await slack.wait_until(slack.modals.list_open)
    form = slack.modals.list_open()[-1]
    recipe = form["blocks"][0]["element"]["options"][0]["value"]
    sent = await slack.forms.submit(form["id"], {"recipe": recipe, "words": CALL})
    assert sent.is_closed
    await easel.wait_until_idle()
