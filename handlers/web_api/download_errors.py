"""Errors of downloads, with a sentence for the person that names the file. Calls nothing."""

from __future__ import annotations

from bot.domain.errors import FileGone, MachineShort, SlackError, UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.observability.shortages import is_shortage, name_shortage

_SIGN_IN_MESSAGE = (
    "I could not open {name}: Slack showed a sign-in page instead of the file. Please tell the"
    " person who runs me to give the app files:read and to reinstall it."
)
OTHER_PAGE_MESSAGE = (
    "I could not open {name}: a web page came instead of the file. Please tell the person who runs"
    " me to run `easel check`, and to look for a proxy between me and Slack."
)
OUTSIDE_MESSAGE = (
    "I could not open {name}: Slack sends me to a place outside Slack for it, where I fetch"
    " nothing. Please upload it here."
)
NOT_READY_MESSAGE = (
    "I could not open {name}: Slack has not finished taking it in. Please ask again in a minute."
)
_EXTERNAL_MESSAGE = (
    "I could not open {name}: it is not stored in Slack itself. Please upload it here."
)
EMPTY_MESSAGE = "I could not open {name}: it is empty."
_DOWNLOAD_FAILED_MESSAGE = (
    "I could not open {name}: Slack did not hand it over. Please send it again."
)
_SHORT_MESSAGE = (
    "I could not open {name}: my machine has no room for another connection right now, which is"
    " no fault of yours. Please ask again in a minute; if that keeps failing, tell the person who"
    " runs me."
)
_DELETED_MESSAGE = "I could not open {name}: it was deleted in Slack."
_PARENT_DELETED_MESSAGE = (
    "I could not open {name}: the message that it came with was deleted in Slack."
)
_HIDDEN_MESSAGE = (
    "I could not open {name}: Slack hides it, because it is older than what this workspace's plan"
    " shows. Please upload it again."
)
_ACCESS_DENIED_MESSAGE = "I could not open {name}: Slack does not let me see it."
_NOT_DESCRIBED_MESSAGE = (
    "I could not open {name}: Slack did not tell me about it ({code}). Please tell the person who"
    " runs me."
)
_TOO_LARGE_MESSAGE = (
    "I could not open {name}: it is larger than {megabytes} MB. Please send a smaller one."
)


# What `files.info` answers where a file exists and the app may not see it.
_NO_ACCESS_CODES = (
    "not_visible", "file_not_visible", "access_denied", "no_permission", "not_in_channel",
    "channel_not_found", "team_access_not_granted", "restricted_action",
)  # fmt: skip


class DownloadError(UserError):
    """The bytes of a file are not available; `user_message` names the file."""


class SlackFileDeleted(DownloadError, FileGone):
    """The file is no longer in Slack; `user_message` names it."""


class TransientDownloadError(Exception):
    """Slack did not hand the file over, but may do so when asked again."""


def check_downloadable(file: FileRef, name: str, *, max_bytes: int) -> None:
    """Raise `DownloadError` if Slack's description of the file says that a download would fail."""
    if file.mode == "tombstone" or file.access == "file_not_found":
        raise SlackFileDeleted(file.mode, user_message=Message(_DELETED_MESSAGE, name=name))
    if file.mode == "forgotten":
        raise SlackFileDeleted(file.mode, user_message=Message(_PARENT_DELETED_MESSAGE, name=name))
    if file.mode == "hidden_by_limit":
        raise DownloadError(file.mode, user_message=Message(_HIDDEN_MESSAGE, name=name))
    if file.access == "access_denied":
        raise DownloadError(file.access, user_message=Message(_ACCESS_DENIED_MESSAGE, name=name))
    if file.mode == "external":
        raise DownloadError(file.mode, user_message=Message(_EXTERNAL_MESSAGE, name=name))
    if file.size > max_bytes:
        raise build_too_large_error(name, max_bytes)


def build_too_large_error(name: str, max_bytes: int) -> DownloadError:
    megabytes = max_bytes // (1024 * 1024)
    return DownloadError(
        "too large", user_message=Message(_TOO_LARGE_MESSAGE, name=name, megabytes=megabytes)
    )


def build_sign_in_error(name: str) -> DownloadError:
    return DownloadError("a sign-in page", user_message=Message(_SIGN_IN_MESSAGE, name=name))


def build_connection_error(error: Exception, name: str) -> DownloadError | MachineShort:
    """Return the error for a connection that failed, or that this machine did not open."""
    if not is_shortage(error):
        return build_failed_error(type(error).__name__, name)
    code = error.code if isinstance(error, MachineShort) else name_shortage(error)
    short = MachineShort(code, user_message=Message(_SHORT_MESSAGE, name=name))
    short.code = code
    return short


def build_failed_error(detail: str, name: str) -> DownloadError:
    return DownloadError(detail, user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=name))


def build_status_error(status: int, name: str) -> DownloadError | TransientDownloadError:
    """Return the error for an HTTP status other than 200."""
    if status == 429 or status >= 500:
        return TransientDownloadError(str(status))
    if status in (404, 410):
        return SlackFileDeleted(str(status), user_message=Message(_DELETED_MESSAGE, name=name))
    return build_failed_error(str(status), name)


def build_info_error(error: SlackError, name: str) -> DownloadError:
    """Return the error for Slack's refusal to describe a file."""
    if "missing_scope" in error.code:
        return DownloadError(str(error), user_message=error.user_message)
    if error.code in ("file_not_found", "file_deleted"):
        return SlackFileDeleted(str(error), user_message=Message(_DELETED_MESSAGE, name=name))
    if error.code in _NO_ACCESS_CODES:
        return DownloadError(str(error), user_message=Message(_ACCESS_DENIED_MESSAGE, name=name))
    return DownloadError(
        str(error), user_message=Message(_NOT_DESCRIBED_MESSAGE, name=name, code=error.code)
    )
