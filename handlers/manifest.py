"""What manifest.yml asks Slack for. Reads the file; validating it is a test's work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[1] / "manifest.yml"


def load() -> dict[str, Any]:
    """Return the manifest as it stands beside the code."""
    manifest: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return manifest


def bot_scopes() -> list[str]:
    """The scopes the bot token must have."""
    return sorted(load()["oauth_config"]["scopes"]["bot"])


def bot_events() -> list[str]:
    """The events the app subscribes to."""
    return sorted(load()["settings"]["event_subscriptions"]["bot_events"])
