"""The sentences about budgets: refusals, warnings, and what was lowered to stay within. Pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bot.billing import budget_sentences
from bot.billing.budgets import find_period_end
from bot.domain.budgets import AnswerLimit, Limit, Spent
from bot.domain.messages import Message, MessageList

_CENT, _FINE, _FINEST = Decimal("0.01"), Decimal("0.0001"), Decimal("0.000001")
_SUMS_MESSAGE = (
    "${spent:,} is spent, ${pending:,} is set aside for answers that are being written, and"
    " ${left:,} is left."
)
_RENEWAL_MESSAGE = "It frees up on {day} at 00:00 UTC."
_RENEWAL_OR_RAISE_MESSAGE = (
    "It frees up on {day} at 00:00 UTC; the person who runs me can raise it."
)
_SHORTENED_BY_ANSWER = (
    "_I stopped here because a single answer may cost at most ${limit:,} here. Ask me to go on._"
)
_LOW_QUALITY_BY_ANSWER = (
    "_What I drew is of low quality, because a single answer may cost at most ${limit:,} here._"
)
_MEDIUM_QUALITY_BY_ANSWER = (
    "_What I drew is of medium quality, because a single answer may cost at most ${limit:,} here._"
)
_WORDS_ONLY_BY_ANSWER = (
    "_I answered in words only, because a single answer may cost at most ${limit:,} here._"
)
_TOO_EXPENSIVE_MESSAGE = (
    "This question might cost ${cost:,} even if I keep it short, and a single answer may cost at"
    " most ${limit:,} here."
)
_RAISE_MESSAGE = Message("The person who runs me can raise that.")
ALL_RESERVED_MESSAGE = Message(
    "What is left of the budget is set aside for answers that are being written right now. Please"
    " ask again in a few minutes."
)
TEXT_ONLY_ADVICE = Message("It would fit with `--text-only`.")
NEW_THREAD_ADVICE = Message("It would fit in a new thread.")
FEWER_FILES_ADVICE = Message("It would fit with fewer or smaller files.")
ONE_PICTURE_ADVICE = Message("A single picture instead of several would fit.")


def format_refusal(
    limit: Limit, spent: Spent, cost: Decimal, now: datetime, advice: str = ""
) -> Message:
    """Return the sentences for a person whose question would exceed `limit`.

    `cost` is the least that the question might cost, `advice` a cheaper way to ask.
    """
    left = max(Decimal(0), limit.max_usd - spent.settled - spent.pending)
    is_used_up = limit.max_usd - spent.settled < _CENT / 2 and bool(spent.settled)
    is_too_small = not is_used_up and cost > limit.max_usd
    sums = Message(
        _SUMS_MESSAGE,
        spent=round_amount(spent.settled),
        pending=round_amount(spent.pending),
        left=round_amount(left, ROUND_FLOOR),
    )
    renewal = Message(
        _RENEWAL_MESSAGE if is_too_small else _RENEWAL_OR_RAISE_MESSAGE,
        day=_find_renewal_day(limit, now),
    )
    refusal = _format_reason(limit, cost, is_used_up=is_used_up, is_too_small=is_too_small)
    parts = [refusal, sums, renewal if is_used_up else advice, "" if is_used_up else renewal]
    return MessageList([part for part in parts if part], " ")


def _format_reason(limit: Limit, cost: Decimal, *, is_used_up: bool, is_too_small: bool) -> Message:
    shown_limit = format_limit(limit)
    if is_used_up:
        return Message(budget_sentences.USED_UP[limit.scope, limit.period], limit=shown_limit)
    if is_too_small:
        return Message(
            budget_sentences.TOO_SMALL[limit.scope, limit.period],
            limit=shown_limit,
            cost=round_amount(cost),
        )
    return Message(
        budget_sentences.TOO_LITTLE[limit.scope, limit.period],
        limit=shown_limit,
        cost=round_amount(cost),
    )


def format_too_expensive(limit: AnswerLimit, cost: Decimal, advice: str = "") -> Message:
    """Return the sentences for a question of which even a short answer costs more than `limit`."""
    refusal = Message(_TOO_EXPENSIVE_MESSAGE, cost=round_amount(cost), limit=format_limit(limit))
    return MessageList([part for part in (refusal, advice, _RAISE_MESSAGE) if part], " ")


def format_warning(limit: Limit, spent: Decimal, warn_at: Decimal, now: datetime) -> Message:
    """Return the sentence to add to the answer with which `spent` US dollars of `limit` are used.

    `warn_at` is the share from which people are warned; below it, no question may fit any more.
    """
    reaches_level = spent >= limit.max_usd * warn_at
    return Message(
        budget_sentences.WARNING[limit.scope, limit.period]
        if reaches_level
        else budget_sentences.ALMOST_TOO_LITTLE[limit.scope, limit.period],
        limit=format_limit(limit),
        share=warn_at,
        spent=round_amount(spent),
        day=_find_renewal_day(limit, now),
    )


def format_length_note(limit: Limit | AnswerLimit) -> Message:
    """Return the note under an answer that ended at the length to which `limit` had lowered it."""
    if isinstance(limit, AnswerLimit):
        return Message(_SHORTENED_BY_ANSWER, limit=format_limit(limit))
    return Message(budget_sentences.SHORTENED[limit.scope, limit.period], limit=format_limit(limit))


def format_quality_note(limit: Limit | AnswerLimit, quality: str) -> Message:
    """Return the note under pictures whose quality `limit` has lowered to `quality`."""
    is_low, shown_limit = quality == "low", format_limit(limit)
    if isinstance(limit, AnswerLimit):
        return Message(
            _LOW_QUALITY_BY_ANSWER if is_low else _MEDIUM_QUALITY_BY_ANSWER, limit=shown_limit
        )
    return Message(
        budget_sentences.SIMPLER_PICTURE_LOW[limit.scope, limit.period]
        if is_low
        else budget_sentences.SIMPLER_PICTURE_MEDIUM[limit.scope, limit.period],
        limit=shown_limit,
    )


def format_words_only_note(limit: Limit | AnswerLimit) -> Message:
    """Return the note under an answer that could have no picture because of `limit`."""
    if isinstance(limit, AnswerLimit):
        return Message(_WORDS_ONLY_BY_ANSWER, limit=format_limit(limit))
    return Message(
        budget_sentences.WORDS_ONLY[limit.scope, limit.period], limit=format_limit(limit)
    )


def _find_renewal_day(limit: Limit, now: datetime) -> date:
    return find_period_end(limit.period, now).date()


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
