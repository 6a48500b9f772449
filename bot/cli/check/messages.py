"""Words for what `easel check` finds when something does not answer as it should. Pure."""

from __future__ import annotations

from datetime import date

from bot.domain.errors import EaselError, SlackError
from bot.domain.model_info import ModelInfo

# What `EaselError.code` holds where a provider answered, and refused the key.
_KEY_REFUSED_CODES = ("401", "403")


def format_key_failure(error: EaselError, url: str, url_setting: str, key_page: str) -> str:
    """Say why the key could not be checked, or that it was refused."""
    if error.code in _KEY_REFUSED_CODES:
        return f"{error}; see {key_page}"
    if error.code.isdecimal():
        return f"not checked: {url} answers {error}; try again later"
    return f"not checked: {format_unreachable(error, url, url_setting)}"


def format_unreachable(error: EaselError, url: str, url_setting: str) -> str:
    """Say what could not be connected to, and what to look at."""
    return f"{url} cannot be reached ({error}); check the network and {url_setting}"


def format_slack_failure(error: EaselError, api_url: str, todo: str) -> str:
    """Say what Slack answered and what to do; or that the token was not checked."""
    if isinstance(error, SlackError):
        return f"Slack answers {error.code}; {todo}"
    if error.code == "no_json":
        return (
            f"not checked: {api_url} does not answer like Slack; check SLACK_API_URL and whether"
            " a proxy answers instead"
        )
    return (
        f"not checked: {api_url} cannot be reached or is unwell ({error.code}); check the network,"
        " and try again"
    )


def format_catalog_source(model_info: ModelInfo, today: str) -> str:
    """Say which copy of the catalogue's entry is used without the catalogue, and how old it is."""
    age = format_age(model_info, today)
    if model_info.is_built_in:
        return f"the built-in copy of {model_info.as_of} ({age})"
    return f"the stored copy of {model_info.as_of} ({age})"


def format_stored_copy(model_info: ModelInfo, today: str) -> str:
    """Say when the catalogue's entry was stored, if it ever was."""
    if model_info.is_built_in:
        return "not stored here yet, which `easel run` does"
    return f"stored here {format_age(model_info, today)}"


def format_age(model_info: ModelInfo, today: str) -> str:
    """Return the age of what is known of a model, in whole days."""
    days = (date.fromisoformat(today) - date.fromisoformat(model_info.as_of)).days
    if days < 0:
        return "by a date in the future: check the clock"
    if days < 2:
        return ("today", "yesterday")[days]
    return f"{days} days ago"
