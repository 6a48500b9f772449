"""The scopes and rate tiers of Slack's methods (docs.slack.dev, "Rate limits")."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

# The app's optional scopes: it works without them.
OPTIONAL_SCOPES = frozenset(
    {"channels:read", "groups:read", "im:write", "usergroups:read", "users:read"}
)
GRANTED_SCOPES = OPTIONAL_SCOPES | frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "im:history",
        "mpim:history",
    }
)

REQUIRED_SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
    "assistant.threads.setStatus": "chat:write",
    "agents.sessions.rename": "chat:write",
    "conversations.replies": "channels:history",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "files.delete": "files:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "usergroups.list": "usergroups:read",
    "conversations.open": "im:write",
    "conversations.history": "channels:history",
    "users.conversations": "channels:read",
}

TIER_2, TIER_3, TIER_4 = 20, 50, 100
MAX_CALLS_PER_MINUTE = {
    "chat.postMessage": 300,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.startStream": TIER_2,
    "chat.appendStream": TIER_4,
    "chat.stopStream": TIER_2,
    "assistant.threads.setStatus": 600,
    "agents.sessions.rename": TIER_3,
    "conversations.replies": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.info": TIER_4,
    "files.delete": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "conversations.history": TIER_3,
    "users.conversations": TIER_3,
    "usergroups.list": TIER_2,
    "views.open": TIER_4,
    "views.update": TIER_4,
}
_WINDOW_SECONDS = 60.0
_MAX_POSTS_PER_CHANNEL = 4  # about one a second, with a short burst
_POST_WINDOW_SECONDS = 3.0


class RateTiers:
    """Counts calls, and computes in whole seconds how long to wait after too many."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._call_times: dict[str, deque[float]] = {}

    def count_call(self, method: str, channel: str) -> int | None:
        """Count one call; return Retry-After if the limit is exceeded, else None."""
        limit = MAX_CALLS_PER_MINUTE.get(method)
        if limit is None:
            return None
        wait = self._count_in_window(method, limit, _WINDOW_SECONDS)
        if wait is None and method == "chat.postMessage" and channel:
            wait = self._count_in_window(
                f"{method} {channel}", _MAX_POSTS_PER_CHANNEL, _POST_WINDOW_SECONDS
            )
        return wait

    def _count_in_window(self, key: str, limit: int, window: float) -> int | None:
        times, now = self._call_times.setdefault(key, deque()), self._clock()
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= limit:
            return int(times[0] + window - now) + 1
        times.append(now)
        return None
