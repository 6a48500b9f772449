"""Settings of a channel: `settings`, `settings --effort high`, `settings reset`.

Answers from the store alone; no model is asked and nothing is spent.
"""

from __future__ import annotations

from bot.commands.context import CommandContext, CommandResult
from bot.commands.help import is_direct
from bot.domain.messages import Message, MessageList
from bot.domain.options import RequestOptions
from bot.domain.stores.conversations import SettingsStore
from bot.request.commands import ChangeSettings, ResetSettings
from bot.request.flags import format_flags, format_known_flags, parse_flags
from bot.request.parse import ParsedRequest

_THIS_CHANNEL, _THIS_CONVERSATION = Message("this channel"), Message("this conversation")
_NOTHING_SET = "Nothing is set for {place}. Set it with `settings --effort high --quality low`."
_NOTHING_SET_BUT_DEFAULTS = (
    "Nothing is set for {place}; the default everywhere is `{defaults}`. Set it with `settings"
    " --effort high --quality low`."
)
_CURRENT = "Settings of {place}: `{flags}`. `settings reset` takes them back."
_CURRENT_OVER_DEFAULTS = (
    "Settings of {place}: `{flags}`; the default everywhere is `{defaults}`. `settings reset`"
    " takes them back."
)
_SAVED = "Set for {place} from now on: `{flags}`. Flags in a message still take precedence."
_RESET = "Nothing is set for {place} any more."


class SettingsCommands:
    """Shows, changes and resets a channel's settings."""

    def __init__(self, store: SettingsStore, defaults: RequestOptions) -> None:
        self._store = store
        self._defaults = defaults

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult:
        """Run the command of `request`. Raises `InvalidFlagError`."""
        is_own = is_direct(context.thread.channel)
        place = _THIS_CONVERSATION if is_own else _THIS_CHANNEL
        match request.command:
            case ResetSettings():
                await self._save(context, "")
                return CommandResult(Message(_RESET, place=place))
            case ChangeSettings(flags):
                current = parse_flags(self._load(context))
                changed = format_flags(parse_flags(flags).override(current))
                await self._save(context, changed)
                return CommandResult(Message(_SAVED, place=place, flags=changed))
            case _:
                return CommandResult(self._format(self._load(context), place))

    def _load(self, context: CommandContext) -> str:
        return self._store.get(context.thread.team, context.thread.channel)

    async def _save(self, context: CommandContext, flags: str) -> None:
        thread = context.thread
        await self._store.set(thread.team, thread.channel, flags, set_by=context.person.id)

    def _format(self, flags: str, place: Message) -> Message:
        defaults = format_flags(self._defaults)
        if flags:
            return Message(
                _CURRENT_OVER_DEFAULTS if defaults else _CURRENT,
                place=place,
                flags=flags,
                defaults=defaults,
            )
        state = Message(
            _NOTHING_SET_BUT_DEFAULTS if defaults else _NOTHING_SET, place=place, defaults=defaults
        )
        return MessageList([state, format_known_flags()], " ")
