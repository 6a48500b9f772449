"""Notes which encodings were guessed while one file was read, whichever reader decoded its texts.

A file in another one is collected for itself. See `bot.files.readers.dispatch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Guesses:
    """The first encoding that was guessed, "" for none; in how many lines, if only in some."""

    encoding: str = ""
    odd_lines: int = 0


_current: ContextVar[Guesses | None] = ContextVar("guessed_encodings", default=None)


@contextmanager
def collect_guesses() -> Iterator[Guesses]:
    """Collect what is guessed within, except within a further call."""
    guesses = Guesses()
    token = _current.set(guesses)
    try:
        yield guesses
    finally:
        _current.reset(token)


def note_guess(encoding: str, odd_lines: int = 0) -> None:
    """Note an encoding that was guessed, for all of a text or for some of its lines."""
    guesses = _current.get()
    if guesses is not None and not guesses.encoding:
        guesses.encoding, guesses.odd_lines = encoding, odd_lines
