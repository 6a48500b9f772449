"""A pattern that is only tried on lines that hold one of its words: most lines hold none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`words`, in small letters, are cheap to look for; one of them is in every line it fits."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, text: str, low: str) -> re.Match[str] | None:
        """Return where the rule fits `text`; `low` is the same in small letters."""
        return self.pattern.search(text) if any(word in low for word in self.words) else None

    def erase(self, text: str, low: str) -> str:
        """Return `text` without what fits."""
        return self.pattern.sub(" ", text) if any(word in low for word in self.words) else text


def build_rules(*rows: str, flags: int = re.IGNORECASE) -> tuple[Rule, ...]:
    """Build rules from rows of `words => pattern`; a row that is a word alone is its own pattern.

    Words are separated by `|`.
    """
    rules = []
    for row in rows:
        words, arrow, pattern = row.partition(" => ")
        literals = tuple(words.split("|"))
        if not arrow:
            pattern = "|".join(re.escape(word) for word in literals)
        rules.append(Rule(literals, re.compile(pattern, flags)))
    return tuple(rules)
