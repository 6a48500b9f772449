"""The played model's answer to “what failed?”: it quotes a line that it was shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

FIELDS = frozenset({"failed", "summary", "error", "causes", "next_steps", "confidence"})
_FIRST = re.compile(
    r"^\((.{1,200}): [\d,]+ of [\d,]+ lines, .{0,80}L(\d{1,12}) is the first", re.MULTILINE
)
_LINE = re.compile(r"^L(\d{1,12}): (.{1,800})$", re.MULTILINE)
_MORE = re.compile(r" \(… and [\d,]+ more lines? like this one, up to L\d+\)$")


def build_diagnosis(question: str, descriptions: Sequence[str]) -> Mapping[str, Any]:
    """Build an answer from the numbered lines of the files in `question`, or from pictures."""
    quote = _find_first_failure(question)
    if quote is None and descriptions:
        quote = {"file": "", "line": 0, "text": f"{descriptions[0][:120]}"}
    if quote is None:
        nothing = {"file": "", "line": 0, "text": ""}
        return _build(nothing, "Nothing has failed in what I was shown.", has_failed=False)
    return _build(quote, f"It failed with “{quote['text'][:80]}”.", has_failed=True)


def _build(quote: Mapping[str, Any], summary: str, *, has_failed: bool) -> Mapping[str, Any]:
    cause = {"text": "That is the first failure.", "is_certain": True, "evidence": [quote]}
    step = {"text": "Read the lines around it and put that right first.", "command": ""}
    return {
        "failed": has_failed,
        "summary": summary,
        "step": "",
        "where": "",
        "error": quote,
        "causes": [cause] if has_failed else [],
        "next_steps": [step] if has_failed else [],
        "confidence": "medium",
    }


def _find_first_failure(question: str) -> dict[str, Any] | None:
    found = _FIRST.search(question)
    if found is None:
        return None
    lines = dict(_LINE.findall(question[found.end() :]))
    line = _MORE.sub("", lines.get(found[2], ""))
    name = re.sub(r": a list made of the [\w -]{1,40}$", "", found[1])
    return {"file": name, "line": int(found[2]), "text": line} if line else None
