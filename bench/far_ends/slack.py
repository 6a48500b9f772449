"""Slack's end: sends envelopes built beforehand, and answers every call of the Web API with ok.

Each event goes to one of the open sockets, which take turns. A message's ts holds the mark of its
question, so that a call is matched by one pattern.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time

from bench.far_ends.envelopes import EnvelopeTemplates, build_ts
from bench.far_ends.http import HttpConnection, build_response
from bench.far_ends.model import LAST_WORD
from bench.far_ends.records import Records
from bench.far_ends.websocket import build_frame
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import APP_TOKEN, BOT_TOKEN
from bot.playground.slack.workspace import APP_ID, BOT_ID, BOT_USER, TEAM

_ENVELOPE_PATTERN = re.compile(rb'"envelope-(\d+)-mention"')
_POSTING_METHODS = {"chat.postMessage", "chat.startStream"}
_ECHOED_METHODS = {"chat.postMessage", "chat.startStream", "chat.update", "chat.stopStream"}
_OPEN_METHODS = {"chat.startStream", "chat.appendStream"}  # after these an answer may go on
_SCOPES = b"x-oauth-scopes: " + ",".join(sorted(GRANTED_SCOPES)).encode() + b"\r\n"


class LightSlack:
    """Slack's Web API and its sockets. `first_second` begins the ts of all messages."""

    bot_token, app_token = BOT_TOKEN, APP_TOKEN

    def __init__(self, records: Records, *, origin: str, first_second: int) -> None:
        self._records = records
        self._first_second = first_second
        self._templates = EnvelopeTemplates(first_second)
        self._ts_pattern = re.compile(rb"\b(\d{10})\.000[12]\d\d\b")
        self._reply_numbers = itertools.count(200)
        self._has_last_word: set[int] = set()
        self._sockets: list[HttpConnection] = []
        self._connected = asyncio.Event()  # set, and replaced, as a socket opens
        self._identity = _build_answer(
            url=origin, team="Bench", user="easel", team_id=TEAM, user_id=BOT_USER, bot_id=BOT_ID,
            app_id=APP_ID, is_enterprise_install=False,
        )  # fmt: skip
        self._socket_address = _build_answer(url=origin.replace("http:", "ws:") + "/socket")
        self._ok = _build_answer()

    def answer(self, connection: HttpConnection, path: str, body: bytes) -> None:
        """Answer one call of the Web API."""
        method = path.rpartition("/")[2]
        if method == "auth.test":
            connection.transport.write(self._identity)
        elif method == "apps.connections.open":
            connection.transport.write(self._socket_address)
        else:
            self._answer_call(connection, method, body)

    def open_socket(self, connection: HttpConnection) -> None:
        """Say hello on a new socket and read its acknowledgements."""
        self._sockets.append(connection)
        self._connected.set()
        connection.read_frames(self._read_acknowledgement, lambda: self._forget(connection))
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}}
        connection.transport.write(build_frame(json.dumps(hello).encode()))

    async def wait_until_connected(self, sockets: int = 1) -> None:
        """Wait until that number of sockets is open."""
        while len(self._sockets) < sockets:
            self._connected.clear()
            await self._connected.wait()

    def send_questions(self, marks: range) -> None:
        """Send each question in both of its views: as a mention, and as a message."""
        frames = [(mark, self._templates.build_frames(mark)) for mark in marks]
        for mark, parts in frames:
            self._records.begin(mark, time.perf_counter())
            for frame in parts:
                self._take_socket().transport.write(frame)

    def _answer_call(self, connection: HttpConnection, method: str, body: bytes) -> None:
        found = self._ts_pattern.search(body)
        if found is None:
            connection.transport.write(self._ok)
            return
        mark = int(found[1]) - self._first_second
        ts = found[0]
        if method in _POSTING_METHODS:
            ts = build_ts(self._first_second, mark, next(self._reply_numbers) % 100 + 200)
        connection.transport.write(build_response(self._templates.build_answer(ts)))
        if not method.startswith("chat."):
            return
        if method in _ECHOED_METHODS and self._sockets:
            self._take_socket().transport.write(self._templates.build_echo(mark, ts))
        if LAST_WORD.encode() in body:
            self._has_last_word.add(mark)
        if mark in self._has_last_word and method not in _OPEN_METHODS:
            self._has_last_word.discard(mark)
            self._records.finish(mark)

    def _take_socket(self) -> HttpConnection:
        """Return the socket whose turn it is."""
        socket = self._sockets.pop(0)
        self._sockets.append(socket)
        return socket

    def _forget(self, connection: HttpConnection) -> None:
        if connection in self._sockets:
            self._sockets.remove(connection)

    def _read_acknowledgement(self, text: bytes) -> None:
        found = _ENVELOPE_PATTERN.search(text)
        if found is not None:
            self._records.acknowledge(int(found[1]))


def _build_answer(**fields: object) -> bytes:
    return build_response(json.dumps({"ok": True, **fields}).encode(), headers=_SCOPES)
