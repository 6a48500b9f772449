"""Translates Slack's refusals into errors with a sentence for the person. Calls nothing."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import (
    SlackError,
    StoppedByPerson,
    StreamEnded,
    StreamRefused,
    TransientError,
)
from bot.domain.messages import Message

UNAVAILABLE_MESSAGE = Message("Slack is not answering me right now. Please ask again in a minute.")
RATE_LIMITED_MESSAGE = Message(
    "Slack lets me say only so much a minute. Please ask again in a minute."
)
_MISSING_SCOPE_MESSAGE = (
    "Slack did not let me do that: the app lacks the permission {scope}. Please tell the person who"
    " runs me to reinstall the app from its manifest."
)
_MESSAGES_BY_CODE = {
    "not_in_channel": Message("I am not a member of this channel. Please invite me and ask again."),
    "channel_not_found": Message("I cannot see this channel. Please invite me and ask again."),
    "is_archived": Message("This channel is archived, so I cannot answer here."),
    "restricted_action_thread_locked": Message("This thread is locked, so I cannot answer here."),
    "storage_limit_reached": Message(
        "The workspace has no room left for files. Please delete some."
    ),
    "file_uploads_disabled": Message(
        "Files are switched off in this workspace, so I cannot share any."
    ),
}
_TOKEN_CODES = {"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"}
# Besides, for opening a connection: these stay until someone changes the app or the workspace.
_ACCESS_CODES = {
    "access_denied", "ekm_access_denied", "forbidden_team", "missing_scope",
    "not_allowed_token_type", "no_permission", "org_login_required", "team_access_not_granted",
    "two_factor_setup_required",
}  # fmt: skip
_TOKEN_REJECTED_MESSAGE = Message(
    "Slack does not accept my token any more. Please tell the person who runs me."
)
_TRANSIENT_CODES = {"internal_error", "fatal_error", "service_unavailable", "team_added_to_org"}
_RATE_LIMIT_CODES = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_STREAM_ENDED_CODES = {"message_not_in_streaming_state", "message_not_found", "msg_too_long"}


@contextmanager
def translate_errors(method: str) -> Iterator[None]:
    """Turn what the SDK raises in the block into `SlackError` or `TransientError`."""
    try:
        yield
    except SlackApiError as error:
        raise convert_api_error(error, method) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise build_unavailable_error(method, type(error).__name__) from error
    except SlackClientError as error:
        raise build_unavailable_error(method, type(error).__name__) from error
    except (AttributeError, ValueError) as error:
        # So the SDK fails on a gateway's answer that is no JSON object, with status 200.
        if not _is_raised_by_sdk(error):
            raise
        raise build_unavailable_error(method, "no_json") from error


def _is_raised_by_sdk(error: Exception) -> bool:
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(str(frame.f_globals.get("__name__")).startswith("slack_sdk.") for frame in frames)


def build_unavailable_error(method: str, code: str) -> TransientError:
    """Return the error for a call that Slack did not answer properly."""
    error = TransientError(f"{method}: {code}", user_message=UNAVAILABLE_MESSAGE)
    error.code = code
    return error


def convert_api_error(error: SlackApiError, method: str) -> SlackError | TransientError:
    """Return the error that says what to do about a refusal."""
    # A gateway's HTML page arrives as a string or as None instead of the parsed response, and half
    # a response as a raw response without `data`.
    data = getattr(error.response, "data", None)
    status = getattr(error.response, "status_code", None) or 200
    if not isinstance(data, dict) or not data.get("error"):
        if status != 429:
            return build_unavailable_error(method, "no_json")
        data = {"error": "ratelimited"}
    code = str(data["error"])
    if code in _RATE_LIMIT_CODES:
        rate_limited = TransientError(
            f"{method}: {code}",
            user_message=RATE_LIMITED_MESSAGE,
            retry_after=read_retry_after(error.response.headers) or 1.0,
        )
        rate_limited.code = code
        return rate_limited
    if code in _TRANSIENT_CODES or status >= 500:
        return build_unavailable_error(method, code)
    return _build_slack_error(code, method, data)


def is_permanent_refusal(error: SlackError) -> bool:
    """Whether the token or the app has to be changed before Slack can accept the call."""
    return error.code in _TOKEN_CODES | _ACCESS_CODES


def read_retry_after(headers: Mapping[str, Any] | None) -> float | None:
    """Return the seconds of a `Retry-After` header, None if it has none."""
    for name, value in (headers or {}).items():
        if name.lower() == "retry-after" and str(value).strip().isdecimal():
            return float(value)
    return None


def _build_slack_error(code: str, method: str, data: dict[str, Any]) -> SlackError:
    if code == "missing_scope":
        needed = str(data.get("needed") or "that Slack asks for")
        return SlackError(code, method, user_message=Message(_MISSING_SCOPE_MESSAGE, scope=needed))
    if code == "stopped_by_user":
        return StoppedByPerson(code, method)
    if code in _STREAM_ENDED_CODES and method in ("chat.appendStream", "chat.stopStream"):
        return StreamEnded(code, method)
    user_message = _TOKEN_REJECTED_MESSAGE if code in _TOKEN_CODES else _MESSAGES_BY_CODE.get(code)
    if method == "chat.startStream" and user_message is None:
        # A plain message may still work.
        return StreamRefused(code, method)
    return SlackError(code, method, user_message=user_message)
