"""Secret settings as text, where one is really needed. Never to be logged."""

from __future__ import annotations

from pydantic import SecretStr


def secret(value: SecretStr | None) -> str:
    """The secret itself, "" where there is none."""
    return "" if value is None else value.get_secret_value()
