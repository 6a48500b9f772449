"""Errors of downloads, with a sentence for the person that names the file. Calls nothing."""

from __future__ import annotations

from bot.domain.errors import FileGone, SlackError, UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message

SIGN_IN_MESSAGE = (
    "I could not open {name}: Slack showed a sign-in page instead of the file. Please tell the"
    " person who runs me to give the app files:read and to reinstall it."
)
EXTERNAL_MESSAGE = (
    "I could not open {name}: it is not stored in Slack itself. Please upload it here."
)
EMPTY_MESSAGE = "I could not open {name}: it is empty."
_DOWNLOAD_FAILED_MESSAGE = (
    "I could not open {name}: Slack did not hand it over. Please send it again."
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
_TOO_LARGE_MESSAGE = (
    "I could not open {name}: it is larger than {megabytes} MB. Please send a smaller one."
)


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
        raise DownloadError(file.mode, user_message=Message(EXTERNAL_MESSAGE, name=name))
    if file.size > max_bytes:
        raise build_too_large_error(name, max_bytes)


def build_too_large_error(name: str, max_bytes: int) -> DownloadError:
    megabytes = max_bytes // (1024 * 1024)
    return DownloadError(
        "too large", user_message=Message(_TOO_LARGE_MESSAGE, name=name, megabytes=megabytes)
    )


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
    return DownloadError(str(error), user_message=Message(_ACCESS_DENIED_MESSAGE, name=name))
