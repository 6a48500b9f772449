"""Asks Slack whether a message takes the row under an answer, and keeps it through an edit.

Posts one message in a channel and deletes it again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.smoke.shares import name_error
from bot.domain.posts import Button, ButtonCost, Controls, MenuEntry, PostMetadata
from handlers.web_api.blocks import build_markdown_blocks
from handlers.web_api.visuals.controls import build_control_blocks

_TEXT = "Easel asks what this channel shows under an answer. This message goes in a moment."


async def probe_row(client: AsyncWebClient, channel: str) -> Sequence[str]:
    """Return whether a post and an edit in `channel` take the row. Raises what slack_sdk does."""
    content: dict[str, Any] = {"text": _TEXT, "blocks": _build_blocks()}
    try:
        posted = await client.chat_postMessage(channel=channel, **content)
    except SlackApiError as error:
        return [f"refused: {name_error(error)}"]
    ts = str(posted["ts"])
    sentences = ["taken", f"the message has: {_list_kinds(posted.get('message'))}"]
    try:
        edited = await client.chat_update(channel=channel, ts=ts, **content)
        sentences.append(f"after an edit it has: {_list_kinds(edited.get('message'))}")
    except SlackApiError as error:
        sentences.append(f"the edit is refused: {name_error(error)}")
    finally:
        with contextlib.suppress(SlackApiError):  # it is told above what came of it
            await client.chat_delete(channel=channel, ts=ts)
    return sentences


def _build_blocks() -> list[dict[str, Any]]:
    """Return an answer's blocks. The controls name no question, and so do nothing."""
    costs = (ButtonCost(Button.REGENERATE, Decimal(1), is_dear=True),)
    controls = Controls((Button.REGENERATE,), has_feedback=True, menu=tuple(MenuEntry), costs=costs)
    return [*build_markdown_blocks(_TEXT), *build_control_blocks(PostMetadata(0, controls))]


def _list_kinds(message: object) -> str:
    """Return the kinds of blocks and controls that Slack has kept of a message."""
    blocks = message.get("blocks") or [] if isinstance(message, Mapping) else []
    kinds = list[str]()
    for block in blocks:
        elements = [str(one.get("type")) for one in block.get("elements") or []]
        kind = str(block.get("type"))
        has_controls = kind in ("actions", "context_actions")
        kinds.append(f"{kind} ({', '.join(elements)})" if has_controls else kind)
    return ", ".join(kinds) or "none of the blocks"
