"""The played Slack: one workspace and its HTTP server.

See `people.py` for what people do in the workspace, `web_api.py` for what the app does.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

from aiohttp import web

from bot.playground.same_site import refuse_browsers
from bot.playground.slack import events
from bot.playground.slack.agent.sessions import AgentSessions
from bot.playground.slack.block_checks import can_take_blocks
from bot.playground.slack.delivery import Delivery, HttpDelivery, deliver
from bot.playground.slack.faults import Fault
from bot.playground.slack.files.endpoints import FileEndpoints
from bot.playground.slack.files.uploads import FileMethods
from bot.playground.slack.people import PersonActions
from bot.playground.slack.sockets import SocketDelivery
from bot.playground.slack.views.alone import show_response
from bot.playground.slack.views.modals import Modals
from bot.playground.slack.views.people import FormActions
from bot.playground.slack.web_api import APP_TOKEN, BOT_TOKEN, ApiCall, Rules, WebApi
from bot.playground.slack.workspace import PlayedMessage, Workspace

_MAX_UPLOAD_BYTES = 256 * 1024 * 1024


class PlayedSlack(PersonActions):
    """A workspace on localhost; an async context manager.

    Events go through Socket Mode, or as HTTP requests to `request_url` if that is set. `origin` is
    the address that the app is told, where something stands before the server.
    """

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    signing_secret = secrets.token_hex(16)  # new at each start

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        port: int = 0,
        origin: str = "",
        request_url: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules or Rules()
        self.workspace = Workspace(clock=clock)
        self.modals = Modals(self.workspace)
        self.sessions = AgentSessions(self.workspace, self.emit, echoes=self.rules.echoes)
        self.forms = FormActions(
            self.modals,
            self.workspace,
            self._send_form,
            get_ack_seconds=lambda: self.rules.ack_seconds,
        )
        self.deliveries: list[Delivery] = []
        self.responses: list[Any] = []  # what the app posted to a response_url
        self.socket = SocketDelivery()
        self.port = port
        self.origin = origin
        self._transport: SocketDelivery | HttpDelivery = self.socket
        if request_url:
            self._transport = HttpDelivery(request_url, self.signing_secret, self.rules.ack_seconds)
        self._event_prefix = secrets.token_hex(3).upper()  # no two workspaces share an event id
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        application = web.Application(
            client_max_size=_MAX_UPLOAD_BYTES, middlewares=[refuse_browsers]
        )
        application.router.add_route("*", "/api/{method}", self._handle_call)
        application.router.add_get("/socket", self.socket.serve)
        files = FileEndpoints(lambda: self.api, self.workspace)
        application.router.add_post("/upload/v1/{ticket}", files.upload)
        application.router.add_get("/files-pri/{file}/{tail:.*}", files.download)
        application.router.add_get("/files-tmb/{file}/file.vtt", files.download)
        application.router.add_post("/app/{tail:.*}", self._record_response)
        application.router.add_post("/actions/{tail:.*}", self._record_response)
        # Calls that hang on purpose are cancelled then; 0 would wait for them for ever.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = int(self._runner.addresses[0][1])
        self.origin = self.origin or f"http://127.0.0.1:{self.port}"
        self.api_url = f"{self.origin}/api/"
        self.api = WebApi(
            self.workspace, self.rules, origin=self.origin, emit=self.emit, spawn=self._spawn
        )
        self.api.add_method("apps.connections.open", self._open_socket)
        self.api.add_method("agents.sessions.rename", self.sessions.rename)
        self.api.add_method("views.open", self.modals.open)
        self.api.add_method("views.update", self.modals.update)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if isinstance(self._transport, HttpDelivery):
            await self._transport.close()
        await self.socket.cut()
        await self._runner.cleanup()

    @property
    def calls(self) -> list[ApiCall]:
        """All calls of the Web API so far, in the order in which they ended."""
        return self.api.calls

    @property
    def uploads(self) -> FileMethods:
        return self.api.uploads

    def emit(self, event: dict[str, Any], *, event_id: str = "") -> Delivery:
        """Send any event to the app."""
        number = next(self._numbers)
        event_id = event_id or f"Ev{self._event_prefix}{number:08d}"
        return self.send_body(events.build_body(event, event_id, int(self.workspace.clock())))

    def send_body(self, body: Any, *, kind: str = "events_api") -> Delivery:
        """Send a whole body to the app, new or already sent before."""
        return self._deliver(body, kind, self.rules.retry_after)

    def _send_form(self, body: dict[str, object]) -> Delivery:
        return self._deliver(body, "interactive", ())

    def _deliver(self, body: Any, kind: str, retry_after: Sequence[float]) -> Delivery:
        delivery = Delivery(body, next(self._numbers), kind=kind)
        self.deliveries.append(delivery)
        if kind == "interactive" and isinstance(body, dict):
            self.modals.note_triggers(body)
        seconds = self.rules.ack_seconds
        self._spawn(
            deliver(delivery, self._transport, ack_seconds=seconds, retry_after=retry_after)
        )
        return delivery

    def fail(self, method: str, **fault: Any) -> None:
        """Make the next call of `method` fail; the fields are those of `Fault`."""
        self.api.faults.add(Fault(method, **fault))

    def list_thread(self, channel: str, root: str) -> list[PlayedMessage]:
        """Return the thread as a person sees it, root first."""
        return self.workspace.list_thread(channel, root)

    def list_replies(self, channel: str, root: str) -> list[PlayedMessage]:
        """Return the bot's messages in the thread."""
        return [message for message in self.list_thread(channel, root) if message.from_bot]

    async def wait_until(self, condition: Callable[[], object], *, seconds: float = 60.0) -> None:
        """Wait until `condition` holds, checked at every change. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self.workspace.wait_for_change()

    async def wait_until_quiet(self) -> None:
        """Wait until every event is delivered and every share has appeared."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def list_calls(self, method: str) -> list[ApiCall]:
        return [call for call in self.calls if call.method == method]

    async def _handle_call(self, request: web.Request) -> web.StreamResponse:
        return await self.api.answer(request)

    async def _record_response(self, request: web.Request) -> web.Response:
        response = await request.json()
        self.responses.append(response)
        # The person alone sees it, where they chose or pressed something.
        content = response if isinstance(response, dict) else {}
        blocks = content.get("blocks") or []
        if not can_take_blocks(blocks):
            return web.Response(status=400, text="invalid_blocks")
        words = [str(block["text"]) for block in blocks if block["type"] == "markdown"]
        text = "\n\n".join(words) or str(content.get("text") or "")
        *_, ts, person = request.path.split("/")
        show_response(self.workspace, ts, person, text, is_markdown=bool(words))
        return web.Response(text="ok")

    def _open_socket(self, _args: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": self.socket.issue_address(self.origin)}

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
