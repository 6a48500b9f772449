"""Builds refusals as OpenAI sends them. Pure."""

from __future__ import annotations

from bot.playground.model.request import RequestError


def build_refusal(
    message: str, code: str | None = None, param: str | None = None, *, status: int = 400
) -> RequestError:
    kind = "invalid_request_error"
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return RequestError(status, body)
