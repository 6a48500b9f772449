"""Decide how many of a thread's oldest turns to fold into its summary, by what it costs. Pure.

Folded turns are no longer sent. See `bot.answering.summarize` for how a summary is written, and
docs/decisions/0010-sending-only-what-counts.md for the reasons.

All amounts are in the price of one token of input that no cache serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.costs import Price
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS, TokenCorrection

# OpenAI, "Prompt caching": a beginning of at least 1,024 tokens can be served from the cache,
# until five to ten minutes after its last use.
MIN_CACHED_TOKENS = 1_024
MIN_CACHE_SECONDS, MAX_CACHE_SECONDS = 300.0, 600.0
# Between two summaries there are at least this many answers, unless what is sent is very large.
MIN_ANSWERS_PER_SUMMARY = 8
_VERY_LARGE_TOKENS = 32_000
# A thread is expected to have this many questions, and one that has more to grow by this share.
# Many go on longer, but what pays off late may never pay off.
_USUAL_QUESTIONS, _FURTHER_SHARE = 10, 0.25
_MAX_COUNTED_PAUSES = 8
# The last exchange is never folded: people continue from it.
_MIN_KEPT_TURNS = 2
# The request for a summary, without the thread.
_INSTRUCTION_TOKENS = 110
# Two hundred words. A short thread gets a shorter one, so that the summary stays the smaller.
_MIN_SUMMARY_TOKENS, _MAX_SUMMARY_TOKENS, _TURN_TOKENS_PER_SUMMARY_TOKEN = 60, 270, 4
# Without a known price: as if there were no cache, and output at the usual multiple of input.
_UNKNOWN_CACHED_PRICE, _UNKNOWN_OUTPUT_PRICE = 1.0, 2.0
# Beyond this share of the context, turns are folded whatever it costs.
_MAX_CONTEXT_SHARE = 0.5
_MARGIN_SHARE = 0.05


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


@dataclass(frozen=True, slots=True)
class _AnsweredQuestion:
    """A question of the thread: the place of its turn, and the seconds since the one before."""

    index: int
    pause: float | None


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
    are still expected, at the rhythm of the last pauses. Between two folds there are at least
    `MIN_ANSWERS_PER_SUMMARY` answers. Turns that would soon not fit are folded whatever it costs.
    """
    count = _count_foldable(history, terms)
    if not count or _is_running_out(history, terms):
        return count
    thread = _ThreadCosts(history, terms, count)
    if not thread.is_summary_allowed():
        return 0
    fold_cost = thread.compute_fold_cost()
    expected_saving = _estimate_further_questions(terms.answer_count) * thread.compute_saving()
    is_due = thread.compute_resending_cost() >= fold_cost and expected_saving >= fold_cost
    return count if is_due else 0


def compute_summary_tokens(summary_tokens: int, folded_tokens: int) -> int:
    """Return the size of a new summary that replaces an old one and the turns folded now."""
    wanted = summary_tokens + folded_tokens // _TURN_TOKENS_PER_SUMMARY_TOKEN
    return min(_MAX_SUMMARY_TOKENS, max(_MIN_SUMMARY_TOKENS, wanted))


def sum_turn_tokens(turns: Sequence[Turn]) -> int:
    """Return the tokens of `turns` as they are sent."""
    return sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in turns)


def estimate_cached_share(pause: float | None) -> float:
    """Return the probability that the cache still serves a beginning after `pause` seconds.

    None means that nothing was sent before.
    """
    if pause is None:
        return 0.0
    left = (MAX_CACHE_SECONDS - pause) / (MAX_CACHE_SECONDS - MIN_CACHE_SECONDS)
    return min(1.0, max(0.0, left))


class _ThreadCosts:
    """What it costs to resend the oldest `count` turns, and to fold them."""

    def __init__(self, history: ThreadHistory, terms: FoldingTerms, count: int) -> None:
        self._history, self._terms = history, terms
        self._questions = _list_answered_questions(history.turns)
        sizes = [sum_turn_tokens([turn]) for turn in history.turns]
        # The tokens of all turns before each turn.
        self._tokens_before = list(accumulate(sizes, initial=0))
        self._folded_tokens = self._tokens_before[count]
        self._kept_tokens = self._tokens_before[-1] - self._folded_tokens
        self._base_tokens = terms.system_tokens + history.summary_tokens
        self._cached_price, self._output_price = _compute_relative_prices(terms.price)
        self._summary_tokens = compute_summary_tokens(history.summary_tokens, self._folded_tokens)
        pauses = [asked.pause for asked in self._questions if asked.pause is not None]
        shares = [estimate_cached_share(pause) for pause in pauses[-_MAX_COUNTED_PAUSES:]]
        self._cached_share = sum(shares) / len(shares) if shares else 0.5

    def is_summary_allowed(self) -> bool:
        """Whether enough was answered since the last summary, or very much is resent each time."""
        # The last exchange was kept by the last fold: its answer was counted then.
        answers = len(self._questions) - bool(self._history.summary)
        return answers >= MIN_ANSWERS_PER_SUMMARY or self._folded_tokens >= _VERY_LARGE_TOKENS

    def compute_resending_cost(self) -> float:
        """Return what the turns to fold have cost by being resent since the last fold."""
        cost = 0.0
        # The exchange before a question would have been sent in any case.
        before = self._questions[0].index - _MIN_KEPT_TURNS if self._questions else 0
        for question in self._questions:
            resent_tokens = self._tokens_before[max(0, before)]
            before = question.index
            prompt_tokens = self._base_tokens + self._tokens_before[question.index]
            share = estimate_cached_share(question.pause)
            cost += resent_tokens * self._compute_rate(prompt_tokens, share)
        return cost

    def compute_fold_cost(self) -> float:
        """Return what the summary costs, and the loss of the cached beginning afterwards."""
        # The question that was just answered has put this beginning into the cache.
        prompt_tokens = self._base_tokens + self._folded_tokens
        request_cost = (
            prompt_tokens * self._compute_rate(prompt_tokens, 1.0)
            + _INSTRUCTION_TOKENS
            + self._summary_tokens * self._output_price
        )
        lost = self._cached_share * (1 - self._cached_price)
        return request_cost + lost * self._sum_uncached_tokens()

    def compute_saving(self) -> float:
        """Return what a question costs less after the fold, at the rhythm of the last pauses."""
        prompt_tokens = self._base_tokens + self._tokens_before[-1]
        longer = self._summary_tokens - self._history.summary_tokens
        rate = self._compute_rate(prompt_tokens, self._cached_share)
        return (self._folded_tokens - longer) * rate

    def _sum_uncached_tokens(self) -> float:
        """Sum the tokens of the next prompts that are new, or too short, to be cached."""
        growth = max(50.0, self._tokens_before[-1] / max(1, len(self._questions)))
        prompt_tokens = float(self._terms.system_tokens + self._summary_tokens + self._kept_tokens)
        total = prompt_tokens
        while (prompt_tokens := prompt_tokens + growth) < MIN_CACHED_TOKENS:
            total += prompt_tokens
        return total

    def _compute_rate(self, prompt_tokens: int, cached_share: float) -> float:
        """Return the price of a token at the beginning of a prompt of this length."""
        if prompt_tokens < MIN_CACHED_TOKENS:
            return 1.0
        return cached_share * self._cached_price + 1 - cached_share


def _estimate_further_questions(answer_count: int) -> float:
    """Return how many further questions are expected of a thread with `answer_count` answers."""
    if answer_count <= _USUAL_QUESTIONS:
        return _USUAL_QUESTIONS - answer_count
    return answer_count * _FURTHER_SHARE


def _count_foldable(history: ThreadHistory, terms: FoldingTerms) -> int:
    """Count the turns before the last exchange, as far as one request can hold them."""
    turns = history.turns
    first_kept = len(turns) - _MIN_KEPT_TURNS
    questions = _list_answered_questions(turns)
    if questions:
        first_kept = min(first_kept, questions[-1].index)
    room = terms.context_tokens * (1 - _MARGIN_SHARE) - terms.system_tokens
    room -= history.summary_tokens + _INSTRUCTION_TOKENS + 2 * _MAX_SUMMARY_TOKENS
    correction = TokenCorrection(history.estimated_tokens, history.reported_tokens)
    count = 0
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


def _list_answered_questions(turns: Sequence[Turn]) -> list[_AnsweredQuestion]:
    """List the answered questions among `turns`, oldest first."""
    questions: list[_AnsweredQuestion] = []
    asked_before: float | None = None
    for index, turn in enumerate(turns):
        if turn.speaker is not Speaker.EASEL:
            continue
        # An answer is stored with the ts of its question, and follows it.
        has_question = index > 0 and turns[index - 1].speaker is Speaker.PERSON
        asked_at = _parse_ts(turn.ts)
        pause = None if asked_before is None else max(0.0, asked_at - asked_before)
        questions.append(_AnsweredQuestion(index - has_question, pause))
        asked_before = asked_at
    return questions


def _parse_ts(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        return 0.0


def _compute_relative_prices(price: Price | None) -> tuple[float, float]:
    """Return the prices of cached input and of output, in those of uncached input."""
    if price is None or price.input <= 0:
        return _UNKNOWN_CACHED_PRICE, _UNKNOWN_OUTPUT_PRICE
    return min(1.0, float(price.cached / price.input)), float(price.output / price.input)
