"""The main job from Slack's event to the answer in the thread, through the whole service."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.support.answers import wait_for_answers
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)


async def test_a_mention_is_answered_once_in_its_thread(easel: EaselEnvironment) -> None:
    root = await easel.ask("what is 17 * 23?")
    replies = easel.list_replies(root)
    assert [(reply.text, reply.thread_ts) for reply in replies] == [("17 * 23 = **391**", root)]
    assert len(easel.model.requests) == 1


async def test_the_two_views_of_a_mention_are_one_question_in_either_order(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say once", views=("message", "app_mention"))
    assert [reply.text for reply in easel.list_replies(root)] == ["once"]


async def test_a_mention_without_its_message_event_is_answered(easel: EaselEnvironment) -> None:
    root = await easel.ask("say alone", views=("app_mention",))
    assert [reply.text for reply in easel.list_replies(root)] == ["alone"]


async def test_a_redelivered_event_is_acknowledged_and_not_answered_again(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say once")
    for delivery in list(easel.slack.deliveries):
        easel.slack.send_body(delivery.body)
    await easel.wait_until_idle()
    assert len(easel.list_replies(root)) == 1


async def test_a_follow_up_in_the_thread_needs_no_mention_and_knows_what_was_said(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say blue is my favourite")
    await easel.slack.post_as_person(GENERAL, "what did I say?", thread_ts=root)
    await wait_for_answers(easel.slack, GENERAL, root, count=2)
    sent = [message["content"] for message in easel.get_last_request()["messages"]]
    assert sent[1] == "@Alex: say blue is my favourite"
    assert sent[2] == "blue is my favourite"
    assert "blue is my favourite" in easel.list_replies(root)[1].text


async def test_a_follow_up_to_somebody_else_is_left_alone(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.slack.post_as_person(GENERAL, "<@U0SAM> what do you think?", thread_ts=root)
    await easel.wait_until_idle()
    assert len(easel.list_replies(root)) == 1


async def test_talk_in_channels_and_foreign_threads_is_left_alone(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "lunch?")
    await easel.slack.post_as_person(GENERAL, "yes", thread_ts=root, user="U0SAM")
    await easel.wait_until_idle()
    assert easel.model.requests == []
    assert easel.slack.list_calls("assistant.threads.setStatus") == []


async def test_every_direct_message_is_answered_in_a_thread_of_its_own(
    easel: EaselEnvironment,
) -> None:
    one = await easel.ask("say one", channel=DM)
    two = await easel.ask("say two", channel=DM)
    assert [reply.text for reply in easel.list_replies(one, channel=DM)] == ["one"]
    assert [reply.text for reply in easel.list_replies(two, channel=DM)] == ["two"]


async def test_joins_edits_and_deletions_are_acknowledged_in_silence(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    easel.slack.join(GENERAL, "U0SAM")
    easel.slack.edit(GENERAL, root, f"{MENTION} say goodbye")
    easel.slack.emit({"type": "reaction_added", "user": "U0ALEX", "item": {}})
    easel.slack.emit({"type": "app_home_opened", "user": "U0ALEX", "channel": DM, "tab": "home"})
    easel.slack.delete(GENERAL, root)
    await easel.wait_until_idle()
    assert all(delivery.acknowledged.is_set() for delivery in easel.slack.deliveries)
    assert all(delivery.attempts == 1 for delivery in easel.slack.deliveries)
    assert len(easel.model.requests) == 1


async def test_a_drawn_picture_arrives_with_its_original_bytes_a_name_and_an_alt_text(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox")
    text, picture = easel.list_replies(root)
    assert "red fox" in text.text
    (file,) = picture.files
    assert (file.name, file.mimetype, file.width) == ("red-fox-v1.png", "image/png", 1024)
    assert "red fox" in file.alt
    assert picture.thread_ts == root


async def test_a_photo_is_changed_as_asked(easel: EaselEnvironment) -> None:
    root = await easel.ask("make it grey", files=[("photo.png", build_png())])
    (sent,) = list_pictures(easel.get_last_request())
    assert sent.startswith("data:image/png;base64,")
    assert easel.list_replies(root)[-1].files[0].data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "views",
    [
        ("app_mention without files", "message"),
        ("message", "app_mention without files"),
        ("message without files", "app_mention"),
        ("message",),
    ],
)
async def test_the_files_count_whichever_view_carries_them(
    easel: EaselEnvironment, views: tuple[str, ...]
) -> None:
    easel.model.first_delay = 0.3  # like a real model; text that is already shown is not withdrawn
    root = await easel.slack.post_as_person(
        GENERAL, f"{MENTION} what is this?", files=[("photo.png", build_png())], views=views
    )
    await easel.slack.wait_until(lambda: easel.list_replies(root))
    await easel.wait_until_idle()
    assert "64 × 48" in easel.list_replies(root)[0].text
    assert len(easel.list_replies(root)) == 1


async def test_an_upload_into_a_thread_easel_is_in_is_a_question(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.slack.post_as_person(
        GENERAL, "", thread_ts=root, files=[("photo.png", build_png())]
    )
    await wait_for_answers(easel.slack, GENERAL, root, count=2)
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_every_picture_in_a_watched_channel_is_answered(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data", EASEL_WATCH_CHANNELS="C0DESIGN") as easel:
        watched = await easel.slack.post_as_person(
            "C0DESIGN", "", files=[("photo.png", build_png())]
        )
        other = await easel.slack.post_as_person(GENERAL, "", files=[("photo.png", build_png())])
        await wait_for_answers(easel.slack, "C0DESIGN", watched)
        await easel.wait_until_idle()
        assert easel.list_replies(other) == []


async def test_a_mention_in_the_middle_of_a_thread_brings_its_earlier_messages_and_pictures(
    easel: EaselEnvironment,
) -> None:
    root = await easel.slack.post_as_person(
        GENERAL, "our new logo", files=[("logo.png", build_png())]
    )
    await easel.slack.post_as_person(GENERAL, "nice!", thread_ts=root, user="U0SAM")
    await easel.ask("describe it", thread_ts=root)
    request = easel.get_last_request()
    assert [message["content"] for message in request["messages"][1:-1]] == [
        "@Alex: our new logo\n\n[They sent: logo.png]",
        "@Sam: nice!",
    ]
    assert len(list_pictures(request)) == 1

    await easel.ask("and now?", thread_ts=root)
    assert len(easel.slack.list_calls("conversations.replies")) == 1


async def test_after_a_restart_the_model_is_sent_the_earlier_turns_and_the_last_picture(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path / "data") as easel:
        root = await easel.ask("draw a red fox")
        drawn = easel.list_replies(root)[-1].files[0].data
        workspace = easel.slack.workspace  # outlives this Easel
    async with run_easel(tmp_path / "data") as again:
        again.slack.workspace.files.update(workspace.files)
        for message in workspace.list_thread(GENERAL, root):
            again.slack.workspace.add(message)
        await again.slack.post_as_person(GENERAL, "make it grey", thread_ts=root)
        await again.slack.wait_until(lambda: len(again.list_replies(root)) > 3)
        await again.wait_until_idle()
        request = again.get_last_request()
        assert request["messages"][1]["content"] == "@Alex: draw a red fox"
        assert request["messages"][2]["content"].endswith("[You made: red-fox-v1.png]")
        assert len(list_pictures(request)) == 1
        changed = again.list_replies(root)[-1].files[0].data
        assert changed != drawn


async def test_a_picture_whose_working_copy_is_gone_is_fetched_from_slack_again(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path / "data") as easel:
        root = await easel.ask("draw a red fox")
        for path in (tmp_path / "data").rglob("blobs/??/*"):
            path.unlink()
        await easel.slack.post_as_person(GENERAL, "make it grey", thread_ts=root)
        await easel.slack.wait_until(lambda: len(easel.list_replies(root)) > 3)
        assert len(list_pictures(easel.get_last_request())) == 1


async def test_the_status_comes_before_the_answer_and_is_gone_after_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a cat")
    methods = [call.method for call in easel.slack.calls]
    assert methods.index("assistant.threads.setStatus") < len(methods) - 1
    assert easel.slack.workspace.get_status(GENERAL, root) == ""
    first = easel.slack.list_calls("assistant.threads.setStatus")[0]
    assert first.args["status"] == "is thinking…"


async def test_the_request_is_what_the_provider_should_see(easel: EaselEnvironment) -> None:
    await easel.ask("say hello")
    request = easel.get_last_request()
    assert request["modalities"] == ["image", "text"]
    assert request["max_tokens"] == 8192 and request["stream"] is True
    assert "U0ALEX" not in request["user"] and GENERAL not in request["session_id"]
    assert not {"tools", "tool_choice", "temperature", "plugins"} & set(request)


async def test_health_and_readiness_tell_the_truth(easel: EaselEnvironment) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{easel.service.address}/healthz") as alive:
            assert alive.status == 200
        async with session.get(f"{easel.service.address}/readyz") as ready:
            assert ready.status == 200


async def test_a_question_survives_a_socket_refresh(easel: EaselEnvironment) -> None:
    await easel.slack.socket.refresh("refresh_requested")
    root = await easel.ask("say still here")
    assert easel.list_replies(root)[0].text == "still here"


async def test_what_was_posted_while_no_socket_was_open_is_answered(
    easel: EaselEnvironment,
) -> None:
    await easel.slack.socket.cut()
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say late")
    await wait_for_answers(easel.slack, GENERAL, root, seconds=60)
    assert easel.list_replies(root)[0].text == "late"
