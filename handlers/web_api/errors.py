"""Translates Slack's refusals into errors with a sentence for the person. Calls nothing."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import (
    AllowanceUsed,
    ContentRefused,
    MachineShort,
    SlackError,
    StoppedByPerson,
    StreamEnded,
    StreamRefused,
    TransientError,
)
from bot.domain.messages import Message
from bot.observability.shortages import is_shortage, name_shortage

UNAVAILABLE_MESSAGE = Message("Slack is not answering me right now. Please ask again in a minute.")
RATE_LIMITED_MESSAGE = Message(
    "Slack limits how much I may post each minute, and I have reached that. Please ask again in a"
    " minute."
)
_PACE_SECONDS = 1.0
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
# These, too, stay until someone changes the app or the workspace.
_ACCESS_CODES = {
    "access_denied", "ekm_access_denied", "forbidden_team", "missing_scope",
    "not_allowed_token_type", "no_permission", "org_login_required", "team_access_not_granted",
    "two_factor_setup_required",
}  # fmt: skip
_TOKEN_REJECTED_MESSAGE = Message(
    "Slack does not accept my token any more. Please tell the person who runs me."
)
_TRANSIENT_CODES = {
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
    "update_failed",
}
_RATE_LIMIT_CODES = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_DEFAULT_RETRY_AFTER_SECONDS = 1.0
_STREAM_ENDED_CODES = {"message_not_in_streaming_state", "message_not_found", "msg_too_long"}
# Refusals of a message's place, of Easel, or of the moment, from the methods' pages on
# docs.slack.dev. No other form of the message would change them.
_PLACE_CODES = (
    _TOKEN_CODES
    | _ACCESS_CODES
    | {
        "accesslimited",
        "cannot_reply_to_message",
        "cant_update_message",
        "channel_not_found",
        "channel_type_not_supported",
        "deprecated_endpoint",
        "edit_window_closed",
        "enterprise_is_restricted",
        "external_channel_migrating",
        "invalid_channel",
        "invalid_thread_ts",
        "invalid_ts",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "message_not_owned_by_app",
        "messages_tab_disabled",
        "method_deprecated",
        "method_not_supported_for_channel_type",
        "not_in_channel",
        "posting_to_channel_denied",
        "streaming_state_conflict",
        "team_not_found",
        "thread_not_found",
        "unknown_method",
        "user_not_in_channel",
    }
)
_PLACE_PREFIX = "restricted_action"
_CONTENT_METHODS = {"chat.postMessage", "chat.update", "chat.stopStream", "chat.postEphemeral"}


@contextmanager
def translate_errors(method: str) -> Iterator[None]:
    """Turn what the SDK raises in the block into `SlackError` or `TransientError`."""
    try:
        yield
    except SlackApiError as error:
        raise convert_api_error(error, method) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _build_connection_error(method, error) from error
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


def _build_connection_error(method: str, error: Exception) -> TransientError:
    if not is_shortage(error):
        return build_unavailable_error(method, type(error).__name__)
    short = MachineShort(f"{method}: {name_shortage(error)}")
    short.code = name_shortage(error)
    return short


def build_unavailable_error(method: str, code: str) -> TransientError:
    """Return the error for a call that Slack did not answer properly."""
    error = TransientError(f"{method}: {code}", user_message=UNAVAILABLE_MESSAGE)
    error.code, error.method = code, method
    return error


def build_limit_error(method: str, retry_after: float, code: str) -> TransientError:
    """Return the error for a call that is one too many: Slack has certainly not done it."""
    error = TransientError(
        f"{method}: {code}", user_message=RATE_LIMITED_MESSAGE, retry_after=retry_after
    )
    error.code, error.method = code, method
    return error


def build_allowance_error(method: str) -> AllowanceUsed:
    """Return the error for a call that our own pace does not allow yet."""
    error = AllowanceUsed(
        f"{method}: paced", user_message=RATE_LIMITED_MESSAGE, retry_after=_PACE_SECONDS
    )
    error.code = "paced"
    return error


def convert_api_error(error: SlackApiError, method: str) -> SlackError | TransientError:
    """Return the error that says what to do about a refusal."""
    # A gateway's HTML page arrives as a string or as None instead of the parsed response, and half
    # a response as a raw response without `data`.
    data = getattr(error.response, "data", None)
    status = getattr(error.response, "status_code", None) or 200
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in _RATE_LIMIT_CODES:
        return build_limit_error(method, _find_retry_after(error), code or "ratelimited")
    if not isinstance(data, dict) or not code:
        return build_unavailable_error(method, "no_json")
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
    content_error = _choose_content_error(code, method)
    if content_error is not None:
        return content_error(code, method)
    user_message = _TOKEN_REJECTED_MESSAGE if code in _TOKEN_CODES else _MESSAGES_BY_CODE.get(code)
    if method == "chat.startStream" and user_message is None:
        # A plain message may still work.
        return StreamRefused(code, method)
    return SlackError(code, method, user_message=user_message)


def _choose_content_error(code: str, method: str) -> type[SlackError] | None:
    """Return the error for a message that may pass in another form, or else None.

    What Slack dislikes is the message unless the code names its place: codes that are new as well.
    """
    is_about_place = code in _PLACE_CODES or code.startswith(_PLACE_PREFIX)
    if method in ("chat.appendStream", "chat.stopStream") and code in _STREAM_ENDED_CODES:
        return StreamEnded
    if is_about_place:
        return None
    if method == "chat.appendStream":
        return StreamEnded
    return ContentRefused if method in _CONTENT_METHODS else None


def _find_retry_after(error: SlackApiError) -> float:
    seconds = read_retry_after(getattr(error.response, "headers", None))
    return _DEFAULT_RETRY_AFTER_SECONDS if seconds is None else seconds
