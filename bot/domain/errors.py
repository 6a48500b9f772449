"""The errors, named by what to do about them.

    EaselError
    ├── UserError         stop; the person who asked can fix it
    ├── TransientError    may pass by itself; `retry_after` seconds, if the other side said so
    ├── OperatorError     does not pass by itself; the operator has to act
    └── StartupError      settings are wrong, or (`NotNow`) something is in the way; lists it all

`user_message` is shown in the thread. `str(error)` is for logs and never reaches Slack. Adapters
translate the exceptions of their libraries, with `raise … from`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import GeneratedFile
from bot.domain.messages import Message

# The code of whatever fails because the disk has no room.
DISK_FULL_CODE = "disk_full"
# The ledger and the metrics hold these words since before the classes had their names.
_RECORDED_NAMES = {
    "AnswerInterrupted": "BrokenOff",
    "ContentModerated": "Moderated",
    "InsufficientCredit": "OutOfCredit",
    "LeaseLost": "ClaimLost",
    "OperatorError": "GiveUp",
    "RequestTooLarge": "TooLarge",
    "StoreError": "StoreFailed",
    "TransientError": "TryLater",
    "UserError": "TellPerson",
}


class CleanReason(str):
    """What another program said of a failure, bounded and without people's words.

    Only what takes those words out makes one, so that the log can let it pass.
    """

    __slots__ = ()


class EaselError(Exception):
    """Base of all expected errors.

    `user_message` says in plain words what happened and what to do. `code` is one word for logs
    and metrics, and contains nothing that a person or the model wrote. `reason` is what the other
    side said, for logs and the ledger; it may be empty. `told` are its sentences as they came: they
    may hold people's words, so they are compared and never kept.
    `method` is Slack's, where a call of it failed. `is_unbilled`: it is certain that nothing was
    charged.
    """

    user_message = Message("Something went wrong on my side. Please ask again.")
    code = ""
    method = ""
    reason = CleanReason()
    told = ""
    is_unbilled = False

    def __init__(self, detail: str = "", *, user_message: Message | None = None) -> None:
        super().__init__(detail or self.user_message)
        if user_message is not None:
            self.user_message = user_message

    @property
    def recorded_code(self) -> str:
        """One word for the ledger and the metrics: `code`, or else the kind of error."""
        name = type(self).__name__
        return self.code or _RECORDED_NAMES.get(name, name)


class UserError(EaselError):
    """The question cannot be answered as it is; the person who asked can change that."""


class ChoiceNeeded(UserError):
    """The person has to choose something first. `attachments` show what there is."""

    def __init__(
        self, detail: str, *, user_message: Message, attachments: tuple[GeneratedFile, ...]
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.attachments = attachments


class FileGone(UserError):
    """The file is no longer in Slack."""


class TransientError(EaselError):
    """It may work later."""

    user_message = Message("The model is not available right now. Please ask again in a minute.")

    def __init__(
        self,
        detail: str = "",
        *,
        user_message: Message | None = None,
        retry_after: float | None = None,
        is_unbilled: bool = False,
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.retry_after = retry_after
        self.is_unbilled = is_unbilled


class NotShown(TransientError):
    """A fault of Easel's own kept a settled answer from being shown. The next attempt shows it."""


class AllowanceUsed(TransientError):
    """The call would be more than is allowed in this minute. The other side was not asked."""


class MachineShort(TransientError):
    """The machine has no descriptors, processes or memory left. `code` is the system's word."""

    user_message = Message(
        "My machine has no room for another connection or program right now, which is no fault of"
        " yours. Please ask again in a minute; if that keeps failing, tell the person who runs"
        " me."
    )


class OperatorError(EaselError):
    """Asking again does not help until the operator has acted."""

    user_message = Message("Something is wrong with my set-up. Please tell the person who runs me.")


class StartupError(EaselError):
    """Easel cannot start. `problems` lists every reason: settings or arguments are wrong."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


class NotNow(StartupError):
    """Settings and arguments may be right, and still it cannot be done now: something that is
    needed is not there, or something is in the way."""

    exit_code = 1


class LeaseLost(OperatorError):
    """Another worker has the question by now. What was done here must not be shown."""


class WordsChanged(Exception):
    """What a request would send was edited or deleted meanwhile. Nothing was sent: ask again with
    what is left. It is no `EaselError`: what makes do with less after one must let it pass."""


class StoreError(TransientError):
    """The database or the disk has failed to read or write."""

    user_message = Message(
        "My disk or database fails right now. Please tell the person who runs me."
    )


class SlackError(OperatorError):
    """Slack refused a call. `code` is Slack's own word for the error, e.g. `channel_not_found`."""

    user_message = Message("Slack did not let me do that. Please tell the person who runs me.")

    def __init__(self, code: str, method: str = "", *, user_message: Message | None = None) -> None:
        super().__init__(f"{method}: {code}" if method else code, user_message=user_message)
        self.code = code
        self.method = method


class ContentRefused(SlackError):
    """Slack refuses how the message is built: a shorter or a plainer one may pass."""

    user_message = Message(
        "Slack did not take this message in any form. Please ask again, perhaps for a shorter"
        " answer."
    )


class StreamRefused(SlackError):
    """Slack allows no streamed message here; a plain message may still work."""


class StreamEnded(SlackError):
    """The streamed message takes no more text; it can still be edited."""


class StoppedByPerson(SlackError):
    """The person pressed Slack's stop button while the reply was streaming."""


class NotUploaded(SlackError):
    """Slack does not have the bytes of a file that should be shared."""
