"""Holds the lines that a model quotes against those it was shown. Pure.

What is shown to people is the file's line, never the model's words for it. A number that the file
does not have, or whose line says something else, is dropped. A picture has no lines: what was read
there is kept, and marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.diagnosis.answer_schema import Diagnosis, Quote
from bot.diagnosis.excerpt import Excerpt
from bot.diagnosis.secrets import redact_secrets

# A part of a line that is this long, or this share of it, is enough to tell it from others.
_MIN_PART_CHARS, _MIN_PART_SHARE = 12, 0.6
_NUMBER_IN_FRONT = re.compile(r"\A\s*L?\d{1,12}\s?[:|]\s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line that is in the file; `line` is 0, and the text the model's, for one in a picture."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What the model was shown: excerpts by the names of their files, and names of pictures."""

    excerpts: Mapping[str, Excerpt]
    pictures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CheckedDiagnosis:
    """A diagnosis with only those quotes that hold, and how many were dropped."""

    diagnosis: Diagnosis
    error: Evidence | None
    evidence: tuple[tuple[Evidence, ...], ...]  # of each cause
    dropped_count: int

    @property
    def has_evidence(self) -> bool:
        return self.error is not None or any(self.evidence)


def check_diagnosis(diagnosis: Diagnosis, sources: Sources) -> CheckedDiagnosis:
    """Replace the model's quotes by the lines that they quote, and drop those that do not hold."""
    dropped = set[Quote]()

    def check(quote: Quote) -> Evidence | None:
        found = find_evidence(quote, sources)
        if found is None:
            dropped.add(quote)
        return found

    error = check(diagnosis.error) if diagnosis.error is not None else None
    evidence = [
        tuple(dict.fromkeys(found for quote in cause.evidence if (found := check(quote))))
        for cause in diagnosis.causes
    ]
    return CheckedDiagnosis(diagnosis, error, tuple(evidence), len(dropped))


def find_evidence(quote: Quote, sources: Sources) -> Evidence | None:
    """Return the line that `quote` repeats; None where there is no such line."""
    name = _find_name(quote.file, list(sources.excerpts))
    is_picture = quote.line <= 0 and bool(sources.pictures)
    if is_picture and (name is None or _find_name(quote.file, sources.pictures) is not None):
        picture = _find_name(quote.file, sources.pictures)
        if picture is None or not quote.text:
            return None
        return Evidence(picture, 0, redact_secrets(quote.text))
    if name is None:
        return None
    for line in sources.excerpts[name].lines:
        if line.number == quote.line:
            is_same = _is_same(quote.text, line.text)
            return Evidence(name, line.number, line.text.strip()) if is_same else None
    return None


def _find_name(wanted: str, names: Sequence[str]) -> str | None:
    """Return the name that the model means; where there is only one, it can mean no other."""
    if wanted in names:
        return wanted
    low = wanted.strip().lower()
    found = [name for name in names if low and (low in name.lower() or name.lower() in low)]
    if len(found) == 1:
        return found[0]
    return names[0] if len(names) == 1 else None


def _is_same(repeated: str, line: str) -> bool:
    """Whether the model has repeated the line, or so much of it that it can be no other."""
    said, there = _normalize(_NUMBER_IN_FRONT.sub("", repeated, count=1)), _normalize(line)
    if said == there or _normalize(repeated) == there:
        return bool(there)
    said = said.strip("… .")
    is_long = len(said) >= _MIN_PART_CHARS or len(said) >= _MIN_PART_SHARE * len(there)
    return bool(said) and is_long and said in there


def _normalize(text: str) -> str:
    return " ".join(redact_secrets(text).split()).casefold()
