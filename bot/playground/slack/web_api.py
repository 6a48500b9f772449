"""The played Web API over HTTP: checks tokens, scopes, rates and faults, then runs a method.

See `chat.py`, `threads.py`, `files/uploads.py` for the methods, `server.py` for events and people.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from bot.playground.slack import deletion, directory, events
from bot.playground.slack.chat import ChatMethods
from bot.playground.slack.delivery import MAX_ACK_SECONDS, RETRY_AFTER_SECONDS
from bot.playground.slack.faults import ApiError, Fault, FaultQueue
from bot.playground.slack.files.descriptions import describe_file, describe_message
from bot.playground.slack.files.uploads import FileMethods, Spawn
from bot.playground.slack.limits import GRANTED_SCOPES, REQUIRED_SCOPES, RateTiers
from bot.playground.slack.threads import list_history, list_replies
from bot.playground.slack.workspace import APP_ID, BOT_ID, BOT_USER, TEAM, PlayedMessage, Workspace

# New at each start: a page of another site cannot know them.
BOT_TOKEN = f"xoxb-played-{secrets.token_hex(16)}"
APP_TOKEN = f"xapp-played-{secrets.token_hex(16)}"
Emit = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the Web API and its result. Times are from `time.perf_counter`."""

    method: str
    args: Mapping[str, Any]
    status: int
    error: str | None
    started_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class Rules:
    """How the played Slack behaves. Times are in seconds; `latency` is that of a round trip."""

    rate_tiers: bool = True
    latency: float = 0.0
    scopes: Collection[str] = GRANTED_SCOPES
    stream_lifetime: float = 300.0
    share_delay: float = 0.02
    ack_seconds: float = MAX_ACK_SECONDS
    retry_after: Sequence[float] = RETRY_AFTER_SECONDS
    echoes: bool = True  # events about the bot's own messages, as Slack sends them


class WebApi:
    """Answers `/api/{method}`. `emit` sends an event to the app, `spawn` runs a task."""

    def __init__(
        self, workspace: Workspace, rules: Rules, *, origin: str, emit: Emit, spawn: Spawn
    ) -> None:
        self._workspace = workspace
        self.rules = rules
        self._origin = origin
        self._emit = emit
        self._spawn = spawn
        self._tiers = RateTiers(workspace.clock)
        self.calls: list[ApiCall] = []
        self.started = ""  # the method of the last call that has begun
        self.faults = FaultQueue()
        self.uploads = FileMethods(workspace, origin=origin, share_delay=rules.share_delay)
        chat = ChatMethods(workspace, origin=origin, stream_lifetime=rules.stream_lifetime)
        self._methods: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "auth.test": self._test_auth,
            "chat.postMessage": chat.post,
            "chat.postEphemeral": chat.post_ephemeral,
            "chat.update": chat.update,
            "chat.delete": chat.delete,
            "chat.startStream": chat.start_stream,
            "chat.appendStream": chat.append_stream,
            "chat.stopStream": chat.stop_stream,
            "assistant.threads.setStatus": chat.set_status,
            "conversations.replies": self._list_replies,
            "conversations.history": self._list_history,
            "files.getUploadURLExternal": self.uploads.get_url,
            "files.completeUploadExternal": self._complete_upload,
            "files.info": self.uploads.get_info,
            "files.delete": self._delete_file,
            "users.info": partial(directory.get_user_info, workspace),
            "users.list": partial(directory.list_people, workspace),
            "conversations.info": partial(directory.get_channel_info, workspace),
            "conversations.open": partial(directory.open_direct_message, workspace),
            "users.conversations": self._list_conversations,
            "usergroups.list": partial(directory.list_groups, workspace),
        }

    def add_method(self, name: str, method: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        """Answer `name` with what `method` returns for the arguments of a call."""
        self._methods[name] = method

    async def answer(self, request: web.Request) -> web.StreamResponse:
        started_at = time.perf_counter()
        method, args = request.match_info["method"], await _read_arguments(request)
        self.started = method
        fault = self.faults.take(method, args)
        await asyncio.sleep((fault.delay if fault else 0.0) + self.rules.latency / 2)
        status, answer, headers = self._run_method(method, args, _read_token(request, args), fault)
        if self.rules.latency:
            await asyncio.sleep(self.rules.latency / 2)
        error = None if answer.get("ok") else str(answer.get("error"))
        self.calls.append(ApiCall(method, args, status, error, started_at, time.perf_counter()))
        self._workspace.wake_waiters()
        if fault is not None and fault.drop:
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        if fault is not None and fault.html:
            page = "<html>Bad gateway</html>"
            return web.Response(status=fault.status or 502, text=page, content_type="text/html")
        return web.json_response(answer, status=status, headers=headers)

    def _run_method(
        self, method: str, args: Mapping[str, Any], token: str, fault: Fault | None
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        headers = {"x-oauth-scopes": ",".join(sorted(self.rules.scopes))}
        if fault is not None and not fault.is_failure:
            fault = None
        if fault is not None and not fault.after:
            self._end_stream(fault, args)
            return _build_failure(fault, headers)
        try:
            self._check_access(method, args, token)
            wait = self._tiers.count_call(method, str(args.get("channel") or ""))
            if wait is not None and self.rules.rate_tiers:
                return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(wait)}
            answer = {"ok": True, **self._call_method(method, args)}
        except ApiError as error:
            return 200, {"ok": False, "error": error.code, **error.details}, headers
        self._echo(method, answer)
        if fault is not None:
            return _build_failure(fault, headers)
        return 200, answer, headers

    def _end_stream(self, fault: Fault, args: Mapping[str, Any]) -> None:
        """End the stream if the fault claims that it has ended."""
        message = self._workspace.find_message(str(args.get("channel")), str(args.get("ts")))
        if fault.error == "message_not_in_streaming_state" and message is not None:
            message.streaming = False

    def _call_method(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._methods[method](args)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise ApiError("invalid_arguments") from error

    def _check_access(self, method: str, args: Mapping[str, Any], token: str) -> None:
        if method not in self._methods:
            raise ApiError("unknown_method", req_method=method)
        if not token:
            raise ApiError("not_authed")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            raise ApiError("invalid_auth")
        needed = REQUIRED_SCOPES.get(method)
        reads = ("conversations.replies", "conversations.history")
        if method in reads and str(args.get("channel")).startswith("D"):
            needed = "im:history"
        if method == "conversations.info":
            needed = directory.choose_info_scope(self._workspace, args)
        if needed and needed not in self.rules.scopes:
            provided = ",".join(sorted(self.rules.scopes))
            raise ApiError("missing_scope", needed=needed, provided=provided)

    def _echo(self, method: str, answer: Mapping[str, Any]) -> None:
        """Send the app the event about its own message, as Slack does."""
        if not self.rules.echoes or not method.startswith("chat.") or "ts" not in answer:
            return
        message = self._workspace.find_message(str(answer["channel"]), str(answer["ts"]))
        channel = self._workspace.channels[str(answer["channel"])]
        if method == "chat.delete":
            deleted = PlayedMessage(str(answer["ts"]), channel.id, BOT_USER, "", from_bot=True)
            previous = describe_message(deleted, self._origin)
            self._emit(events.build_deleted_event(previous, channel, self._workspace.create_ts()))
        if message is None:
            return
        if method in ("chat.postMessage", "chat.startStream"):
            self._emit(events.build_message_event(message, channel))
        elif method in ("chat.update", "chat.stopStream"):
            described = describe_message(message, self._origin)
            previous, event_ts = {**described, "text": ""}, self._workspace.create_ts()
            self._emit(events.build_changed_event(described, previous, channel, event_ts))

    def _test_auth(self, _args: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "url": self._origin,
            "team": "Playground",
            "user": "easel",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "is_enterprise_install": False,
        }

    def _list_replies(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return list_replies(self._workspace, args, origin=self._origin)

    def _list_history(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return list_history(self._workspace, args, origin=self._origin)

    def _list_conversations(self, args: Mapping[str, Any]) -> dict[str, Any]:
        can_see_private = "groups:read" in self.rules.scopes
        if "private_channel" in str(args.get("types")) and not can_see_private:
            raise ApiError("missing_scope", needed="groups:read")
        return directory.list_conversations(self._workspace, args)

    def _delete_file(self, args: Mapping[str, Any]) -> dict[str, Any]:
        file = self.uploads.find_own_file(args)
        for event in deletion.delete_file(self._workspace, file, origin=self._origin):
            if self.rules.echoes:
                self._emit(event)
        return {}

    def _complete_upload(self, args: Mapping[str, Any]) -> dict[str, Any]:
        def announce(message: PlayedMessage) -> None:
            if self.rules.echoes:
                channel = self._workspace.channels[message.channel]
                event = events.build_message_event(message, channel)
                event["files"] = [describe_file(file, self._origin) for file in message.files]
                self._emit(event)

        return self.uploads.complete(args, self._spawn, announce)


def _build_failure(
    fault: Fault, headers: dict[str, str]
) -> tuple[int, dict[str, Any], dict[str, str]]:
    status = fault.status or (429 if fault.error == "ratelimited" else 200)
    if fault.retry_after is not None or status == 429:
        headers = {**headers, "Retry-After": str(fault.retry_after or 0)}
    error = fault.error or ("ratelimited" if status == 429 else "internal_error")
    return status, {"ok": False, "error": error}, headers


async def _read_arguments(request: web.Request) -> dict[str, Any]:
    """Read the arguments from the query string, the form or the JSON body."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {}
        args |= body if isinstance(body, dict) else {}
    elif request.can_read_body:
        form = await request.post()
        args |= {name: value for name, value in form.items() if isinstance(value, str)}
    return args


def _read_token(request: web.Request, args: Mapping[str, Any]) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header else str(args.get("token") or "")
