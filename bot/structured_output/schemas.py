"""JSON Schemas that answers are held against: ours, and those that people upload. Pure.

A person's schema is hostile input: it may not fetch anything, and neither its patterns nor its
nesting may take longer than a moment (json-schema.org, draft 2020-12).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import regex
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.domain.errors import UserError
from bot.domain.llm import JsonSchema
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
# Each pattern may take a moment, and counts as so many steps.
_PATTERN_TIMEOUT_SECONDS, _PATTERN_STEPS = 0.05, 2_000
_MAX_PROBLEMS = 5
_MAX_SCHEMA_CHARS = 256 * 1024
_NON_NAME_CHARS_PATTERN = re.compile(r"[^A-Za-z0-9_-]+")

_UNUSABLE_SCHEMA_MESSAGE = "I could not use {} as a JSON Schema: {}."


class InvalidSchemaError(UserError):
    """A file that is no JSON Schema Easel can use; `said` names it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What an answer is: `value` as data, and how it fails to fit, in short sentences."""

    value: Any = None
    problems: tuple[str, ...] = ()
    is_data: bool = field(default=True)


def select_schema(output_format: OutputFormat) -> JsonSchema | None:
    """The schema that an answer in `form` is asked for with."""
    return {
        OutputFormat.TABLE: TABLE_SCHEMA,
        OutputFormat.CSV: TABLE_SCHEMA,
        OutputFormat.JSON: DATA_SCHEMA,
    }.get(output_format)


def is_json_schema(text: str) -> bool:
    """Whether a JSON file describes data rather than being it."""
    try:
        value = json.loads(text) if len(text) <= _MAX_SCHEMA_CHARS else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, Mapping):
        return False
    says_so = isinstance(value.get("$schema"), str)
    return says_so or (value.get("type") == "object" and isinstance(value.get("properties"), dict))


def read_schema(name: str, text: str) -> JsonSchema:
    """A person's schema. Raises `WrongSchema`."""
    try:
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
        _LimitedValidator(schema).list_problems({})
    except SchemaError as error:
        where = "/".join(str(part) for part in error.absolute_path)
        raise InvalidSchemaError(
            name, user_message=_UNUSABLE_SCHEMA_MESSAGE.format(name, f"{where or 'it'} is wrong")
        ) from error
    except (Unresolvable, _CheckLimitError, regex.error) as error:
        said = _UNUSABLE_SCHEMA_MESSAGE.format(
            name, "it refers to what is not in it, or is too involved"
        )
        raise InvalidSchemaError(type(error).__name__, user_message=said) from error
    except (ValueError, RecursionError, TypeError) as error:
        raise InvalidSchemaError(
            name, user_message=_UNUSABLE_SCHEMA_MESSAGE.format(name, "it is not readable")
        ) from error
    stem = _NON_NAME_CHARS_PATTERN.sub("_", name.rpartition(".")[0] or name).strip("_")[:60]
    return JsonSchema(stem or "answer", schema, is_uploaded=True)


def check(schema: JsonSchema, answer_text: str) -> CheckResult:
    """Hold an answer against `schema`. Takes a moment: call it in a thread."""
    try:
        value = json.loads(_strip_fence(answer_text), parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        return CheckResult(None, ("it is not JSON",), is_data=False)
    try:
        return CheckResult(value, tuple(_LimitedValidator(schema.schema).list_problems(value)))
    except (_CheckLimitError, Unresolvable, RecursionError, regex.error):
        return CheckResult(value, ("it could not be checked: the schema is too involved",))


class _CheckLimitError(Exception):
    """Checking takes too long."""


class _LimitedValidator:
    """A validator that gives up after a number of steps."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._steps = 0
        own = {
            keyword: self._limit_rule(rule)
            for keyword, rule in Draft202012Validator.VALIDATORS.items()
        }
        own["pattern"] = self._limit_rule(_check_pattern, _PATTERN_STEPS)
        own["patternProperties"] = self._limit_rule(_check_pattern_properties, _PATTERN_STEPS)
        kind = validators.extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]
        self._validator = kind(schema, registry=Registry())

    def list_problems(self, value: Any) -> list[str]:
        found = []
        for error in self._validator.iter_errors(value):
            where = "/".join(str(part) for part in error.absolute_path)
            found.append(f"{_shorten(where) or 'the whole'}: {_shorten(error.message)}")
            if len(found) >= _MAX_PROBLEMS:
                break
        return found

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
    """The JSON in an answer that puts a fence around it."""
    found = re.fullmatch(r"\s*```\w*\s*\n(.*)\n\s*```\s*", text, re.DOTALL)
    return found[1] if found else text


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _shorten(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:120]
