"""What people tell Easel about a channel: `settings`, `settings --effort high`, `settings reset`.

Answers from the store alone; no model is asked and nothing is spent.
"""

from __future__ import annotations

import re

from bot.domain.options import Parameters
from bot.domain.questions import Question
from bot.domain.stores import ChannelSettings
from bot.request.flags import in_flags, known_flags, parse_flags

_COMMAND = re.compile(r"settings(?:\s+(?P<rest>reset|(?:--|—|–).*))?", re.IGNORECASE | re.DOTALL)
_NONE = "Nothing is set for this channel{}. Set it with `settings --effort high --quality low`. {}"
_ARE = "For this channel is set: `{}`{}. `settings reset` takes it back."
_SET = "Set for this channel from now on: `{}`. A message's own flags still go before."
_RESET = "Nothing is set for this channel any more."


def is_command(text: str) -> bool:
    return _COMMAND.fullmatch(text.strip()) is not None


async def obey(question: Question, settings: ChannelSettings, defaults: Parameters) -> str:
    """Do what the message says; return what to answer. Raises `WrongFlag`."""
    found = _COMMAND.fullmatch(question.text.strip())
    rest = (found["rest"] or "") if found else ""
    team, channel = question.thread.team, question.thread.channel
    if rest.lower() == "reset":
        await settings.set(team, channel, "", by=question.asker.id)
        return _RESET
    known = in_flags(defaults)
    everywhere = f"; everywhere holds `{known}`" if known else ""
    if not rest:
        now = settings.of(team, channel)
        return _ARE.format(now, everywhere) if now else _NONE.format(everywhere, known_flags())
    wanted = parse_flags(rest).over(parse_flags(settings.of(team, channel)))
    flags = in_flags(wanted)
    await settings.set(team, channel, flags, by=question.asker.id)
    return _SET.format(flags)
