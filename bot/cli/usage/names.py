"""Ask Slack for the names of the people and channels in a report, where Easel may know them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.build_slack import build_client, create_slack_session
from bot.config import Settings
from bot.domain.errors import EaselError
from handlers.web_api.client import SlackCalls
from handlers.web_api.directory import SlackDirectory
from handlers.web_api.errors import translate_errors
from handlers.web_api.name_cache import NameCache
from handlers.web_api.rate_limits import RateLimiter

# More people than this are listed in one go, as far as that goes, before the others are asked for.
_FEW_PEOPLE = 50
_MAX_SECONDS, _MAX_AUTH_SECONDS = 15.0, 5.0
_PAGE = 100
_NAMED_KINDS = ("U", "W", "C", "G")  # how their ids begin; direct messages have no names
# Without Slack the workspace's own address is not known; this one leads there, too.
_ANY_WORKSPACE = "https://slack.com"


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, and the address of the workspace. What has no name is shown by its id."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    address: str = _ANY_WORKSPACE
    _shared: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        counts = Counter(self.people.values()) + Counter(self.channels.values())
        shared = frozenset(name for name, count in counts.items() if count > 1)
        object.__setattr__(self, "_shared", shared)

    def find_name(self, dimension: str, key: str) -> str:
        """Return the name of a person or channel, "" where none is known."""
        if dimension == "user":
            return self.people.get(key, "")
        return self.channels.get(key, "") if dimension == "channel" else ""

    def format_key(self, dimension: str, key: str) -> str:
        """Return what a person reads for `key`: its name, with the id where others have it too."""
        name = self.find_name(dimension, key)
        if not name:
            return key
        shown = f"#{name}" if dimension == "channel" else name
        return f"{shown} ({key})" if name in self._shared else shown

    def build_link(self, channel: str, ts: str, root: str = "") -> str:
        """Return the permalink of a message, as Slack's Copy link gives it; "" where none is."""
        if not channel or not ts:
            return ""
        link = f"{self.address}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={root}&cid={channel}" if root and root != ts else link


async def fetch_names(settings: Settings, people: Sequence[str], channels: Sequence[str]) -> Names:
    """Return the names that Slack tells within some seconds; none where no token is set.

    A private channel keeps its id: who reads the report may not know that it exists. A failure
    leaves ids, and is said.
    """
    if settings.slack_bot_token is None:
        return Names()
    async with create_slack_session() as session:
        client = build_client(settings, session, retry_on_disconnect=False, waits_out_limits=False)
        try:
            async with asyncio.timeout(_MAX_AUTH_SECONDS):
                with translate_errors("auth.test"):
                    address = _read_address(str((await client.auth_test()).get("url") or ""))
        except (EaselError, TimeoutError) as error:
            code = error.code if isinstance(error, EaselError) else ""
            _print_note(code or type(error).__name__)
            return Names()
        cache = NameCache(time.monotonic)
        directory = _build_directory(client, settings, cache)
        try:
            names = await _look_up(directory, people, channels, address)
        finally:
            await directory.close()
    _tell_missing(names, [*people, *channels], cache)
    return names


def _build_directory(
    client: AsyncWebClient, settings: Settings, cache: NameCache
) -> SlackDirectory:
    calls = SlackCalls(lambda _method, _code: None)
    return SlackDirectory(
        client,
        RateLimiter(time.monotonic, rate=settings.slack_rate),
        calls,
        cache,
        bot_user_id="",
        max_wait_seconds=_MAX_SECONDS,
    )


async def _look_up(
    directory: SlackDirectory, people: Sequence[str], channels: Sequence[str], address: str
) -> Names:
    found: dict[str, str] = {}
    deadline = time.monotonic() + _MAX_SECONDS
    if len(people) > _FEW_PEOPLE:
        with contextlib.suppress(TimeoutError):  # what is known by then is used
            async with asyncio.timeout(_MAX_SECONDS / 2):
                await directory.load_people()
    ids = [*channels, *people]
    for start in range(0, len(ids), _PAGE):
        waited = _MAX_SECONDS - max(0.0, deadline - time.monotonic())
        found |= await directory.fetch_names("", ids[start : start + _PAGE], waited_seconds=waited)
    named_people = {id_: found[id_] for id_ in people if id_ in found}
    named_channels = {id_: found[id_] for id_ in channels if id_ in found}
    return Names(named_people, named_channels, address)


def _tell_missing(names: Names, ids: Sequence[str], cache: NameCache) -> None:
    """Say of how many Slack told nothing. Of a private channel it did, and its name is withheld."""
    named = names.people.keys() | names.channels.keys()
    nameless = (id_ for id_ in ids if id_ not in named and id_[:1] in _NAMED_KINDS)
    entries = [cache.find(id_) for id_ in nameless]
    if count := sum(entry is None or not entry.is_private for entry in entries):
        sys.stderr.write(
            f"Names that Slack did not tell in time, or does not know: {count:,}; ids are shown"
            " instead.\n"
        )


def _read_address(url: str) -> str:
    parts = urlsplit(url)
    is_address = parts.scheme in ("http", "https") and bool(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if is_address else _ANY_WORKSPACE


def _print_note(reason: str) -> None:
    sys.stderr.write(
        f"Slack told no names ({reason}): people and channels are shown by their ids.\n"
    )
