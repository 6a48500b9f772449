"""Builds the command that says what Easel can do here."""

from __future__ import annotations

from bot.app.build_models import Models
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.commands.help import HelpCommand
from bot.config import Settings


def build_help_command(
    settings: Settings, stores: Stores, slack: SlackAdapters, models: Models
) -> HelpCommand:
    """Build it; what it says of pictures depends on the wanted model."""
    list_model_infos = models.fallback_model.list_model_infos
    return HelpCommand(
        stores.conversations,
        slack.threads,
        settings.watch_channels,
        lambda: list_model_infos()[0].draws,
        settings.help_url,
    )
