"""Tells who wrote a message: a person, a workflow, another app, or Easel itself. Pure.

Slack puts `bot_id` and `app_id` on every message that a program has posted, one posted with a
person's token as well (slackapi documents neither; many projects report it). A workflow's posts
have the subtype `bot_message`, no `user`, and `is_workflow_bot` in their `bot_profile`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.safe_text import BRACKET_TRANSLATION, truncate
from handlers.parsing.fields import read_mapping, read_text

_SLACKBOT = "USLACKBOT"
_MAX_NAME_CHARS = 80
# Logs and reports would fill the thread's history.
MAX_APP_POST_CHARS = 4_000


class AuthorKind(StrEnum):
    """What wrote a message."""

    PERSON = "person"
    PERSON_BY_APP = "person by app"  # a person, with a program of theirs
    WORKFLOW = "workflow"
    APP = "app"
    EASEL = "easel"
    NOBODY = "nobody"  # Slack itself, or no author at all


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a message. `id` is a person's, else the bot's; `name` only that of a bot."""

    kind: AuthorKind
    id: str = ""
    name: str = ""
    app_id: str = ""

    @property
    def is_program(self) -> bool:
        """Whether a program has posted the message, be it for a person."""
        return self.kind in (AuthorKind.PERSON_BY_APP, AuthorKind.WORKFLOW, AuthorKind.APP)


def read_author(
    raw: Mapping[str, Any],
    *,
    bot_user_id: str,
    own_app_id: str = "",
    bot_users: Collection[str] = (),
) -> Author:
    """Return who wrote a message, from the event or from a thread that is read.

    `bot_users` are users of whom it is known that they are bots.
    """
    user, bot_id = read_text(raw.get("user")), read_text(raw.get("bot_id"))
    profile = read_mapping(raw, "bot_profile")
    app_id = read_text(raw.get("app_id")) or read_text(profile.get("app_id"))
    bot_id = bot_id or read_text(profile.get("id"))
    is_bot_message = raw.get("subtype") == "bot_message"
    if (user and user == bot_user_id) or (app_id and app_id == own_app_id):
        return Author(AuthorKind.EASEL, bot_user_id, app_id=app_id)
    if user == _SLACKBOT or not (user or bot_id):
        return Author(AuthorKind.NOBODY)
    name = _clean_name(read_text(raw.get("username")) or read_text(profile.get("name")))
    if is_bot_message or not user or user in bot_users:
        kind = AuthorKind.WORKFLOW if _is_workflow(raw, profile) else AuthorKind.APP
        return Author(kind, bot_id or user, name, app_id)
    if not bot_id and not profile:
        return Author(AuthorKind.PERSON, user)
    return Author(AuthorKind.PERSON_BY_APP, user, name, app_id)


def format_app_post(author: Author, text: str) -> str:
    """Return the text of a post as the model reads it: of a program's, with its name, and bounded.

    Most bots post with a user of their own, and so look like a person who writes through an app.
    """
    if not author.is_program or not text:
        return text
    kind = "workflow" if author.kind is AuthorKind.WORKFLOW else "app"
    heading = f"Message of the {kind} “{author.name}”:" if author.name else "Message of a program:"
    left_out = len(text) - MAX_APP_POST_CHARS
    if left_out > 0:
        text = f"{text[:MAX_APP_POST_CHARS]}\n\n({left_out:,} more characters are left out.)"
    return f"{heading}\n\n{text}"


def _is_workflow(raw: Mapping[str, Any], profile: Mapping[str, Any]) -> bool:
    return profile.get("is_workflow_bot") is True or bool(read_text(raw.get("workflow_id")))


def _clean_name(name: str) -> str:
    """Return a name on one line without what looks like the brackets of notes for the model."""
    return truncate(" ".join(name.translate(BRACKET_TRANSLATION).split()), _MAX_NAME_CHARS)
