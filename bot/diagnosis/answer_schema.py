"""The form in which a model says what failed, and how its answer is read. Pure.

See `evidence.py` for how its quotes are held against the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.domain.llm import JsonSchema
from bot.domain.safe_text import truncate

Confidence: TypeAlias = Literal["high", "medium", "low"]

_MAX_ANSWER_CHARS, _MAX_TEXT_CHARS, _MAX_COMMAND_CHARS = 200_000, 1_000, 2_000
_MAX_CAUSES, _MAX_QUOTES, _MAX_STEPS = 5, 8, 5
_FENCED = re.compile(r"\s*```\w*\n(.*)\n```\s*", re.DOTALL)


def _build_object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _describe(text: str, kind: str = "string") -> dict[str, object]:
    return {"type": kind, "description": text}


_QUOTE_SCHEMA = _build_object(
    file=_describe("The name of the file, or of the picture"),
    line=_describe("The number after the L in front of the line; 0 for a picture", "integer"),
    text=_describe("That line exactly as it stands there, without its number; empty for none"),
)
FAILURE_SCHEMA = JsonSchema(
    "failure",
    _build_object(
        failed=_describe("Whether anything has failed", "boolean"),
        summary=_describe("What failed, in one sentence; or that nothing did"),
        step=_describe("The step, job or test that failed; empty if that is not shown"),
        where=_describe("Program, file and line, host, time, as far as shown; else empty"),
        error=_QUOTE_SCHEMA,
        causes={
            "type": "array",
            "description": "The likeliest first, at most three",
            "items": _build_object(
                text=_describe("The cause, in one or two sentences"),
                is_certain=_describe("Whether it is shown, and not concluded", "boolean"),
                evidence={"type": "array", "items": _QUOTE_SCHEMA},
            ),
        },
        next_steps={
            "type": "array",
            "description": "One to three, the likeliest to help first",
            "items": _build_object(
                text=_describe("What to do, in one sentence"),
                command=_describe("The command for it; empty for none"),
            ),
        },
        confidence={"type": "string", "enum": ["high", "medium", "low"]},
    ),
    strict=True,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A line as the model repeats it: of which file, by what number."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it failed. `is_certain`: the model says that it is shown, not concluded."""

    text: str
    is_certain: bool
    evidence: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to try; `command` may be empty."""

    text: str
    command: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the model says of a failure. Nothing in it is checked yet."""

    has_failed: bool
    summary: str
    step: str
    where: str
    error: Quote | None
    causes: tuple[Cause, ...]
    next_steps: tuple[NextStep, ...]
    confidence: Confidence


def parse_diagnosis(text: str) -> Diagnosis | None:
    """Read the model's answer; None for what is no such data. Missing parts are empty."""
    fenced = _FENCED.fullmatch(text[:_MAX_ANSWER_CHARS])
    try:
        value = json.loads(fenced[1] if fenced else text[:_MAX_ANSWER_CHARS])
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("failed"), bool):
        return None
    summary, error = _read_text(value, "summary"), _read_quote(value.get("error"))
    if not summary and error is None:
        return None
    confidence: Confidence = "low"
    if value.get("confidence") in ("high", "medium"):
        confidence = value["confidence"]
    return Diagnosis(
        value["failed"],
        summary,
        _read_text(value, "step"),
        _read_text(value, "where"),
        error,
        tuple(map(_read_cause, _list_objects(value, "causes", _MAX_CAUSES))),
        tuple(map(_read_step, _list_objects(value, "next_steps", _MAX_STEPS))),
        confidence,
    )


def _read_cause(value: dict[str, Any]) -> Cause:
    quotes = map(_read_quote, _list_objects(value, "evidence", _MAX_QUOTES))
    evidence = tuple(quote for quote in quotes if quote is not None)
    return Cause(_read_text(value, "text"), value.get("is_certain") is True, evidence)


def _read_step(value: dict[str, Any]) -> NextStep:
    command = value.get("command")
    command = command.strip() if isinstance(command, str) else ""
    return NextStep(_read_text(value, "text"), truncate(command, _MAX_COMMAND_CHARS))


def _read_quote(value: object) -> Quote | None:
    if not isinstance(value, dict):
        return None
    line, text = value.get("line"), _read_text(value, "text")
    if not text and not line:
        return None
    number = line if isinstance(line, int) and not isinstance(line, bool) else -1
    return Quote(_read_text(value, "file"), number, text)


def _read_text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    return truncate(" ".join(text.split()), _MAX_TEXT_CHARS) if isinstance(text, str) else ""


def _list_objects(value: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = value.get(name)
    items = found if isinstance(found, list) else []
    return [item for item in items if isinstance(item, dict)][:most]
