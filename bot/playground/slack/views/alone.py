"""Shows texts to one person alone, as Slack does until they load the page again.

They are no messages of their channel: only the page hears of them.
"""

from __future__ import annotations

from bot.playground.slack.workspace import BOT_USER, Change, PlayedMessage, Workspace


def show_alone(
    workspace: Workspace, place: tuple[str, str], person: str, text: str, *, is_markdown: bool
) -> None:
    """Show `text` to `person` in a thread; `place` is its channel and root."""
    channel, root = place
    message = PlayedMessage(
        workspace.create_ts(), channel, BOT_USER, text, root, from_bot=True, markdown=is_markdown
    )
    workspace.publish(Change("told", channel, root, message, status=person))


def show_response(
    workspace: Workspace, ts: str, person: str, text: str, *, is_markdown: bool
) -> None:
    """Show what came of a press under the message at `ts`, or of a shortcut, to who did it."""
    found = [workspace.find_message(channel, ts) for channel in workspace.channels]
    message = next(filter(None, found), None)
    if message is None:
        workspace.publish(Change("told", "", "", status=text))
    else:
        show_alone(
            workspace, (message.channel, message.root), person, text, is_markdown=is_markdown
        )
