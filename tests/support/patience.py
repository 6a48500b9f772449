"""Lets the played Slack lose patience where an acknowledgement is not to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.playground.slack import PlayedSlack


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
