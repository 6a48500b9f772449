"""What the played Slack can do instead of its work, under names that people understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SlackFailure:
    """A failure of one call; `fields` are those of `Fault`. Without `methods` it fits every one."""

    label: str
    fields: Mapping[str, Any]
    methods: tuple[str, ...] = field(default=())


# What a person sees Easel do, by the method that it calls for it.
SLACK_METHODS = {
    "chat.startStream": "Beginning an answer",
    "chat.appendStream": "Adding to an answer",
    "chat.stopStream": "Ending an answer",
    "chat.postMessage": "Posting a message",
    "chat.update": "Changing a message",
    "assistant.threads.setStatus": "Showing “is thinking…”",
    "files.getUploadURLExternal": "Beginning an upload",
    "upload": "Taking the bytes of an upload",
    "files.completeUploadExternal": "Sharing files",
    "download": "Reading a file",
    "conversations.replies": "Reading a thread",
    "users.info": "Looking up a person",
    "views.open": "Opening a form",
}
_BYTES = ("upload", "download")  # plain HTTP: without Slack's codes
_CALLS = tuple(method for method in SLACK_METHODS if method not in _BYTES)
_STREAMS = ("chat.appendStream", "chat.stopStream")
SLACK_FAILURES: dict[str, SlackFailure] = {
    "busy": SlackFailure(
        "too many requests (429)", {"error": "ratelimited", "retry_after": 1}, _CALLS
    ),
    "error": SlackFailure("server error (500)", {"status": 500}),
    "page": SlackFailure("a gateway's page instead (502)", {"html": True, "status": 502}, _CALLS),
    "internal": SlackFailure("refused (internal_error)", {"error": "internal_error"}, _CALLS),
    "unsupported": SlackFailure(
        "not in this channel (channel_type_not_supported)",
        {"error": "channel_type_not_supported"},
        ("chat.startStream",),
    ),
    "over": SlackFailure(
        "the answer is over already (message_not_in_streaming_state)",
        {"error": "message_not_in_streaming_state"},
        _STREAMS,
    ),
    "expired": SlackFailure(
        "too late (expired_trigger_id)", {"error": "expired_trigger_id"}, ("views.open",)
    ),
    "gone": SlackFailure("a page for signing in instead", {"html": True}, ("download",)),
    "cut": SlackFailure("the connection breaks", {"drop": True}, _CALLS),
    "lost": SlackFailure(
        "it is done, and the answer is lost", {"drop": True, "after": True}, _CALLS
    ),
    "late": SlackFailure("10 seconds late", {"delay": 10.0}, _CALLS),
}


def list_failures(method: str) -> list[str]:
    """Return the names of the failures that fit a method."""
    return [
        name for name, one in SLACK_FAILURES.items() if not one.methods or method in one.methods
    ]
