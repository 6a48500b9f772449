"""Settings of a place: `settings`, `settings --effort high`, `settings reset`.

Answers from the store alone; no model is asked and nothing is spent. They are for people of the
workspace that Easel belongs to.
"""

from __future__ import annotations

from bot.commands.context import CommandContext, CommandResult
from bot.domain.messages import Message, MessageList
from bot.domain.options import RequestOptions
from bot.domain.ports import Directory
from bot.domain.stores.conversations import SettingsStore
from bot.request.commands import ChangeSettings, ResetSettings
from bot.request.flags import InvalidFlagError, format_flags, format_known_flags, parse_flags
from bot.request.parse import ParsedRequest

# Each sentence by whether it is about direct messages.
_NOTHING_SET = {
    False: "Nothing is set for this channel. Set it with `settings --effort high --quality low`.",
    True: "Nothing is set for our direct messages. Set it with `settings --effort high --quality"
    " low`.",
}
_NOTHING_SET_BUT_DEFAULTS = {
    False: "Nothing is set for this channel; the default everywhere is `{defaults}`. Set it with"
    " `settings --effort high --quality low`.",
    True: "Nothing is set for our direct messages; the default everywhere is `{defaults}`. Set it"
    " with `settings --effort high --quality low`.",
}
_CURRENT = {
    False: "Settings of this channel: `{flags}`. `settings reset` takes them back.",
    True: "Settings of our direct messages: `{flags}`. `settings reset` takes them back.",
}
_CURRENT_OVER_DEFAULTS = {
    False: "Settings of this channel: `{flags}`; the default everywhere is `{defaults}`. `settings"
    " reset` takes them back.",
    True: "Settings of our direct messages: `{flags}`; the default everywhere is `{defaults}`."
    " `settings reset` takes them back.",
}
_MENTIONS_ONLY = (
    "I answer in this channel only when I am mentioned. `settings reset` or `answer without a"
    " mention` takes that back."
)
_SET_BY = "Set by {name}."
_SET_BY_SOMEBODY = "Set by somebody whose name I do not know."
_NO_LONGER = {
    False: "No longer for channels, and ignored: `{flags}`. It goes with the next change of the"
    " settings.",
    True: "No longer for all direct messages, and ignored: `{flags}`. It goes with the next change"
    " of the settings.",
}
_SAVED = {
    False: "Set for this channel from now on: `{flags}`. Flags in a message still take precedence.",
    True: "Set for our direct messages from now on: `{flags}`. Flags in a message still take"
    " precedence.",
}
_RESET = {
    False: "Nothing is set for this channel any more.",
    True: "Nothing is set for our direct messages any more.",
}
_STRANGER = (
    "The settings of a channel are for people of the workspace that I belong to. Please ask one of"
    " them, or put flags into your message: they hold for its answer."
)
_NOT_FOR_CHANNELS = {
    False: "`{flags}` is not for channels, as it would change everybody's answers. Put it into a"
    " message: it holds for its answer.",
    True: "`{flags}` cannot be set for all our direct messages. Put it into a message: it holds for"
    " its answer.",
}


class SettingsCommands:
    """Shows, changes and resets a channel's settings, for people of `home_teams`."""

    def __init__(
        self,
        store: SettingsStore,
        defaults: RequestOptions,
        home_teams: frozenset[str],
        directory: Directory,
    ) -> None:
        self._store = store
        self._defaults = defaults
        self._home_teams = home_teams
        self._directory = directory

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult:
        """Run the command of `request`. Raises `InvalidFlagError`."""
        if context.person.team not in self._home_teams:
            return CommandResult(Message(_STRANGER))
        match request.command:
            case ResetSettings():
                await self._reset(context)
                return CommandResult(Message(_RESET[context.thread.is_direct]))
            case ChangeSettings(flags):
                return CommandResult(await self._save_change(context, flags))
            case _:
                return CommandResult(await self._format(context))

    async def _save_change(self, context: CommandContext, flags: str) -> Message:
        wanted = parse_flags(flags)
        if refused := format_flags(wanted.select_not_for_channels()):
            raise InvalidFlagError(
                "not for channels",
                user_message=Message(_NOT_FOR_CHANNELS[context.thread.is_direct], flags=refused),
            )
        changed = format_flags(wanted.override(self._load(context).select_for_channels()))
        await self._save(context, changed)
        return Message(_SAVED[context.thread.is_direct], flags=changed)

    def _load(self, context: CommandContext) -> RequestOptions:
        """Return what is stored. What this version does not understand is as if it were not set."""
        try:
            return parse_flags(self._store.get(context.thread.team, context.thread.channel))
        except InvalidFlagError:
            return RequestOptions()

    async def _save(self, context: CommandContext, flags: str) -> None:
        thread = context.thread
        await self._store.set(thread.team, thread.channel, flags, set_by=context.person.id)

    async def _reset(self, context: CommandContext) -> None:
        await self._save(context, "")
        team, channel = context.thread.team, context.thread.channel
        if self._store.is_for_mentions_only(team, channel):
            await self._store.set_mentions_only(
                team, channel, value=False, set_by=context.person.id
            )

    async def _format(self, context: CommandContext) -> Message:
        options, defaults = self._load(context), format_flags(self._defaults)
        flags = format_flags(options.select_for_channels())
        ignored = format_flags(options.select_not_for_channels())
        is_direct = context.thread.is_direct
        is_quiet = self._store.is_for_mentions_only(context.thread.team, context.thread.channel)
        parts: list[Message] = [Message(_MENTIONS_ONLY)] if is_quiet else []
        if flags:
            parts += [
                Message(_CURRENT_OVER_DEFAULTS[is_direct], flags=flags, defaults=defaults)
                if defaults
                else Message(_CURRENT[is_direct], flags=flags)
            ]
        else:
            nothing_set = (
                Message(_NOTHING_SET_BUT_DEFAULTS[is_direct], defaults=defaults)
                if defaults
                else Message(_NOTHING_SET[is_direct])
            )
            parts += [format_known_flags()] if is_quiet else [nothing_set, format_known_flags()]
        if ignored:
            parts.append(Message(_NO_LONGER[is_direct], flags=ignored.replace("`", "'")))
        if flags or ignored or is_quiet:
            parts.append(await self._format_setter(context))
        return MessageList(parts, " ")

    async def _format_setter(self, context: CommandContext) -> Message:
        thread = context.thread
        setter = self._store.find_setter(thread.team, thread.channel)
        names = await self._directory.fetch_names(thread.team, [setter], channel=thread.channel)
        name = names.get(setter, "")
        return Message(_SET_BY, name=name) if name else Message(_SET_BY_SOMEBODY)
