"""The sentences about budgets: refusals, warnings, and what was lowered to stay within. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

from bot.billing.budgets import find_period_end
from bot.domain.budgets import AnswerLimit, Limit, Period, Scope, Spent
from bot.domain.messages import Message

_CENT, _FINE, _FINEST = Decimal("0.01"), Decimal("0.0001"), Decimal("0.000001")
_BUDGET_NAMES = {
    (Scope.USER, Period.DAY): "your budget for today",
    (Scope.USER, Period.MONTH): "your budget for this month",
    (Scope.CHANNEL, Period.DAY): "this channel's budget for today",
    (Scope.CHANNEL, Period.MONTH): "this channel's budget for this month",
    (Scope.WORKSPACE, Period.DAY): "the workspace's budget for today",
    (Scope.WORKSPACE, Period.MONTH): "the workspace's budget for this month",
}
_Sentences: TypeAlias = Mapping[tuple[Scope, Period], str]


def _build_sentences(template: str) -> _Sentences:
    """Build the whole sentence for each kind of budget, so that each can be translated."""
    return {
        kind: template.replace("BUDGET", name).replace("Budget", name[0].upper() + name[1:])
        for kind, name in _BUDGET_NAMES.items()
    }


_SUMS = (
    "${spent:,} is spent, ${pending:,} is set aside for answers that are being written, and"
    " ${left:,} is left"
)
_END = "It frees up on {day} at 00:00 UTC; the person who runs me can raise it."
_USED_UP_SENTENCES = _build_sentences(f"Budget (${{limit:,}}) is used up: {_SUMS}. {_END}")
_TOO_LITTLE_SENTENCES = _build_sentences(
    f"Budget (${{limit:,}}) has too little left for this question: {_SUMS}, but it might cost"
    f" ${{cost:,}} even if I keep it short. {{advice}}{_END}"
)
_TOO_SMALL_SENTENCES = _build_sentences(
    "Budget (${limit:,}) is smaller than what this question might cost even if I keep it short,"
    f" ${{cost:,}}: {_SUMS}. {{advice}}It frees up on {{day}} at 00:00 UTC, but it stays too small"
    " for such a question until the person who runs me raises it."
)
_WARNING_SENTENCES = _build_sentences(
    "_Budget (${limit:,}) is {share:.0%} used: ${spent:,} is spent; it starts anew on {day} at"
    " 00:00 UTC._"
)
_ALMOST_TOO_LITTLE_SENTENCES = _build_sentences(
    "_Budget (${limit:,}) may not pay for another question like this one: ${spent:,} is spent; it"
    " starts anew on {day} at 00:00 UTC._"
)
_SHORTENED_SENTENCES = _build_sentences(
    "_I stopped here to stay within BUDGET (${limit:,}). Ask me to go on, if it still has room._"
)
_SIMPLER_PICTURE_SENTENCES = _build_sentences(
    "_What I drew is of {quality} quality, to stay within BUDGET (${limit:,})._"
)
_WORDS_ONLY_SENTENCES = _build_sentences(
    "_I answered in words only, to stay within BUDGET (${limit:,})._"
)
_SHORTENED_BY_ANSWER = (
    "_I stopped here because a single answer may cost at most ${limit:,} here. Ask me to go on._"
)
_SIMPLER_PICTURE_BY_ANSWER = (
    "_What I drew is of {quality} quality, because a single answer may cost at most ${limit:,}"
    " here._"
)
_WORDS_ONLY_BY_ANSWER = (
    "_I answered in words only, because a single answer may cost at most ${limit:,} here._"
)
_TOO_EXPENSIVE_MESSAGE = (
    "This question might cost ${cost:,} even if I keep it short, and a single answer may cost at"
    " most ${limit:,} here. {advice}The person who runs me can raise that."
)
ALL_RESERVED_MESSAGE = Message(
    "So many answers are being given right now that the budget cannot take another. Please ask"
    " again in a few minutes."
)
TEXT_ONLY_ADVICE = Message("It would fit with `--text-only`. ")
NEW_THREAD_ADVICE = Message("It would fit in a new thread. ")
FEWER_FILES_ADVICE = Message("It would fit with fewer or smaller files. ")
ONE_PICTURE_ADVICE = Message("A single picture instead of several would fit. ")


def format_refusal(
    limit: Limit, spent: Spent, cost: Decimal, now: datetime, advice: str = ""
) -> Message:
    """Return the sentence for a person whose question would exceed `limit`.

    `cost` is the least that the question might cost, `advice` a cheaper way to ask.
    """
    left = max(Decimal(0), limit.max_usd - spent.settled - spent.pending)
    sentences = _TOO_LITTLE_SENTENCES
    if limit.max_usd - spent.settled < _CENT / 2 and spent.settled:
        sentences = _USED_UP_SENTENCES
    elif cost > limit.max_usd:
        sentences = _TOO_SMALL_SENTENCES
    return Message(
        sentences[limit.scope, limit.period],
        limit=format_limit(limit),
        spent=round_amount(spent.settled),
        pending=round_amount(spent.pending),
        left=round_amount(left, ROUND_FLOOR),
        cost=round_amount(cost),
        advice=advice,
        day=_format_period_end(limit, now),
    )


def format_too_expensive(limit: AnswerLimit, cost: Decimal, advice: str = "") -> Message:
    """Return the sentence for a question of which even a short answer costs more than `limit`."""
    return Message(
        _TOO_EXPENSIVE_MESSAGE,
        cost=round_amount(cost),
        limit=format_limit(limit),
        advice=advice,
    )


def format_warning(limit: Limit, spent: Decimal, warn_at: Decimal, now: datetime) -> Message:
    """Return the sentence to add to the answer with which `spent` US dollars of `limit` are used.

    `warn_at` is the share from which people are warned; below it, no question may fit any more.
    """
    reaches_level = spent >= limit.max_usd * warn_at
    sentences = _WARNING_SENTENCES if reaches_level else _ALMOST_TOO_LITTLE_SENTENCES
    return Message(
        sentences[limit.scope, limit.period],
        limit=format_limit(limit),
        share=warn_at,
        spent=round_amount(spent),
        day=_format_period_end(limit, now),
    )


def format_length_note(limit: Limit | AnswerLimit) -> Message:
    """Return the note under an answer that ended at the length to which `limit` had lowered it."""
    sentence = _select_sentence(limit, _SHORTENED_SENTENCES, _SHORTENED_BY_ANSWER)
    return Message(sentence, limit=format_limit(limit))


def format_quality_note(limit: Limit | AnswerLimit, quality: str) -> Message:
    """Return the note under pictures whose quality `limit` has lowered to `quality`."""
    sentence = _select_sentence(limit, _SIMPLER_PICTURE_SENTENCES, _SIMPLER_PICTURE_BY_ANSWER)
    return Message(sentence, limit=format_limit(limit), quality=quality)


def format_words_only_note(limit: Limit | AnswerLimit) -> Message:
    """Return the note under an answer that could have no picture because of `limit`."""
    sentence = _select_sentence(limit, _WORDS_ONLY_SENTENCES, _WORDS_ONLY_BY_ANSWER)
    return Message(sentence, limit=format_limit(limit))


def _select_sentence(limit: Limit | AnswerLimit, sentences: _Sentences, by_answer: str) -> str:
    return by_answer if isinstance(limit, AnswerLimit) else sentences[limit.scope, limit.period]


def _format_period_end(limit: Limit, now: datetime) -> str:
    return f"{find_period_end(limit.period, now):%-d %B}"


def format_limit(limit: Limit | AnswerLimit) -> Decimal:
    """Return the limit as it was set, with two digits after the point at least."""
    is_whole = limit.max_usd == limit.max_usd.quantize(_CENT)
    return limit.max_usd.quantize(_CENT) if is_whole else limit.max_usd


def round_amount(amount: Decimal, rounding: str = ROUND_CEILING) -> Decimal:
    """Round US dollars to cents; below a dollar so finely that little does not look like nothing or
    like much more."""
    if amount >= 1 or amount == amount.quantize(_CENT):
        return amount.quantize(_CENT, rounding)
    return amount.quantize(_FINE if amount >= _CENT / 10 else _FINEST, rounding)
