"""Waits until people have their answers, with what they see alone: also of a process of its own."""

from __future__ import annotations

from bot.delivery.signs import TRYING_MESSAGE, WAITING_MESSAGE
from bot.delivery.stopping.stop_message import WORKING_MESSAGE
from bot.domain.messages import render
from bot.i18n.catalog import list_languages
from bot.playground.slack import PlayedMessage, PlayedSlack

# What stands in the place of an answer where a machine or a service is slow: no status need be
# shown with it, because Slack takes it away with each message.
_SIGNS = {
    render(sign, language)
    for sign in (WORKING_MESSAGE, TRYING_MESSAGE, WAITING_MESSAGE)
    for language in list_languages()
}


async def wait_for_answers(
    slack: PlayedSlack, channel: str, root: str, *, count: int = 1, seconds: float = 60.0
) -> list[PlayedMessage]:
    """Wait until the bot has `count` finished messages in the thread, and return all of them.

    None of them is a sign that it works, and no status is shown. Raises `TimeoutError` with the
    text of the thread.
    """

    def is_done() -> bool:
        replies = slack.list_replies(channel, root)
        if len(replies) < count or slack.workspace.get_status(channel, root):
            return False
        return not any(reply.streaming or reply.text.strip() in _SIGNS for reply in replies)

    try:
        await slack.wait_until(is_done, seconds=seconds)
    except TimeoutError as error:
        thread = slack.list_thread(channel, root)
        lines = [f"{message.user}: {message.text[:200]}" for message in thread]
        raise TimeoutError("the thread is still: " + " | ".join(lines)) from error
    return slack.list_replies(channel, root)
