"""What manifest.yml asks Slack for. Reads the file; validating it is a test's work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MANIFEST_PATH = Path(__file__).parents[1] / "manifest.yml"


def load_manifest() -> dict[str, Any]:
    """Return the manifest as it stands beside the code."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST_PATH.read_text(encoding="utf-8"))
    return manifest


def list_bot_scopes() -> list[str]:
    """The scopes the bot token must have."""
    return sorted(load_manifest()["oauth_config"]["scopes"]["bot"])


def list_bot_events() -> list[str]:
    """The events the app subscribes to."""
    return sorted(load_manifest()["settings"]["event_subscriptions"]["bot_events"])
