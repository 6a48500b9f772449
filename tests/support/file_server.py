"""A server for downloads with scripted responses, which records requests and their tokens.

It serves `files.info` too. See `bot/playground/slack/` for how Slack itself behaves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web


@dataclass(frozen=True)
class FakeResponse:
    """A response. `endless` bodies go on until the client leaves."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    claimed_length: int | None = None  # its Content-Length, true or not
    endless: bool = False
    stalls: bool = False
    drops_connection: bool = False


@dataclass(frozen=True)
class ReceivedRequest:
    path: str
    token: str | None


class FileServer:
    """Answers a path with its `responses` in turn; the last one stays."""

    def __init__(self) -> None:
        self.responses: dict[str, list[FakeResponse]] = {}
        self.info: Any = {"ok": False, "error": "file_not_found"}
        self.infos: list[Any] = []  # come before `info`, one after the other
        self.requests: list[ReceivedRequest] = []
        self.looked_up_ids: list[str] = []
        self.stalling = asyncio.Event()
        self.sent_bytes = 0
        self.url = ""
        self._stopping = asyncio.Event()
        application = web.Application()
        application.router.add_route("*", "/api/files.info", self._get_file_info)
        application.router.add_get("/{tail:.*}", self._serve_file)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)

    @property
    def api_url(self) -> str:
        return f"{self.url}api/"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    def serve(self, path: str, *responses: FakeResponse) -> str:
        """Answer `path` with `answers`, one after the other; return its address."""
        self.responses[path] = list(responses)
        return f"{self.url}{path}"

    async def _get_file_info(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.looked_up_ids.append(str(form.get("file") or request.query.get("file", "")))
        if self.infos:
            self.info = self.infos.pop(0)
        if isinstance(self.info, FakeResponse):
            return web.Response(
                status=self.info.status, body=self.info.body, headers=self.info.headers
            )
        return web.json_response(self.info)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        path = request.path_qs.lstrip("/")
        self.requests.append(ReceivedRequest(path, request.headers.get("Authorization")))
        responses = self.responses.get(path, [FakeResponse(404)])
        answer = responses.pop(0) if len(responses) > 1 else responses[0]
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        if answer.claimed_length is not None:
            response.content_length = answer.claimed_length
        if answer.drops_connection and not answer.body:
            return self._drop_connection(request, response)
        await response.prepare(request)
        await self._write_body(response, answer)
        return self._drop_connection(request, response) if answer.drops_connection else response

    async def _write_body(self, response: web.StreamResponse, answer: FakeResponse) -> None:
        await response.write(answer.body)
        try:
            while answer.endless and not self._stopping.is_set():
                await response.write(b"x" * 4096)
                self.sent_bytes += 4096
        except ConnectionError:
            return
        if answer.stalls:
            self.stalling.set()
            await self._stopping.wait()

    def _drop_connection(
        self, request: web.Request, response: web.StreamResponse
    ) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.close()
        return response
