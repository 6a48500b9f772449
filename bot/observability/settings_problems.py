"""Finds all that is wrong with the settings at once. See `bot.config` for what is right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic_core import ValidationError
from pydantic_settings import BaseSettings

from bot.domain.errors import StartupError

_S = TypeVar("_S", bound=BaseSettings)


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
    return f"{name}: {message}" if name else message
