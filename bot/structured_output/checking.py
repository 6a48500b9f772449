"""Reads JSON Schemas that people upload, and holds answers against schemas. Pure.

Both are hostile input, so this runs in a decoder with its limits of time and memory: see
`bot.files.sandbox.tasks`. What no decoder should spend time on is refused by `bounds.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry

from bot.domain.safe_text import truncate
from bot.structured_output.bounds import TooInvolvedError, check_bounds, check_depth
from bot.structured_output.rules import RULES

_MAX_ANSWER_DEPTH = 100
_MAX_STEPS = 500_000
_MAX_PROBLEMS, _MAX_PLACE_CHARS, _MAX_WANTED_CHARS = 5, 100, 140
# What names a draft is meant as a schema, also where it is not the JSON that a schema has to be.
_NAMED_DRAFT_PATTERN = re.compile(r'"\$schema"\s*:\s*"https?://json-schema\.org/')
_FENCE_PATTERN = re.compile(r"```\w*\s*")


class SchemaRefusedError(Exception):
    """A schema cannot be used. `place` is where it is wrong, "" if that is not known."""

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.why, self.place = why, place


@dataclass(frozen=True, slots=True)
class Misfit:
    """A place of an answer, "" for the whole, and what the schema wants there."""

    place: str
    wanted: str


def read_schema(text: str) -> dict[str, Any] | None:
    """Return the schema in the text of a JSON file; None if it holds data or is no JSON.

    Raises `SchemaRefusedError` for a schema that cannot be used.
    """
    try:
        value = parse_json(text)
    except (ValueError, RecursionError) as unreadable:
        if _NAMED_DRAFT_PATTERN.search(text):
            raise SchemaRefusedError("wrong") from unreadable
        return None
    if not isinstance(value, dict) or not _is_schema(value):
        return None
    try:
        check_depth(value, _MAX_ANSWER_DEPTH)
        meta_schema = Draft202012Validator(Draft202012Validator.META_SCHEMA)
        error = next(meta_schema.iter_errors(value), None)
        if error is not None:
            raise SchemaRefusedError("wrong", _format_place(error.absolute_path))
        check_bounds(value)
    except SchemaRefusedError:
        raise
    except Exception as error:
        # Of the errors of references and patterns there are many kinds.
        raise SchemaRefusedError("involved") from error
    return value


def parse_answer(text: str) -> Any:
    """Return an answer as data. Raises `ValueError` if it is not JSON or nested too deeply."""
    try:
        value = parse_json(_strip_fence(text))
        check_depth(value, _MAX_ANSWER_DEPTH)
    except (RecursionError, TooInvolvedError) as error:
        raise ValueError("nested too deeply") from error
    return value


def parse_json(text: str) -> Any:
    """Return JSON as data that can be written again: no NaN, no infinity, no half characters.

    Raises `ValueError`, or `RecursionError`.
    """
    value = json.loads(text, parse_constant=_reject_constant, parse_float=_parse_float)
    if "\\u" not in text and text.isprintable():
        return value
    written = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return json.loads(written)


def list_misfits(schema: Mapping[str, Any], value: Any) -> list[Misfit]:
    """Return the first few places where `value` does not fit `schema`.

    Raises `TooInvolvedError` where that takes too many steps, and errors of the library.
    """
    found = []
    for error in _LimitedValidator(schema).iterate(value):
        misfit = _describe(error)
        if misfit not in found:
            found.append(misfit)
        if len(found) >= _MAX_PROBLEMS:
            break
    return found


class _LimitedValidator:
    """A validator that raises `TooInvolvedError` after a number of steps."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._steps = 0
        rules = {**Draft202012Validator.VALIDATORS, **RULES}
        limited = validators.extend(
            Draft202012Validator, {name: self._limit(rule) for name, rule in rules.items()}
        )
        # An empty registry: references to other documents cannot be resolved.
        self._validator = limited(schema, registry=Registry())

    def iterate(self, value: Any) -> Iterator[ValidationError]:
        yield from self._validator.iter_errors(value)

    def _limit(self, rule: Callable[..., Any]) -> Callable[..., Iterator[ValidationError]]:
        def run_limited(
            validator: Any, wanted: Any, value: Any, schema: Any
        ) -> Iterator[ValidationError]:
            self._steps += 1 + (len(wanted) if isinstance(wanted, list | dict) else 0)
            if self._steps > _MAX_STEPS:
                raise TooInvolvedError("too many steps")
            yield from rule(validator, wanted, value, schema) or ()

        return run_limited


def _describe(error: ValidationError) -> Misfit:
    """Say what is wanted, and nothing of what was found."""
    wanted = "false"
    if isinstance(error.validator, str):
        wanted = json.dumps({error.validator: error.validator_value}, ensure_ascii=False)[1:-1]
    return Misfit(_format_place(error.absolute_path), _shorten(wanted, _MAX_WANTED_CHARS))


def _format_place(path: Any) -> str:
    return _shorten("/".join(str(part)[:_MAX_PLACE_CHARS] for part in path), _MAX_PLACE_CHARS)


def _shorten(text: str, max_chars: int) -> str:
    # As JSON may write it: Slack would take what follows it for a mention.
    plain = " ".join(text[: max_chars * 2].replace("`", "'").split())
    return truncate(plain.replace("<", "\\u003c"), max_chars)


def _is_schema(value: Mapping[str, Any]) -> bool:
    if isinstance(value.get("$schema"), str):
        return True
    return value.get("type") == "object" and isinstance(value.get("properties"), dict)


def _strip_fence(text: str) -> str:
    """Return an answer without the code fence around it, if there is one."""
    first_line, _, rest = text.strip().partition("\n")
    body, _, last_line = rest.rpartition("\n")
    is_fenced = _FENCE_PATTERN.fullmatch(first_line) and last_line.strip() == "```"
    return body if is_fenced else text


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _parse_float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large a number")
    return number
