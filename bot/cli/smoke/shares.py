"""Asks Slack whether the share of a picture can carry a menu itself.

Shares one small picture in a channel and deletes it again.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import stamina
from PIL import Image
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.pictures.presses import PictureMenu
from bot.domain.posts import Controls, PostMetadata
from handlers.web_api.visuals.picture_menus import build_picture_menus

_NAME = "easel-smoke.png"
_MAX_WAIT_SECONDS = 20.0


class _NotShared(Exception):
    """Slack has not shown the share yet."""


async def probe_share(
    client: AsyncWebClient, session: aiohttp.ClientSession, channel: str
) -> Sequence[str]:
    """Return whether a share in `channel` takes a menu and shows it. Raises what slack_sdk does."""
    file_id = await _upload(client, session)
    try:
        try:
            await client.files_completeUploadExternal(
                files=[{"id": file_id, "title": _NAME}],
                channel_id=channel,
                blocks=json.dumps(_build_menu()),
            )
        except SlackApiError as error:
            return [f"refused: {name_error(error)}"]
        kinds = await _list_shown_blocks(client, channel, file_id)
        shown = ", ".join(kinds) or "none of the blocks"
        return ["taken", f"the message that shares it has: {shown}"]
    finally:
        with contextlib.suppress(SlackApiError):  # what was refused is no file yet
            await client.files_delete(file=file_id)


async def _upload(client: AsyncWebClient, session: aiohttp.ClientSession) -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (220, 30, 30)).save(out, "PNG")
    data = out.getvalue()
    ticket = await client.files_getUploadURLExternal(filename=_NAME, length=len(data))
    async with session.post(str(ticket["upload_url"]), data=data) as response:
        response.raise_for_status()
    return str(ticket["file_id"])


async def _list_shown_blocks(client: AsyncWebClient, channel: str, file_id: str) -> list[str]:
    """Return the kinds of the blocks that the share shows, as far as Slack tells."""
    ts = ""
    async for attempt in stamina.retry_context(
        on=_NotShared, attempts=None, timeout=_MAX_WAIT_SECONDS, wait_max=2.0
    ):
        with attempt:
            found = await client.files_info(file=file_id)
            ts = _find_share(found.get("file") or {}, channel)
            if not ts:
                raise _NotShared
    # Of a message that begins a thread, as every one does, its replies are told with it first.
    replies = await client.conversations_replies(channel=channel, ts=ts, limit=1)
    messages = replies.get("messages") or []
    blocks = messages[0].get("blocks") or [] if messages else []
    return [
        str(block.get("type")) + (" with a menu" if block.get("accessory") else "")
        for block in blocks
    ]


def _find_share(file: Mapping[str, Any], channel: str) -> str:
    shares = file.get("shares") or {}
    for kind in ("public", "private"):
        for share in (shares.get(kind) or {}).get(channel) or []:
            return str(share.get("ts") or "")
    return ""


def _build_menu() -> list[dict[str, Any]]:
    """Return the menu as an answer has it. Its entries name no question, and so do nothing."""
    return build_picture_menus(PostMetadata(0, Controls(pictures=(PictureMenu(1),))))


def name_error(error: Exception) -> str:
    """Return the code of Slack's refusal, else the name of the error."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__
