"""Carries out what a person does in an open form on the playground's page."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.playground.same_site import build_refusal
from bot.playground.slack import PlayedSlack

_GONE_SENTENCE = "That form is not open any more."


class ViewActions:
    """The POST requests of the page about forms."""

    def __init__(self, slack: PlayedSlack) -> None:
        self._slack = slack

    async def submit(self, request: web.Request) -> web.Response:
        """Send a form; the answer says whether it is closed, or what is wrong."""
        try:
            view, user, values = await _read_body(request)
        except ValueError:
            return build_refusal(400, "Name a form, a person and what was filled in.")
        try:
            sent = await self._slack.forms.submit(view, values, user=user)
        except LookupError:
            return build_refusal(404, _GONE_SENTENCE)
        told = {"closed": sent.is_closed, "errors": sent.errors, "problem": sent.problem}
        return web.json_response(told)

    async def close(self, request: web.Request) -> web.Response:
        """Close a form without sending it."""
        try:
            view, user, _ = await _read_body(request)
        except ValueError:
            return build_refusal(400, "Name a form and a person.")
        try:
            self._slack.forms.close(view, user=user)
        except LookupError:
            return build_refusal(404, _GONE_SENTENCE)
        return web.json_response({"ok": True})


async def _read_body(request: web.Request) -> tuple[str, str, dict[str, Any]]:
    """Return the form's id, the person and the values. Raises `ValueError`."""
    try:
        body = json.loads(await request.read())
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(body, dict):
        raise ValueError("no object")
    view, user, values = body.get("view"), body.get("user"), body.get("values", {})
    if not isinstance(view, str) or not isinstance(user, str) or not isinstance(values, dict):
        raise ValueError("view, user, values")
    return view, user, values
