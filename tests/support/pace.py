"""Lets answers grow ten times as often as people see it: what is shown and when stays the same."""

from __future__ import annotations

import pytest

from bot.delivery import message_writer

# A stream is appended to, and a message is edited, after a tenth of the real second or three.
APPEND_SECONDS, EDIT_SECONDS = 0.1, 0.3


def show_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let answers grow in steps of a tenth of the time, and so be told in a tenth of it."""
    monkeypatch.setattr(message_writer, "APPEND_INTERVAL_SECONDS", APPEND_SECONDS)
    monkeypatch.setattr(message_writer, "EDIT_INTERVAL_SECONDS", EDIT_SECONDS)
