"""Lets the played Slack lose patience where an acknowledgement is not to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.playground.slack import PlayedSlack


@contextmanager
def lose_patience(slack: PlayedSlack, seconds: float = 0.3) -> Iterator[None]:
    """Let Slack send again what it sends in the context, after `seconds` each time, until it is
    acknowledged; a form, which it sends once, has no more than these.

    All else has the time that a busy machine may need.
    """
    rules = slack.rules
    slack.rules = replace(rules, ack_seconds=seconds, retry_after=(0.0,) * 200)
    try:
        yield
    finally:
        slack.rules = rules
