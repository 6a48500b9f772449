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

from bot.domain.errors import TellPerson
from bot.domain.llm import Schema
from bot.domain.options import Form

_CELL = {"type": ["string", "number", "boolean", "null"]}
TABLE = Schema(
    "table",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "summary": {"type": "string", "description": "One sentence, or empty"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"type": "array", "items": _CELL}},
        },
        "required": ["title", "summary", "columns", "rows"],
        "additionalProperties": False,
    },
    strict=True,
)
DATA = Schema(
    "data",
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "data": {}},
        "required": ["title", "data"],
    },
)
_MOST_STEPS = 200_000
# Each pattern may take a moment, and counts as so many steps.
_PATTERN_SECONDS, _PATTERN_STEPS = 0.05, 2_000
_MOST_PROBLEMS = 5
_LARGEST_SCHEMA = 256 * 1024
_NAME = re.compile(r"[^A-Za-z0-9_-]+")

_NO_SCHEMA = "I could not use {} as a JSON Schema: {}."


class WrongSchema(TellPerson):
    """A file that is no JSON Schema Easel can use; `said` names it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer is: `value` as data, and how it fails to fit, in short sentences."""

    value: Any = None
    problems: tuple[str, ...] = ()
    is_data: bool = field(default=True)


def schema_for(form: Form) -> Schema | None:
    """The schema that an answer in `form` is asked for with."""
    return {Form.TABLE: TABLE, Form.CSV: TABLE, Form.JSON: DATA}.get(form)


def looks_like_a_schema(text: str) -> bool:
    """Whether a JSON file describes data rather than being it."""
    try:
        value = json.loads(text) if len(text) <= _LARGEST_SCHEMA else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, Mapping):
        return False
    says_so = isinstance(value.get("$schema"), str)
    return says_so or (value.get("type") == "object" and isinstance(value.get("properties"), dict))


def read_schema(name: str, text: str) -> Schema:
    """A person's schema. Raises `WrongSchema`."""
    try:
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
        _Counted(schema).problems({})
    except SchemaError as error:
        where = "/".join(str(part) for part in error.absolute_path)
        raise WrongSchema(
            name, said=_NO_SCHEMA.format(name, f"{where or 'it'} is wrong")
        ) from error
    except (Unresolvable, _TooMuch, regex.error) as error:
        said = _NO_SCHEMA.format(name, "it refers to what is not in it, or is too involved")
        raise WrongSchema(type(error).__name__, said=said) from error
    except (ValueError, RecursionError, TypeError) as error:
        raise WrongSchema(name, said=_NO_SCHEMA.format(name, "it is not readable")) from error
    stem = _NAME.sub("_", name.rpartition(".")[0] or name).strip("_")[:60]
    return Schema(stem or "answer", schema, given=True)


def check(schema: Schema, text: str) -> Checked:
    """Hold an answer against `schema`. Takes a moment: call it in a thread."""
    try:
        value = json.loads(_bare(text), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Checked(None, ("it is not JSON",), is_data=False)
    try:
        return Checked(value, tuple(_Counted(schema.schema).problems(value)))
    except (_TooMuch, Unresolvable, RecursionError, regex.error):
        return Checked(value, ("it could not be checked: the schema is too involved",))


class _TooMuch(Exception):
    """Checking takes too long."""


class _Counted:
    """A validator that gives up after a number of steps."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._steps = 0
        own = {
            keyword: self._counting(rule)
            for keyword, rule in Draft202012Validator.VALIDATORS.items()
        }
        own["pattern"] = self._counting(_pattern, _PATTERN_STEPS)
        own["patternProperties"] = self._counting(_pattern_properties, _PATTERN_STEPS)
        kind = validators.extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]
        self._validator = kind(schema, registry=Registry())

    def problems(self, value: Any) -> list[str]:
        found = []
        for error in self._validator.iter_errors(value):
            where = "/".join(str(part) for part in error.absolute_path)
            found.append(f"{_short(where) or 'the whole'}: {_short(error.message)}")
            if len(found) >= _MOST_PROBLEMS:
                break
        return found

    def _counting(
        self, rule: Callable[..., Any], steps: int = 1
    ) -> Callable[..., Iterator[ValidationError]]:
        def counted(*given: Any) -> Iterator[ValidationError]:
            self._steps += steps
            if self._steps > _MOST_STEPS:
                raise _TooMuch
            yield from rule(*given) or ()

        return counted


def _matches(pattern: str, text: str) -> bool:
    try:
        return regex.search(pattern, text[:10_000], timeout=_PATTERN_SECONDS) is not None
    except TimeoutError as error:
        raise _TooMuch from error


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, _schema: Any
) -> Iterator[ValidationError]:
    for pattern, inner in patterns.items() if isinstance(value, dict) else ():
        for name, item in value.items():
            if _matches(pattern, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _bare(text: str) -> str:
    """The JSON in an answer that puts a fence around it."""
    found = re.fullmatch(r"\s*```\w*\s*\n(.*)\n\s*```\s*", text, re.DOTALL)
    return found[1] if found else text


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _short(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:120]
