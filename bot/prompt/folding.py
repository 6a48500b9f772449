"""Decide how many of a thread's oldest turns to fold into its summary, by what it costs. Pure.

Folded turns are no longer sent. See `folding_costs.py` for what folding and resending cost,
`bot.answering.summarize` for how a summary is written, and
docs/decisions/0010-sending-only-what-counts.md for the reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.conversation import ThreadHistory
from bot.domain.costs import Price
from bot.domain.tokens import TokenCorrection
from bot.prompt.folding_costs import (
    INSTRUCTION_TOKENS,
    MAX_SUMMARY_TOKENS,
    FoldingCosts,
    list_answered_questions,
    list_possible_prices,
    sum_turn_tokens,
)

# Before a summary there are at least this many answers since the last. Where the turns do not fit
# until then, the oldest are left out.
MIN_ANSWERS_PER_SUMMARY = 8
# A thread is expected to have this many questions, and one that has more to grow by this share.
# Many go on longer, but what pays off late may never pay off.
_USUAL_QUESTIONS, _FURTHER_SHARE = 10, 0.22
# The last exchange is never folded: people continue from it.
_MIN_KEPT_TURNS = 2
_MAX_DOUBLINGS = 6
# Near the least sum it is flat: this share of a fold's cost has to be spent on resending before.
_MIN_RESENT_SHARE = 0.7
# Beyond this share of the context, a summary that is allowed is made whatever it costs.
_MAX_CONTEXT_SHARE = 0.5
_MARGIN_SHARE = 0.05
# The first fold of a thread, which may end right after it, costs at most this share of what the
# thread has cost, and at the rhythm of the last pauses that is earned back by that many questions.
_MAX_EXCESS_SHARE, _MAX_PAYBACK_QUESTIONS = 0.14, 3


@dataclass(frozen=True, slots=True)
class FoldingTerms:
    """What the decision depends on, apart from the turns.

    `price` is the model's, None where it is unknown. `context_tokens` is the room for a prompt, and
    `max_turns` the most turns that one holds. `system_tokens` precede the thread.
    `answer_count` counts all answers of the thread.
    """

    price: Price | None
    context_tokens: int
    max_turns: int
    system_tokens: int
    answer_count: int


def count_turns_to_fold(history: ThreadHistory, terms: FoldingTerms) -> int:
    """Return how many of the oldest turns of `history` to fold now, after an answer; 0 for none.

    A fold costs once and makes every later question cheaper, like a season ticket: buy one when
    the single tickets since the last have cost as much. If k questions pass between two folds, the
    folds cost F/k a question, and the turns that wait to be folded, h tokens more each time, cost
    h·k/2. The sum is least where both are equal: where what was spent on resending since the last
    fold has reached F. That needs no guess about the future, and follows the thread's own rhythm:
    each question counts at the price after its own pause, because for minutes the cache serves
    what was sent before at a fraction of the price.

    F is the request for the summary, and the loss of the cache: the next questions are read at the
    full price until their new beginning is long enough to be cached.

    Because a thread may end at any time, a fold must also earn F back within the few questions that
    are still expected, at the rhythm of the last pauses. The first one is on credit: F is then a
    small share of what the thread has cost, and earned back before the next fold even if all
    questions to come are brisk. Each later one is paid from what the last has really saved, so that
    from there on a thread is never dearer than resending everything, wherever it ends. Where the
    price is not known, all of this holds with the cheapest cache and without any.

    Turns that would soon not fit are folded whatever it costs. There is never a fold before
    `MIN_ANSWERS_PER_SUMMARY` answers.
    """
    count = _count_foldable(history, terms)
    if not count or not _is_summary_allowed(history, terms):
        return 0
    if _is_running_out(history, terms):
        return count
    is_worth_it = all(
        _is_worth_its_cost(
            FoldingCosts(history, count, prices, terms.system_tokens),
            terms.answer_count,
            is_first=not history.summarized,
        )
        for prices in list_possible_prices(terms.price)
    )
    return count if is_worth_it else 0


def compute_least_answers(failures: int) -> int:
    """Return the least number of answers from one request for a summary to the next.

    `failures` in a row brought none: after the first the number is doubled each time.
    """
    return MIN_ANSWERS_PER_SUMMARY << min(_MAX_DOUBLINGS, max(0, failures - 1))


def _is_worth_its_cost(costs: FoldingCosts, answer_count: int, *, is_first: bool) -> bool:
    # After a brisk question more is lost than after the usual one.
    fold_cost = costs.compute_fold_cost(costs.highest_cached_share)
    saving = costs.compute_saving(costs.usual_cached_share)
    expected_saving = _estimate_further_questions(answer_count) * saving
    if costs.compute_resending_cost() < _MIN_RESENT_SHARE * fold_cost:
        return False
    if expected_saving < fold_cost:
        return False
    if not is_first:
        return costs.compute_saved_cost() >= costs.compute_fold_cost(cached_share=1.0)
    return (
        fold_cost <= _MAX_EXCESS_SHARE * costs.compute_sent_cost()
        and fold_cost <= _MAX_PAYBACK_QUESTIONS * saving
        and fold_cost <= MIN_ANSWERS_PER_SUMMARY * costs.compute_saving(cached_share=1.0)
    )


def _is_summary_allowed(history: ThreadHistory, terms: FoldingTerms) -> bool:
    """Whether enough was answered since the last summary."""
    if not history.summary:
        return terms.answer_count >= MIN_ANSWERS_PER_SUMMARY
    # The last exchange was kept by the last fold: its answer was counted then.
    answers = len(list_answered_questions(history.turns)) - 1
    return answers >= MIN_ANSWERS_PER_SUMMARY


def _estimate_further_questions(answer_count: int) -> float:
    """Return how many further questions are expected of a thread with `answer_count` answers."""
    if answer_count <= _USUAL_QUESTIONS:
        return _USUAL_QUESTIONS - answer_count
    return answer_count * _FURTHER_SHARE


def _count_foldable(history: ThreadHistory, terms: FoldingTerms) -> int:
    """Count the turns before the last exchange, as far as one request can hold them.

    One is tried that seems too large, as estimates may be too high; none where there is no room.
    """
    turns = history.turns
    first_kept = len(turns) - _MIN_KEPT_TURNS
    questions = list_answered_questions(turns)
    if questions:
        first_kept = min(first_kept, questions[-1].index)
    room = terms.context_tokens * (1 - _MARGIN_SHARE) - terms.system_tokens
    room -= history.summary_tokens + INSTRUCTION_TOKENS + 2 * MAX_SUMMARY_TOKENS
    correction = TokenCorrection(history.estimated_tokens, history.reported_tokens)
    count = 0
    if room <= 0:
        return 0
    while count < first_kept:
        room -= correction.apply(sum_turn_tokens(turns[count : count + 1]))
        if room < 0 and count:
            break
        count += 1
    return count


def _is_running_out(history: ThreadHistory, terms: FoldingTerms) -> bool:
    """Whether the next prompt, with one exchange more, might not hold all turns."""
    if len(history.turns) + _MIN_KEPT_TURNS > terms.max_turns:
        return True
    correction = TokenCorrection(history.estimated_tokens, history.reported_tokens)
    tokens = correction.apply(sum_turn_tokens(history.turns))
    return tokens > terms.context_tokens * _MAX_CONTEXT_SHARE
