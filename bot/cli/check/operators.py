"""For `easel check`: whether Easel may write to those whom EASEL_OPERATORS names. Posts nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.check.finding import Finding
from bot.domain.errors import EaselError
from handlers.web_api.errors import translate_errors

_NAME = "Slack operators"


async def check_operators(
    client: AsyncWebClient, operators: Sequence[str], granted: Collection[str]
) -> AsyncIterator[Finding]:
    """Yield what keeps a message from an operator; one line if nothing does."""
    if operators and "im:write" not in granted:
        todo = "im:write is missing; update the app from manifest.yml and reinstall it"
        yield Finding(ok=False, name=_NAME, text=f"Easel cannot write to EASEL_OPERATORS: {todo}")
        return
    problems = [await _find_problem(client, user, granted) for user in operators]
    for user, problem in zip(operators, problems, strict=True):
        if problem:
            text = f"{user} in EASEL_OPERATORS {problem}, and is told nothing"
            yield Finding(ok=True, name=_NAME, text=text, is_warning=True)
    if operators and not any(problems):
        text = f"Easel may write to {', '.join(operators)}"
        yield Finding(ok=True, name=_NAME, text=text)


async def _find_problem(client: AsyncWebClient, user: str, granted: Collection[str]) -> str:
    """Return why a user cannot be written to, "" if nothing is known against it."""
    if "users:read" not in granted:
        return ""
    try:
        with translate_errors("users.info"):
            response = await client.users_info(user=user)
    except EaselError as error:
        if error.code in ("user_not_found", "user_not_visible"):
            return f"is unknown to Slack ({error.code})"
        return f"cannot be looked up now ({error.code})"
    found = response.get("user") or {}
    if found.get("deleted") is True:
        return "is deactivated"
    return "is a bot" if found.get("is_bot") is True else ""
