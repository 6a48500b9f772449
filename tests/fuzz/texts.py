"""Sends generated texts through the one door to Slack: what is live stays out, the rest is kept."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper, escape_plain, escape_text
from tests.fuzz.slack_grammar import (
    ASKER,
    HARMLESS_TEXTS,
    HOSTILE_TEXTS,
    list_calls,
    list_live,
    read_shown,
)


def check_hostile(text: str, size: int) -> None:
    """Check that nothing live comes out, however the text is cut into pieces."""
    shown = escape_text(text, ASKER)
    assert list_live(shown) == [], (text, shown)
    assert list_calls(escape_plain(text)) == []
    escaper = SlackEscaper(ASKER)
    pieces = [escaper.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join([*pieces, escaper.close()]) == shown
    assert escape_text(shown, ASKER) == shown


def check_harmless(text: str) -> None:
    """Check that people read the same as without the door."""
    if not list_live(text):
        assert read_shown(escape_text(text, ASKER)) == read_shown(text)


def run_texts(count: int, first_seed: int) -> dict[str, int]:
    """Check `count` texts, half of them hostile; return how many of which kind were checked.

    Raises `AssertionError` with the smallest text that fails.
    """
    counts = {"hostile": 0, "of which live": 0, "harmless": 0}

    def try_hostile(text: str, size: int) -> None:
        counts["hostile"] += 1
        counts["of which live"] += bool(list_live(text))
        check_hostile(text, size)

    def try_harmless(text: str) -> None:
        counts["harmless"] += 1
        check_harmless(text)

    _search(given(HOSTILE_TEXTS, st.integers(1, 12))(try_hostile), count // 2, first_seed)
    _search(given(HARMLESS_TEXTS)(try_harmless), count - count // 2, first_seed)
    return counts


def _search(check: Callable[[], None], count: int, first_seed: int) -> None:
    configured = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(check)
    seed(first_seed)(configured)()
