"""Compute what resending and folding the oldest turns of a thread cost, with the cache. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.costs import Price
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS

# OpenAI, "Prompt caching": a beginning of at least 1,024 tokens can be served from the cache,
# until five to ten minutes after its last use.
MIN_CACHED_TOKENS = 1_024
MIN_CACHE_SECONDS, MAX_CACHE_SECONDS = 300.0, 600.0
_MAX_COUNTED_PAUSES = 8
# The request for a summary, without the thread.
INSTRUCTION_TOKENS = 110
# Two hundred words. A short thread gets a shorter one, so that the summary stays the smaller.
_MIN_SUMMARY_TOKENS, MAX_SUMMARY_TOKENS, _TURN_TOKENS_PER_SUMMARY_TOKEN = 100, 270, 4
# Without a known price: as if there were no cache, and output at the usual multiple of input.
_UNKNOWN_CACHED_PRICE, _UNKNOWN_OUTPUT_PRICE = 0.1, 8.0


@dataclass(frozen=True, slots=True)
class RelativePrices:
    """The prices of a token of cached input and of one of output, in those of uncached input."""

    cached: float
    output: float


# Where no price is known, there may be no cache at all, or one as cheap as any; output is dear.
_UNKNOWN_PRICES = (RelativePrices(1.0, 8.0), RelativePrices(0.1, 8.0))


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the thread with its answer.

    `index` is the place of its turn, `pause` the seconds since the question before.
    """

    index: int
    pause: float | None
    answer_tokens: int


def compute_summary_tokens(summary_tokens: int, folded_tokens: int) -> int:
    """Return the size of a new summary that replaces an old one and the turns folded now."""
    wanted = summary_tokens + folded_tokens // _TURN_TOKENS_PER_SUMMARY_TOKEN
    return min(MAX_SUMMARY_TOKENS, max(_MIN_SUMMARY_TOKENS, wanted))


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


class FoldingCosts:
    """What it costs to resend the oldest `count` turns of a thread, and to fold them.

    All amounts are in the price of one token of input that no cache serves.
    """

    def __init__(
        self, history: ThreadHistory, count: int, prices: RelativePrices, system_tokens: int
    ) -> None:
        self._history, self._prices, self._system_tokens = history, prices, system_tokens
        self._questions = list_answered_questions(history.turns)
        sizes = [sum_turn_tokens([turn]) for turn in history.turns]
        # The tokens of all turns before each turn.
        self._tokens_before = list(accumulate(sizes, initial=0))
        self._folded_tokens = self._tokens_before[count]
        self._kept_tokens = self._tokens_before[-1] - self._folded_tokens
        self._base_tokens = system_tokens + history.summary_tokens
        self._summary_tokens = compute_summary_tokens(history.summary_tokens, self._folded_tokens)
        pauses = [asked.pause for asked in self._questions if asked.pause is not None]
        shares = [estimate_cached_share(pause) for pause in pauses[-_MAX_COUNTED_PAUSES:]]
        # The probability that the cache serves a beginning, after the last pauses.
        self.usual_cached_share = sum(shares) / len(shares) if shares else 0.5
        self.highest_cached_share = max(shares, default=1.0)

    def compute_resending_cost(self) -> float:
        """Return what the turns to fold have cost by being resent since the last fold."""
        cost = 0.0
        # The exchange before a question would have been sent in any case.
        before = self._questions[0].index - 2 if self._questions else 0
        for question in self._questions:
            resent_tokens = self._tokens_before[max(0, before)]
            before = question.index
            prompt_tokens = self._base_tokens + self._tokens_before[question.index]
            share = estimate_cached_share(question.pause)
            cost += resent_tokens * self._compute_rate(prompt_tokens, share)
        return cost

    def compute_sent_cost(self) -> float:
        """Return what the questions and answers among the turns have cost."""
        cost, sent_tokens = 0.0, 0
        for question in self._questions:
            prompt_tokens = self._base_tokens + self._tokens_before[question.index + 1]
            share = estimate_cached_share(question.pause)
            cost += sent_tokens * self._compute_rate(sent_tokens, share)
            cost += prompt_tokens - sent_tokens + question.answer_tokens * self._prices.output
            sent_tokens = prompt_tokens
        return cost

    def compute_saved_cost(self) -> float:
        """Return what the last fold has saved since, less what it has cost."""
        folded_tokens, summary_tokens = (
            self._history.summarized_tokens,
            self._history.summary_tokens,
        )
        saved = -self._compute_request_cost(self._system_tokens + folded_tokens, summary_tokens)
        # The first question was answered before the fold; the second found nothing in the cache.
        for number, (before, question) in enumerate(pairwise(self._questions)):
            sent_tokens = self._base_tokens + self._tokens_before[before.index + 1]
            full_tokens = sent_tokens - summary_tokens + folded_tokens
            share = estimate_cached_share(question.pause)
            rate = self._compute_rate(sent_tokens, share if number else 0.0)
            saved += full_tokens * self._compute_rate(full_tokens, share) - sent_tokens * rate
        return saved

    def compute_fold_cost(self, cached_share: float) -> float:
        """Return what the summary costs, and the loss of the cached beginning afterwards.

        `cached_share` is the probability that the cache would serve it after the pauses to come.
        """
        read_tokens = self._base_tokens + self._folded_tokens
        lost = cached_share * (1 - self._prices.cached)
        request_cost = self._compute_request_cost(read_tokens, self._summary_tokens)
        return request_cost + lost * self._sum_uncached_tokens()

    def compute_saving(self, cached_share: float) -> float:
        """Return what a question costs less after the fold. See `compute_fold_cost`."""
        prompt_tokens = self._base_tokens + self._tokens_before[-1]
        longer = self._summary_tokens - self._history.summary_tokens
        return (self._folded_tokens - longer) * self._compute_rate(prompt_tokens, cached_share)

    def _compute_request_cost(self, read_tokens: int, summary_tokens: int) -> float:
        """Return the cost of a request for a summary.

        The question that was just answered has put its beginning into the cache.
        """
        rate = self._compute_rate(read_tokens, 1.0)
        return read_tokens * rate + INSTRUCTION_TOKENS + summary_tokens * self._prices.output

    def _sum_uncached_tokens(self) -> float:
        """Sum the tokens of the next prompts that are new, or too short, to be cached."""
        growth = max(50.0, self._tokens_before[-1] / max(1, len(self._questions)))
        prompt_tokens = float(self._system_tokens + self._summary_tokens + self._kept_tokens)
        total = prompt_tokens
        while (prompt_tokens := prompt_tokens + growth) < MIN_CACHED_TOKENS:
            total += prompt_tokens
        return total

    def _compute_rate(self, prompt_tokens: int, cached_share: float) -> float:
        """Return the price of a token at the beginning of a prompt of this length."""
        if prompt_tokens < MIN_CACHED_TOKENS:
            return 1.0
        return cached_share * self._prices.cached + 1 - cached_share


def list_answered_questions(turns: Sequence[Turn]) -> list[AnsweredQuestion]:
    """List the answered questions among `turns`, oldest first."""
    questions: list[AnsweredQuestion] = []
    asked_before: float | None = None
    for index, turn in enumerate(turns):
        if turn.speaker is not Speaker.EASEL:
            continue
        # An answer is stored with the ts of its question, and follows it.
        has_question = index > 0 and turns[index - 1].speaker is Speaker.PERSON
        asked_at = _parse_ts(turn.ts)
        pause = None if asked_before is None else max(0.0, asked_at - asked_before)
        questions.append(AnsweredQuestion(index - has_question, pause, turn.tokens))
        asked_before = asked_at
    return questions


def _parse_ts(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        return 0.0


def list_possible_prices(price: Price | None) -> tuple[RelativePrices, ...]:
    """List what the relative prices may be: those of `price`, or all kinds if it is unknown."""
    if price is None or price.input <= 0:
        return _UNKNOWN_PRICES
    cached, output = price.cached / price.input, price.output / price.input
    return (RelativePrices(min(1.0, float(cached)), float(output)),)
