"""The played Slack: one workspace with its doors, and what people do in it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.playground.slack import events
from bot.playground.slack.delivery import Delivery, HttpDelivery, SocketDelivery, deliver
from bot.playground.slack.faults import Fault
from bot.playground.slack.file_doors import FileDoors
from bot.playground.slack.views import event_in, views_of
from bot.playground.slack.web_api import APP_TOKEN, BOT_TOKEN, Call, Rules, WebApi
from bot.playground.slack.workspace import PlayedMessage, Workspace

_LARGEST_UPLOAD = 256 * 1024 * 1024
_VIEWS = ("app_mention", "message")


class PlayedSlack:
    """A workspace on localhost; an async context manager. `request_url` switches to HTTP mode."""

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    signing_secret = "played-secret"  # noqa: S105

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        port: int = 0,
        request_url: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules or Rules()
        self.workspace = Workspace(clock=clock)
        self.deliveries: list[Delivery] = []
        self.socket = SocketDelivery()
        self._port = port
        self._way: SocketDelivery | HttpDelivery = self.socket
        if request_url:
            self._way = HttpDelivery(request_url, self.signing_secret, self.rules.ack_seconds)
        self._name = secrets.token_hex(3).upper()  # no two workspaces share an event id
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=_LARGEST_UPLOAD)
        application.router.add_route("*", "/api/{method}", self._call)
        application.router.add_get("/socket", self.socket.serve)
        doors = FileDoors(lambda: self.api, self.workspace)
        application.router.add_post("/upload/v1/{ticket}", doors.upload)
        application.router.add_get("/files-pri/{file}/{tail:.*}", doors.download)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url = f"{self.origin}/api/"
        self.api = WebApi(
            self.workspace, self.rules, origin=self.origin, emit=self.emit, spawn=self._spawn
        )
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if isinstance(self._way, HttpDelivery):
            await self._way.close()
        await self.socket.cut()
        await self._runner.cleanup()

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far, in the order in which they ended."""
        return self.api.calls

    async def say(
        self,
        channel: str,
        text: str,
        *,
        user: str = "U0ALEX",
        thread_ts: str | None = None,
        files: Iterable[tuple[str, bytes]] = (),
        views: Sequence[str] = _VIEWS,
    ) -> str:
        """A person posts; return the ts.

        A mention in a channel is sent in both `views`, in that order; write
        "app_mention without files" for one that does not carry them.
        """
        uploaded = [self.api.uploads.new_file(name, data, user) for name, data in files]
        message = PlayedMessage(
            ts=self.workspace.next_ts(),
            channel=channel,
            user=user,
            text=text,
            thread_ts=thread_ts,
            files=uploaded,
        )
        for file in uploaded:
            file.shares.append((channel, message.ts, thread_ts))
        self.workspace.add(message)
        for view in views_of(self.workspace, message, views):
            self.emit(event_in(self.workspace, message, view, origin=self.origin))
        return message.ts

    def delete(self, channel: str, ts: str) -> None:
        """A person deletes a message."""
        message = self.workspace.delete(channel, ts)
        if message is not None:
            place = self.workspace.channels[channel]
            ts = self.workspace.next_ts()
            self.emit(events.deleted_event(message, place, ts, origin=self.origin))

    def edit(self, channel: str, ts: str, text: str) -> None:
        """A person edits a message."""
        message = self.workspace.message(channel, ts)
        if message is not None:
            before, message.text, message.edited = message.text, text, True
            self.workspace.changed(message)
            place = self.workspace.channels[channel]
            news = events.changed_event(
                message, place, self.workspace.next_ts(), origin=self.origin, before=before
            )
            self.emit(news)

    def join(self, channel: str, user: str) -> None:
        """A person joins a channel."""
        place = self.workspace.channels[channel]
        place.members.add(user)
        self.emit(events.joined_event(user, place, self.workspace.next_ts()))

    def emit(self, event: dict[str, Any], *, event_id: str = "") -> Delivery:
        """Send any event to the app, as it is."""
        number = next(self._numbers)
        event_id = event_id or f"Ev{self._name}{number:08d}"
        return self.send_body(events.body(event, event_id, int(self.workspace.clock())))

    def press(self, channel: str, ts: str, action_id: str, *, user: str = "U0ALEX") -> Delivery:
        """A person presses a button under a message. Raises `LookupError` if it is not there."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(ts)
        for button in message.buttons:
            if button["action_id"] == action_id:
                pressed = events.pressed_body(message, button, user)
                return self.send_body(pressed, kind="interactive")
        raise LookupError(action_id)

    def press_stop(self, channel: str, root: str, *, user: str = "U0ALEX") -> Delivery:
        """A person presses Slack's own stop button in a thread."""
        streaming = [m.ts for m in self.replies(channel, root) if m.streaming]
        return self.emit(
            {
                "type": "agent_session_stopped",
                "channel": channel,
                "user": user,
                "thread_ts": root,
                "streaming_message_ts": streaming,
                "event_ts": self.workspace.next_ts(),
            }
        )

    def send_body(self, body: dict[str, Any], *, kind: str = "events_api") -> Delivery:
        """Send a whole body, also one that was sent before."""
        delivery = Delivery(body, next(self._numbers), kind=kind)
        self.deliveries.append(delivery)
        rules = self.rules
        self._spawn(
            deliver(
                delivery, self._way, ack_seconds=rules.ack_seconds, retry_after=rules.retry_after
            )
        )
        return delivery

    def event_of(self, channel: str, ts: str, view: str = "message") -> dict[str, Any]:
        """The event of a message that was said without being sent, in one of its views."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(ts)
        return event_in(self.workspace, message, view, origin=self.origin)

    def fail(self, method: str, **fault: Any) -> None:
        """Make the next call of `method` fail; the fields are those of `Fault`."""
        self.api.faults.add(Fault(method, **fault))

    def thread(self, channel: str, root: str) -> list[PlayedMessage]:
        """The thread as a person sees it, root first."""
        return self.workspace.thread(channel, root)

    def replies(self, channel: str, root: str) -> list[PlayedMessage]:
        """What the bot said in the thread."""
        return [message for message in self.thread(channel, root) if message.from_bot]

    async def until(self, met: Callable[[], object], *, seconds: float = 10.0) -> None:
        """Wait until `met()` is true, looking again at every change. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not met():
                await self.workspace.next_change()

    async def reply_in(
        self, channel: str, root: str, *, count: int = 1, seconds: float = 10.0
    ) -> list[PlayedMessage]:
        """Wait for at least `count` messages of the bot, none of them growing, and no status."""

        def done() -> bool:
            found = self.replies(channel, root)
            still = any(message.streaming for message in found)
            return len(found) >= count and not still and not self.workspace.status(channel, root)

        try:
            await self.until(done, seconds=seconds)
        except TimeoutError as error:
            shown = [
                f"{message.user}: {message.text[:200]}" for message in self.thread(channel, root)
            ]
            raise TimeoutError("the thread is still: " + " | ".join(shown)) from error
        return self.replies(channel, root)

    async def quiet(self) -> None:
        """Wait until every event is delivered and every share has appeared."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        return await self.api.answer(request)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
