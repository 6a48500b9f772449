"""The rules of JSON Schema whose usual form takes long, or much memory, on hostile input. Pure.

Each takes a validator, the keyword's value, a part of the answer and the schema around the keyword,
as the library `jsonschema` calls them. None puts a part of the answer into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import regex
from jsonschema.exceptions import ValidationError

from bot.structured_output.bounds import TooInvolvedError

Errors: TypeAlias = Iterator[ValidationError]
# Each pattern may take this long to match.
_PATTERN_TIMEOUT_SECONDS = 0.05


def _check_any(validator: Any, schemas: Any, value: Any, _schema: Any) -> Errors:
    if not any(_is_fitting(validator, schema, value) for schema in schemas):
        yield ValidationError("")


def _check_one(validator: Any, schemas: Any, value: Any, _schema: Any) -> Errors:
    if sum(_is_fitting(validator, schema, value) for schema in schemas) != 1:
        yield ValidationError("")


def _check_not(validator: Any, schema: Any, value: Any, _schema: Any) -> Errors:
    if _is_fitting(validator, schema, value):
        yield ValidationError("")


def _is_fitting(validator: Any, schema: Any, value: Any) -> bool:
    return bool(validator.evolve(schema=schema).is_valid(value))


def _check_enum(_validator: Any, values: Any, value: Any, _schema: Any) -> Errors:
    if _freeze(value) not in {_freeze(item) for item in values}:
        yield ValidationError("")


def _check_const(_validator: Any, wanted: Any, value: Any, _schema: Any) -> Errors:
    if _freeze(value) != _freeze(wanted):
        yield ValidationError("")


def _check_unique(validator: Any, wanted: Any, value: Any, _schema: Any) -> Errors:
    if wanted and validator.is_type(value, "array") and len({*map(_freeze, value)}) < len(value):
        yield ValidationError("")


def _freeze(value: Any) -> Any:
    """Return what is equal for equal data: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return dict, frozenset((name, _freeze(item)) for name, item in value.items())
    if isinstance(value, list):
        return list, tuple(map(_freeze, value))
    return (bool, value) if isinstance(value, bool) else value


def _check_multiple(validator: Any, divisor: Any, value: Any, _schema: Any) -> Errors:
    # As they are written: 0.3 is a multiple of 0.1.
    if validator.is_type(value, "number"):
        quotient = Fraction(str(value)) / Fraction(str(divisor))
        if quotient.denominator != 1:
            yield ValidationError("")


def _check_required(validator: Any, names: Any, value: Any, _schema: Any) -> Errors:
    """One error for all names, with those that are missing as what is wanted."""
    if validator.is_type(value, "object"):
        missing = [name for name in names if name not in value]
        if missing:
            yield ValidationError("", validator_value=missing, validator="required")


def _check_pattern(validator: Any, pattern: str, value: Any, _schema: Any) -> Errors:
    if validator.is_type(value, "string") and not _is_match(pattern, value):
        yield ValidationError("")


def _check_pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, _schema: Any
) -> Errors:
    for pattern, inner in patterns.items() if isinstance(value, dict) else ():
        for name, item in value.items():
            if _is_match(pattern, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _check_additional(validator: Any, inner: Any, value: Any, schema: Any) -> Errors:
    if not validator.is_type(value, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, item in value.items():
        if name in known or any(_is_match(pattern, name) for pattern in patterns):
            continue
        if inner is False:
            yield ValidationError("")
            return
        yield from validator.descend(item, inner, path=name)


def _is_match(pattern: str, text: str) -> bool:
    """Match the whole text: a part of it may fit where the whole does not.

    Raises `TooInvolvedError` where it takes too long.
    """
    try:
        return regex.search(pattern, text, timeout=_PATTERN_TIMEOUT_SECONDS) is not None
    except TimeoutError as error:
        raise TooInvolvedError("a slow pattern") from error


RULES: Mapping[str, Callable[..., Errors]] = {
    "anyOf": _check_any,
    "oneOf": _check_one,
    "not": _check_not,
    "enum": _check_enum,
    "const": _check_const,
    "uniqueItems": _check_unique,
    "multipleOf": _check_multiple,
    "required": _check_required,
    "pattern": _check_pattern,
    "patternProperties": _check_pattern_properties,
    "additionalProperties": _check_additional,
}
