"""The sentences about troubles, for the person who runs Easel. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.domain.messages import Message, MessageList
from bot.domain.stores.alerts import Alert, AlertKind

_NUMBERS = ("spent", "limit", "left", "free_mb")
_BEGUN_MESSAGES = {
    AlertKind.KEY_REJECTED: (
        "The model provider {provider} does not accept my key, or does not let it use the model."
        " Until that is mended, questions fail, or a fallback answers them. Look at the key on the"
        " provider's page; `easel check` tries it."
    ),
    AlertKind.NO_CREDIT: (
        "The account that pays for the model at {provider} has no credit left, or has used up what"
        " it is allowed. Until it has more, questions fail or are answered only briefly. Add credit"
        " on the provider's page; `easel check` tries the key."
    ),
    AlertKind.CREDIT_LOW: (
        "Of the ${limit:,} that my key may spend at {provider}, ${left:,} is left. When that is"
        " spent, questions fail. Raise the limit of the key on the provider's page; `easel check`"
        " tells what is left."
    ),
    AlertKind.BUDGET_USED: (
        "The budget `{budget}` refuses questions: ${spent:,} of ${limit:,} is spent. It frees up on"
        " {day} at 00:00 UTC. `easel budget` shows what is spent, and EASEL_BUDGETS raises it."
    ),
    AlertKind.DISK_LOW: (
        "The disk of {folder} is nearly full: {free_mb:,} MB is left. When it is full, I can"
        " neither store questions nor answer them. Make room there; EASEL_CACHE_MB bounds the"
        " working copies that I keep."
    ),
    AlertKind.SCOPES_MISSING: (
        "My Slack app lacks permissions that I need: {scopes}. What needs them fails, such as"
        " reading files or hearing messages. Update the app from `manifest.yml` and reinstall it;"
        " `easel check` tells what is granted."
    ),
    AlertKind.MODEL_ENDS: (
        "The model {model} will be switched off on {day}, says its provider. From then on questions"
        " to it fail. Choose another one with EASEL_MODEL, EASEL_FALLBACKS or EASEL_DRAWING_MODEL;"
        " `easel check` tells what is known of it."
    ),
    AlertKind.MODEL_MISSING: (
        "The model provider does not offer {model} with my settings. Until that is mended,"
        " questions fail, or a fallback answers them. Look at EASEL_MODEL, EASEL_FALLBACKS and"
        " EASEL_DATA_POLICY; `easel check` tells what the catalogue says."
    ),
}
_CHANNEL_BUDGET_MESSAGE = (
    "The budget `{budget}` refuses questions in the channel {channel}: ${spent:,} of ${limit:,} is"
    " spent. It frees up on {day} at 00:00 UTC. `easel budget` shows what is spent, and"
    " EASEL_BUDGETS raises it."
)
_ENDED_MESSAGES = {
    AlertKind.KEY_REJECTED: "The model provider {provider} did not accept my key.",
    AlertKind.NO_CREDIT: "The account that pays for the model at {provider} had no credit left.",
    AlertKind.CREDIT_LOW: "Little was left of what my key may spend at {provider}.",
    AlertKind.BUDGET_USED: "The budget `{budget}` refused questions.",
    AlertKind.DISK_LOW: "The disk of {folder} was nearly full.",
    AlertKind.SCOPES_MISSING: "My Slack app lacked permissions that I need: {scopes}.",
    AlertKind.MODEL_ENDS: "The model {model} was to be switched off on {day}.",
    AlertKind.MODEL_MISSING: "The model provider did not offer {model}.",
}
_CHANNEL_BUDGET_ENDED_MESSAGE = "The budget `{budget}` refused questions in the channel {channel}."
_SINCE_MESSAGE = "_Since {time} UTC. I tell you when it is over._"
_OVER_MESSAGE = "*Over* since {time} UTC: {trouble}"


def format_begun(alert: Alert) -> Message:
    """Return what has happened, what it means for people, what to look at, and since when."""
    values = _read_values(alert)
    if alert.kind is AlertKind.BUDGET_USED and values.get("channel"):
        trouble = Message(_CHANNEL_BUDGET_MESSAGE, **values)
    else:
        trouble = Message(_BEGUN_MESSAGES[alert.kind], **values)
    return MessageList([trouble, Message(_SINCE_MESSAGE, time=_format_time(alert.since))])


def format_ended(alert: Alert) -> Message:
    """Return what is over, and since when."""
    values = _read_values(alert)
    if alert.kind is AlertKind.BUDGET_USED and values.get("channel"):
        trouble = Message(_CHANNEL_BUDGET_ENDED_MESSAGE, **values)
    else:
        trouble = Message(_ENDED_MESSAGES[alert.kind], **values)
    ended_at = alert.since if alert.ended_at is None else alert.ended_at
    return Message(_OVER_MESSAGE, time=_format_time(ended_at), trouble=trouble)


def _read_values(alert: Alert) -> dict[str, Any]:
    return {
        name: Decimal(value) if name in _NUMBERS else value for name, value in alert.details.items()
    }


def _format_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
