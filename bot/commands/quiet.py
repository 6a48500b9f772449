"""Quiet where people wish it: `leave this thread`, `answer only when mentioned`.

No model is asked and nothing is spent. A thread is left by anybody in it; a channel's setting is
for people of the workspace that Easel belongs to. See `storage/steering/quiet.py` for what holds.
"""

from __future__ import annotations

from bot.commands.context import CommandContext, CommandResult
from bot.domain.messages import Message
from bot.domain.stores.conversations import SettingsStore
from bot.domain.stores.steering import SteeringStore
from bot.request.parse import ParsedRequest
from bot.request.steering.quiet_words import AnswerMentionsOnly, LeaveThread

LEFT_MESSAGE = Message(
    "I have left this thread. I answer in it again as soon as somebody mentions me."
)
MENTIONS_ONLY_MESSAGE = Message(
    "From now on I answer in this channel only when I am mentioned, in threads too. `answer without"
    " a mention` takes that back."
)
NO_MENTION_NEEDED_MESSAGE = Message(
    "In threads of this channel that I take part in, you need not mention me any more. `answer only"
    " when mentioned` takes that back."
)
_ALWAYS_MESSAGE = Message(
    "In our direct messages I always answer: what you write here is for me alone. To be left in"
    " peace, just do not write here."
)
_STRANGER_MESSAGE = Message(
    "When I answer in a channel is set by people of the workspace that I belong to. Please ask one"
    " of them, or write `leave this thread`: it holds for this thread alone."
)


class QuietCommands:
    """Implements `CommandRunner`. A channel's setting is for people of `home_teams`."""

    def __init__(
        self, steering: SteeringStore, settings: SettingsStore, home_teams: frozenset[str]
    ) -> None:
        self._steering = steering
        self._settings = settings
        self._home_teams = home_teams

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`; None where it is of another kind. Raises `StoreError`."""
        match request.command:
            # With a file attached, these words are about the file.
            case LeaveThread() if not context.files:
                return CommandResult(await self._leave(context))
            case AnswerMentionsOnly(is_on) if not context.files:
                return CommandResult(await self._set_mentions_only(context, is_on=is_on))
            case _:
                return None

    async def _leave(self, context: CommandContext) -> Message:
        if context.thread.is_direct:
            return _ALWAYS_MESSAGE
        await self._steering.leave_thread(context.thread, context.ts)
        return LEFT_MESSAGE

    async def _set_mentions_only(self, context: CommandContext, *, is_on: bool) -> Message:
        thread = context.thread
        if thread.is_direct:
            return _ALWAYS_MESSAGE
        if context.person.team not in self._home_teams:
            return _STRANGER_MESSAGE
        await self._settings.set_mentions_only(
            thread.team, thread.channel, value=is_on, set_by=context.person.id
        )
        return MENTIONS_ONLY_MESSAGE if is_on else NO_MENTION_NEEDED_MESSAGE
