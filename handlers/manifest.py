"""Reads manifest.yml: the scopes and events that Easel asks Slack for. Validates nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# A link to the file in the project's top folder, so that an installed package has it, too.
MANIFEST_PATH = (Path(__file__).parent / "manifest.yml").resolve()


def load_manifest() -> dict[str, Any]:
    """Return `manifest.yml`."""
    import yaml  # half a megabyte, which a running Easel without operators does not need

    manifest: dict[str, Any] = yaml.safe_load(MANIFEST_PATH.read_text(encoding="utf-8"))
    return manifest


def list_bot_scopes() -> list[str]:
    """Return the scopes that the bot token must have, sorted."""
    return sorted(load_manifest()["oauth_config"]["scopes"]["bot"])


def list_optional_scopes() -> list[str]:
    """Return the scopes that whoever installs the app may leave out, sorted."""
    return sorted(load_manifest()["oauth_config"]["scopes"].get("bot_optional", []))


def list_bot_events() -> list[str]:
    """Return the events that the app subscribes to, sorted."""
    return sorted(load_manifest()["settings"]["event_subscriptions"]["bot_events"])
