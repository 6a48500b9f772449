"""Looks up names of people, channels and groups in Slack, and remembers them for a while.

See `name_cache.py` for how long, and `bot.prompt.names` for what is made of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Person
from bot.domain.errors import EaselError, TransientError
from bot.observability.background_tasks import BackgroundTasks
from handlers.parsing.fields import read_mapping, read_mappings, read_text
from handlers.web_api.client import SlackCalls
from handlers.web_api.errors import build_allowance_error
from handlers.web_api.name_cache import (
    FAILURE_SECONDS,
    NO_SCOPE_SECONDS,
    UNKNOWN_SECONDS,
    NameCache,
    NameEntry,
    build_person_name,
)
from handlers.web_api.rate_limits import RateLimiter

log = structlog.get_logger(__name__)

MAX_WAIT_SECONDS = 0.3
_CALL_TIMEOUT_SECONDS = 10.0
_PAGE_SIZE, _MAX_PAGES = 200, 10
_MAX_CONCURRENT, _MAX_LOOKUPS = 8, 200
_UNAVAILABLE_CODES = ("missing_scope", "unknown_method", "not_allowed_token_type", "no_permission")
_METHODS_BY_KIND = {
    "U": "users.info",
    "W": "users.info",
    "C": "conversations.info",
    "G": "conversations.info",
    "S": "usergroups.list",
}
OWN_NAME = "Easel"


class SlackDirectory:
    """Implements `bot.domain.ports.Directory`, for the workspace of `client`.

    `client` repeats nothing. Look-ups go on in the background after a question stopped waiting.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        rate_limiter: RateLimiter,
        calls: SlackCalls,
        cache: NameCache,
        *,
        bot_user_id: str,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._client = client
        self._max_wait_seconds = max_wait_seconds
        self._rate_limiter = rate_limiter
        self._calls = calls
        self._cache = cache
        self._bot_user_id = bot_user_id
        self._tasks = BackgroundTasks("names", max_tasks=_MAX_LOOKUPS)
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        self._running = dict[str, asyncio.Event]()  # by what is looked up
        self._noted_scopes = set[str]()

    async def fetch_names(
        self,
        team: str,  # noqa: ARG002 - the client is that of one workspace
        ids: Collection[str],
        *,
        channel: str = "",
        waited_seconds: float = 0.0,
    ) -> Mapping[str, str]:
        kinds = {id_: _METHODS_BY_KIND.get(id_[:1], "") for id_ in ids if id_ != self._bot_user_id}
        waits = list[asyncio.Event]()
        for id_, method in kinds.items():
            if method and self._cache.is_lookup_due(id_, method):
                done = self._start_lookup(id_, method)
                if done is not None and self._cache.find(id_) is None:
                    waits.append(done)
        seconds = self._max_wait_seconds - waited_seconds
        if waits and seconds > 0:
            await _wait_for_all(waits, seconds)
        names = {id_: self._cache.find_name(id_, channel) for id_ in kinds}
        if self._bot_user_id in ids:
            names[self._bot_user_id] = OWN_NAME
        return {id_: name for id_, name in names.items() if name}

    async def load_people(self) -> None:
        """Fetch the names of the workspace's people, so that few questions wait for one.

        Of a large workspace only the first pages; a failure leaves all to `fetch_names`.
        """
        method, cursor = "users.list", ""
        try:
            for _ in range(_MAX_PAGES):
                if not self._rate_limiter.try_acquire(method):
                    return
                async with self._calls.call(method, timeout_seconds=_CALL_TIMEOUT_SECONDS):
                    page = _get_data(
                        await self._client.users_list(
                            limit=_PAGE_SIZE, include_locale=True, cursor=cursor or None
                        )
                    )
                for user in read_mappings(page.get("members")):
                    if read_text(user.get("id")) and user.get("deleted") is not True:
                        self._cache.put(read_text(user.get("id")), _read_person(user))
                cursor = read_text(read_mapping(page, "response_metadata").get("next_cursor"))
                if not cursor:
                    return
        except EaselError as error:
            log.info("people_not_listed", error=type(error).__name__, code=error.code)
            if error.code == "missing_scope":  # `users.info` needs the same
                self._note_failure("", "users.info", error)

    def find_locale(self, person: Person) -> str:
        entry = self._cache.find(person.id)
        return entry.locale if entry is not None else ""

    async def close(self) -> None:
        """Cancel the look-ups that still run."""
        await self._tasks.cancel()

    def _start_lookup(self, id_: str, method: str) -> asyncio.Event | None:
        """Return what is set when the look-up ends; None if there is no room for one more."""
        key = method if method == "usergroups.list" else id_
        done = self._running.get(key)
        if done is None:
            done = asyncio.Event()
            if not self._tasks.spawn(self._look_up(id_, method, key, done)):
                return None
            self._running[key] = done
        return done

    async def _look_up(self, id_: str, method: str, key: str, done: asyncio.Event) -> None:
        try:
            async with self._slots:
                await self._call(id_, method)
        except EaselError as error:
            self._note_failure(id_, method, error)
        finally:
            self._running.pop(key, None)
            done.set()

    async def _call(self, id_: str, method: str) -> None:
        if not self._rate_limiter.try_acquire(method):
            raise build_allowance_error(method)
        try:
            async with self._calls.call(method, timeout_seconds=_CALL_TIMEOUT_SECONDS):
                if method == "users.info":
                    person = await self._client.users_info(user=id_, include_locale=True)
                    self._cache.put(id_, _read_person(read_mapping(_get_data(person), "user")))
                elif method == "conversations.info":
                    found = await self._client.conversations_info(channel=id_)
                    self._cache.put(id_, _read_channel(read_mapping(_get_data(found), "channel")))
                else:
                    groups = await self._client.usergroups_list(include_disabled=True)
                    listed = read_mappings(_get_data(groups).get("usergroups"))
                    self._cache.put_groups(
                        {read_text(raw.get("id")): read_text(raw.get("handle")) for raw in listed}
                    )
        except TransientError as error:
            if error.retry_after is not None:
                self._rate_limiter.note_limit(method, error.retry_after)
            raise

    def _note_failure(self, id_: str, method: str, error: EaselError) -> None:
        """Remember that there is no name; an old one stays in use."""
        if error.code in _UNAVAILABLE_CODES:
            # Whether a channel can be read depends on its kind, so only this one is known about.
            subject = id_ if method == "conversations.info" else method
            self._cache.put_failure(subject, id_, NO_SCOPE_SECONDS)
            if method not in self._noted_scopes:
                self._noted_scopes.add(method)
                log.info("names_not_granted", method=method, code=error.code)
            return
        is_passing = isinstance(error, TransientError)
        seconds = FAILURE_SECONDS if is_passing else UNKNOWN_SECONDS
        subject = method if method == "usergroups.list" else id_
        self._cache.put_failure(subject, id_, seconds)


async def _wait_for_all(events: list[asyncio.Event], seconds: float) -> None:
    """Wait until all are set, but no longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            for event in events:
                await event.wait()
    except TimeoutError:
        pass


def _get_data(response: Any) -> Mapping[str, Any]:
    data = getattr(response, "data", None)
    return data if isinstance(data, Mapping) else {}


def _read_person(user: Mapping[str, Any]) -> NameEntry:
    profile = read_mapping(user, "profile")
    candidates = (
        profile.get("display_name"), profile.get("real_name"), user.get("real_name"),
        user.get("name"),
    )  # fmt: skip
    name = build_person_name([read_text(candidate) for candidate in candidates], OWN_NAME)
    return NameEntry(name, locale=read_text(user.get("locale"))[:20])


def _read_channel(channel: Mapping[str, Any]) -> NameEntry:
    is_public = channel.get("is_channel") is True and channel.get("is_private") is not True
    return NameEntry(read_text(channel.get("name")), is_private=not is_public)
