"""Says which optional scopes the app has, and what happens without the others. Calls nothing."""

from __future__ import annotations

from collections.abc import Collection

from handlers.manifest import list_optional_scopes

# What the model reads, and people in its answers, without a scope.
_WITHOUT = {
    "channels:read": "public channels are “another channel”",
    "im:write": "nothing is written to EASEL_OPERATORS",
    "groups:read": "private channels are “another channel”",
    "usergroups:read": "groups are “another group”",
    "users:read": "people are “another person”, and their language is guessed",
}


def describe_optional_scopes(granted: Collection[str]) -> str:
    """Return one line on the optional scopes of manifest.yml."""
    optional = list_optional_scopes()
    missing = [scope for scope in optional if scope not in granted]
    if not missing:
        return f"{', '.join(optional)} are granted"
    consequences = "; ".join(
        f"without {scope} {_WITHOUT.get(scope, 'something is missing')}" for scope in missing
    )
    held = [scope for scope in optional if scope in granted]
    return f"{', '.join(held) if held else 'none'} granted; {consequences}"
