"""Check answers against JSON Schemas: our own, and those that people upload. Pure.

An uploaded schema is hostile input: it may not fetch anything, and neither its patterns nor its
nesting may take long to check (json-schema.org, draft 2020-12).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.domain.errors import UserError
from bot.domain.llm import JsonSchema
from bot.domain.messages import Message
from bot.domain.options import OutputFormat

_CELL_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
TABLE_SCHEMA = JsonSchema(
    "table",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "summary": {"type": "string", "description": "One sentence, or empty"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"type": "array", "items": _CELL_SCHEMA}},
        },
        "required": ["title", "summary", "columns", "rows"],
        "additionalProperties": False,
    },
    strict=True,
)
DATA_SCHEMA = JsonSchema(
    "data",
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "data": {}},
        "required": ["title", "data"],
    },
)
_MAX_STEPS = 200_000
# Each pattern may take this long to match, and counts as this many steps.
_PATTERN_TIMEOUT_SECONDS, _PATTERN_STEPS = 0.05, 2_000
_MAX_PROBLEMS = 5
_MAX_SCHEMA_CHARS = 256 * 1024
_FENCE_PATTERN = re.compile(r"```\w*\s*")
_NON_NAME_CHARS_PATTERN = re.compile(r"[^A-Za-z0-9_-]+")

_WRONG_PLACE_MESSAGE = "I could not use {name} as a JSON Schema: {place} is wrong."
_WRONG_SCHEMA_MESSAGE = "I could not use {name} as a JSON Schema: it is wrong."
_INVOLVED_SCHEMA_MESSAGE = (
    "I could not use {name} as a JSON Schema: it refers to what is not in it, or is too involved."
)
_UNREADABLE_SCHEMA_MESSAGE = "I could not use {name} as a JSON Schema: it is not readable."
_NOT_JSON_MESSAGE = Message("it is not JSON")
_UNCHECKED_MESSAGE = Message("it could not be checked: the schema is too involved")


class InvalidSchemaError(UserError):
    """A file is not a JSON Schema that Easel can use; `user_message` names it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """An answer as data, and in short sentences how it fails to fit its schema.

    `is_data` is False where the answer is not JSON.
    """

    value: Any = None
    problems: tuple[str, ...] = ()
    is_data: bool = True


def select_schema(output_format: OutputFormat) -> JsonSchema | None:
    """Return the schema for answers in `output_format`; None for text."""
    return {
        OutputFormat.TABLE: TABLE_SCHEMA,
        OutputFormat.CSV: TABLE_SCHEMA,
        OutputFormat.JSON: DATA_SCHEMA,
    }.get(output_format)


def is_json_schema(text: str) -> bool:
    """Whether a JSON file holds a schema rather than data."""
    try:
        value = json.loads(text) if len(text) <= _MAX_SCHEMA_CHARS else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, Mapping):
        return False
    if isinstance(value.get("$schema"), str):
        return True
    return value.get("type") == "object" and isinstance(value.get("properties"), dict)


def read_schema(name: str, text: str) -> JsonSchema:
    """Read an uploaded schema. Raises `InvalidSchemaError`."""
    try:
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
        _LimitedValidator(schema).list_problems({})
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        message = Message(
            _WRONG_PLACE_MESSAGE if place else _WRONG_SCHEMA_MESSAGE, name=name, place=place
        )
        raise InvalidSchemaError(name, user_message=message) from error
    except (Unresolvable, _CheckLimitError, regex.error) as error:
        message = Message(_INVOLVED_SCHEMA_MESSAGE, name=name)
        raise InvalidSchemaError(type(error).__name__, user_message=message) from error
    except (ValueError, RecursionError, TypeError) as error:
        message = Message(_UNREADABLE_SCHEMA_MESSAGE, name=name)
        raise InvalidSchemaError(name, user_message=message) from error
    stem = _NON_NAME_CHARS_PATTERN.sub("_", name.rpartition(".")[0] or name).strip("_")[:60]
    return JsonSchema(stem or "answer", schema, is_uploaded=True)


def check(schema: JsonSchema, answer_text: str) -> CheckResult:
    """Check an answer against `schema`. This takes a moment: call it in a thread."""
    try:
        value = json.loads(_strip_fence(answer_text), parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        return CheckResult(None, (_NOT_JSON_MESSAGE,), is_data=False)
    try:
        return CheckResult(value, tuple(_LimitedValidator(schema.schema).list_problems(value)))
    except (_CheckLimitError, Unresolvable, RecursionError, regex.error):
        return CheckResult(value, (_UNCHECKED_MESSAGE,))


class _CheckLimitError(Exception):
    """A check takes too long."""


class _LimitedValidator:
    """A validator that raises `_CheckLimitError` after a number of steps."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._steps = 0
        rules = {
            keyword: self._limit_rule(rule)
            for keyword, rule in Draft202012Validator.VALIDATORS.items()
        }
        rules["pattern"] = self._limit_rule(_check_pattern, _PATTERN_STEPS)
        rules["patternProperties"] = self._limit_rule(_check_pattern_properties, _PATTERN_STEPS)
        limited = validators.extend(Draft202012Validator, rules)  # type: ignore[no-untyped-call]
        # An empty registry: references to other documents cannot be resolved.
        self._validator = limited(schema, registry=Registry())

    def list_problems(self, value: Any) -> list[str]:
        """Return the first few problems, each as “place: problem”."""
        problems = []
        for error in self._validator.iter_errors(value):
            where = "/".join(str(part) for part in error.absolute_path)
            problems.append(f"{_shorten(where) or 'the whole'}: {_shorten(error.message)}")
            if len(problems) >= _MAX_PROBLEMS:
                break
        return problems

    def _limit_rule(
        self, rule: Callable[..., Any], steps: int = 1
    ) -> Callable[..., Iterator[ValidationError]]:
        def run_limited(*arguments: Any) -> Iterator[ValidationError]:
            self._steps += steps
            if self._steps > _MAX_STEPS:
                raise _CheckLimitError
            yield from rule(*arguments) or ()

        return run_limited


def _is_match(pattern: str, text: str) -> bool:
    try:
        return regex.search(pattern, text[:10_000], timeout=_PATTERN_TIMEOUT_SECONDS) is not None
    except TimeoutError as error:
        raise _CheckLimitError from error


def _check_pattern(
    _validator: Any, pattern: str, value: Any, _schema: Any
) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _is_match(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _check_pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, _schema: Any
) -> Iterator[ValidationError]:
    for pattern, inner in patterns.items() if isinstance(value, dict) else ():
        for name, item in value.items():
            if _is_match(pattern, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _strip_fence(text: str) -> str:
    """Return an answer without the code fence around it, if there is one."""
    first_line, _, rest = text.strip().partition("\n")
    body, _, last_line = rest.rpartition("\n")
    is_fenced = _FENCE_PATTERN.fullmatch(first_line) and last_line.strip() == "```"
    return body if is_fenced else text


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _shorten(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:120]
