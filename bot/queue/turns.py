"""How long a thread may keep the interpreter while another one waits for it.

The event loop and the database's thread hand it to each other. Where few answers are given, each
waits for the other's work, and short turns save a millisecond a transaction. In a burst both always
have work: then every turn costs time, and its length is no matter to how long anything takes.
"""

from __future__ import annotations

import sys

SHORT_SECONDS, LONG_SECONDS = 0.0005, 0.002
# More answers than these at once keep the process busy.
_MANY_ANSWERS = 20


def choose_turn_seconds(answer_count: int) -> float:
    """Return how long a turn may be while `answer_count` answers are being given."""
    return LONG_SECONDS if answer_count > _MANY_ANSWERS else SHORT_SECONDS


def set_turns(answer_count: int) -> None:
    """Let turns be as long as `answer_count` wants them; call it whenever that changes."""
    seconds = choose_turn_seconds(answer_count)
    if sys.getswitchinterval() != seconds:
        sys.setswitchinterval(seconds)
