"""Runs the commands that need no model: settings, pictures, going back, what was seen, help.

Nothing is spent. See `bot.request.commands` for how a message asks for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult, CommandRunner
from bot.commands.file_views import FileViewsCommand
from bot.commands.help import HelpCommand
from bot.commands.pictures import PictureCommands
from bot.commands.revert import Reverter
from bot.commands.settings import SettingsCommands
from bot.request.commands import (
    ChangeSettings,
    ResetSettings,
    ShowFileViews,
    ShowHelp,
    ShowSettings,
)
from bot.request.parse import ParsedRequest
from bot.request.pictures.conversions import (
    CompareVersions,
    ConvertPicture,
    ShowHistory,
    UnsupportedCommand,
)
from bot.request.pictures.go_back import GoBack


class CommandRouter:
    """Runs a command with the class that handles it; `runners` are asked one after the other."""

    def __init__(
        self,
        settings: SettingsCommands,
        pictures: PictureCommands,
        reverter: Reverter,
        file_views: FileViewsCommand,
        help_command: HelpCommand,
        runners: Sequence[CommandRunner],
    ) -> None:
        self._settings = settings
        self._pictures = pictures
        self._reverter = reverter
        self._file_views = file_views
        self._help_command = help_command
        self._runners = runners

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`. Return None if it is a question for a model.

        Raises `EaselError`.
        """
        match request.command:
            case ShowSettings() | ResetSettings() | ChangeSettings():
                return await self._settings.run(context, request)
            case ShowHistory() | CompareVersions() | ConvertPicture() | UnsupportedCommand():
                return await self._pictures.run(context, request)
            # With a file attached, these words are a question about the file.
            case GoBack() if not context.files:
                return await self._reverter.run(context, request)
            case ShowFileViews() if not context.files:
                return await self._file_views.run(context, request)
            case ShowHelp() as asked if asked.is_about_easel or not context.files:
                return await self._help_command.run(context, request)
            case _:
                return await self._run_first(context, request)

    async def _run_first(
        self, context: CommandContext, request: ParsedRequest
    ) -> CommandResult | None:
        """Return what the first runner says that knows such commands."""
        for runner in self._runners:
            result = await runner.run(context, request)
            if result is not None:
                return result
        return None
