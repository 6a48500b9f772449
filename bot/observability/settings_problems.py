"""Finds all that is wrong with the settings at once. See `bot.config` for what is right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic_core import ValidationError
from pydantic_settings import BaseSettings

from bot.domain.errors import StartupError
from bot.domain.safe_text import redact_secrets, reveal_invisible

_S = TypeVar("_S", bound=BaseSettings)
# What is wanted, by the type of pydantic's error. No secret is a number or one of some words.
_WANTED = {
    "literal_error": "{expected}",
    "enum": "{expected}",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_parsing": "true or false",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
}
_MAX_GIVEN_CHARS = 40


def read_what_is_right(model: type[_S], values: Mapping[str, Any]) -> tuple[_S, dict[str, str]]:
    """Return the settings with defaults for wrong ones, and what is wrong, by name.

    Raises `StartupError` for a file of settings that cannot be read.
    """
    known = {str(field.alias): field.default for field in model.model_fields.values()}
    defaults, wrong = dict[str, Any](), dict[str, str]()
    while True:
        try:
            return model(**{**values, **defaults}), wrong
        except ValidationError as error:
            problems = [_format_problem(detail) for detail in error.errors()]
        except (OSError, UnicodeDecodeError) as error:
            problem = f"{values.get('_env_file')} cannot be read: {type(error).__name__}"
            raise StartupError([problem]) from None
        found = {re.split(r"[: ]", problem)[0]: problem for problem in problems}
        if not found.keys() <= known.keys() - wrong.keys():
            raise StartupError([*wrong.values(), *problems])
        wrong |= found
        defaults |= {name: known[name] for name in found}


def drop_told(missing: Sequence[str], wrong: Mapping[str, str]) -> list[str]:
    """Leave out what is not missing but wrong; which key is needed, a wrong provider hides."""
    untold = [problem for problem in missing if problem.split()[0] not in wrong]
    if "EASEL_PROVIDER" in wrong:
        return [problem for problem in untold if problem.startswith("SLACK_")]
    return untold


def _format_problem(detail: Any) -> str:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] in _WANTED:
        wanted = _WANTED[detail["type"]].format(**_read_bounds(detail.get("ctx", {})))
        given = reveal_invisible(str(detail["input"]), _MAX_GIVEN_CHARS)
        message = f"give {wanted}, not “{given}”"
    # A key may have been pasted in the place of another setting.
    message = redact_secrets(message)
    return f"{name}: {message}" if name else message


def _read_bounds(context: Mapping[str, Any]) -> dict[str, str]:
    """Return what was expected, by pydantic's names: words without quotes, numbers as they are."""
    return {
        name: value.replace("'", "") if isinstance(value, str) else f"{value:g}"
        for name, value in context.items()
        if isinstance(value, str | int | float)
    }
