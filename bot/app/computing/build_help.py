"""Builds the answer to `help`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.commands.help import HelpCommand
from bot.config import Settings
from bot.domain.model_info import ModelInfo


def build_help_command(
    settings: Settings,
    stores: Stores,
    slack: SlackAdapters,
    list_model_infos: Callable[[], Sequence[ModelInfo]],
) -> HelpCommand:
    """Build the command, which says what the wanted model can do."""
    return HelpCommand(
        stores.conversations,
        slack.threads,
        settings.watch_channels,
        lambda: list_model_infos()[0].draws,
        settings.help_url,
    )
