"""Gives both ends the time that a busy machine needs, or takes it where nothing is to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from bot.app import build_slack
from bot.playground.slack import PlayedSlack
from bot.playground.slack.views import modals
from handlers.views import ask_calls, slack_views
from handlers.web_api.directory import SlackDirectory

_PATIENT_SECONDS = 60.0


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer wait for names, and forms be opened and sent, for as long as that takes."""
    patient = partial(SlackDirectory, max_wait_seconds=_PATIENT_SECONDS)
    monkeypatch.setattr(build_slack, "SlackDirectory", patient)
    monkeypatch.setattr(modals, "TRIGGER_SECONDS", _PATIENT_SECONDS)
    for module, name in (
        (slack_views, "OPEN_TIMEOUT_SECONDS"),
        (slack_views, "FETCH_TIMEOUT_SECONDS"),
        (ask_calls, "LOOK_SECONDS"),
        (ask_calls, "POST_SECONDS"),
    ):
        monkeypatch.setattr(module, name, _PATIENT_SECONDS / 2)


def hurry_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer wait for names no longer than people do."""
    monkeypatch.setattr(build_slack, "SlackDirectory", SlackDirectory)


@contextmanager
def lose_patience(slack: PlayedSlack) -> Iterator[None]:
    """Let Slack wait a moment for what it sends in the context, and send it again until it is
    acknowledged; a form, which it sends once, has only that moment.

    All else has the time that a busy machine may need.
    """
    rules = slack.rules
    slack.rules = replace(rules, ack_seconds=0.3, retry_after=(0.0,) * 200)
    try:
        yield
    finally:
        slack.rules = rules
