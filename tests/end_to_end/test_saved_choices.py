"""Saved recipes and quiet from a message's menu, through the whole service."""

from __future__ import annotations

from tests.support.easel import GENERAL, EaselEnvironment


async def choose(easel: EaselEnvironment, ts: str, given: dict[str, object]) -> dict[str, object]:
    """Choose “More…” on a message and send the form; return the errors."""
    slack = easel.slack
    slack.choose_shortcut(GENERAL, ts, "more_recipes")
    await slack.wait_until(slack.modals.list_open)
    modal = str(slack.modals.list_open()[-1]["id"])
    sent = await slack.forms.submit(modal, given)
    await easel.wait_until_idle()
    return {**sent.errors}


async def test_a_saved_recipe_runs_and_goes_from_the_menu(easel: EaselEnvironment) -> None:
    await easel.ask("save this as recipe shout: say in capitals what this says")
    ts = await easel.slack.post_as_person(GENERAL, "quiet words")
    assert await choose(easel, ts, {"recipe": "channel:shout"}) == {}
    assert "say in capitals what this says" in str(easel.get_last_request())
    assert "> quiet words" in str(easel.get_last_request())
    await choose(easel, ts, {"recipe": "channel:shout", "delete": ["delete"]})
    (view,) = easel.slack.modals.list_open()
    assert view["blocks"][0]["text"]["text"] == "The recipe shout is deleted."
    root = await easel.ask("recipes")
    assert easel.list_replies(root)[0].text.startswith("Nobody has saved a recipe here yet.")


async def test_a_thread_is_left_and_a_channel_is_quiet_from_the_menu(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    await choose(easel, root, {"recipe": "do:leave"})
    assert "I have left this thread" in easel.list_replies(root)[-1].text
    await easel.slack.post_as_person(GENERAL, "and now?", thread_ts=root)
    await easel.wait_until_idle()
    assert len(easel.list_replies(root)) == 2
    other = await easel.ask("say hi")
    await choose(easel, other, {"recipe": "do:quiet"})
    assert "only when I am mentioned" in easel.list_replies(other)[-1].text
    await choose(easel, other, {"recipe": "do:loud"})
    assert "need not mention me" in easel.list_replies(other)[-1].text
    assert len(easel.model.requests) == 2
