"""What people tell Easel about a channel: `settings`, `settings --effort high`, `settings reset`.

Answers from the store alone; no model is asked and nothing is spent.
"""

from __future__ import annotations

import re

from bot.domain.options import RequestOptions
from bot.domain.questions import Question
from bot.domain.stores import SettingsStore
from bot.request.flags import format_flags, format_known_flags, parse_flags

_COMMAND_PATTERN = re.compile(
    r"settings(?:\s+(?P<rest>reset|(?:--|—|–).*))?", re.IGNORECASE | re.DOTALL
)
_NOTHING_SET_MESSAGE = (
    "Nothing is set for this channel{}. Set it with `settings --effort high --quality low`. {}"
)
_CURRENT_SETTINGS_MESSAGE = "For this channel is set: `{}`{}. `settings reset` takes it back."
_SAVED_MESSAGE = "Set for this channel from now on: `{}`. A message's own flags still go before."
_RESET_MESSAGE = "Nothing is set for this channel any more."


def is_settings_command(text: str) -> bool:
    return _COMMAND_PATTERN.fullmatch(text.strip()) is not None


async def run(
    question: Question, settings_store: SettingsStore, default_options: RequestOptions
) -> str:
    """Do what the message says; return what to answer. Raises `WrongFlag`."""
    found = _COMMAND_PATTERN.fullmatch(question.text.strip())
    rest = (found["rest"] or "") if found else ""
    team, channel = question.thread.team, question.thread.channel
    if rest.lower() == "reset":
        await settings_store.set(team, channel, "", set_by=question.asker.id)
        return _RESET_MESSAGE
    known = format_flags(default_options)
    everywhere = f"; everywhere holds `{known}`" if known else ""
    if not rest:
        now = settings_store.get(team, channel)
        return (
            _CURRENT_SETTINGS_MESSAGE.format(now, everywhere)
            if now
            else _NOTHING_SET_MESSAGE.format(everywhere, format_known_flags())
        )
    wanted = parse_flags(rest).override(parse_flags(settings_store.get(team, channel)))
    flags = format_flags(wanted)
    await settings_store.set(team, channel, flags, set_by=question.asker.id)
    return _SAVED_MESSAGE.format(flags)
