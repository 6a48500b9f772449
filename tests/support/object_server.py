"""A server that speaks S3, and a door before it that fails in the ways a far server fails."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from bot.domain.stores.objects import BucketAddress
from storage.objects.connect import connect_bucket
from storage.objects.pace import RemotePace
from storage.objects.remote import RemoteObjects

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAPLAYED",
    "AWS_SECRET_ACCESS_KEY": "played",
    "AWS_REGION": "us-east-1",
}
# The real order of waits, in fractions of a second; for what has to succeed on a busy machine, and
# for what has to fail.
QUICK_PACE = RemotePace(call=1.0, max_bytes=1.0, put=30.0, get=30.0, others=30.0, lasting=0.1)
SHORT_PACE = RemotePace(call=0.1, max_bytes=0.1, put=0.5, get=0.5, others=0.5, lasting=0.1)


@contextmanager
def run_object_server() -> Iterator[str]:
    """Run the server in a thread of this process; yield its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def create_bucket(url: str, name: str) -> None:
    """Create a bucket, as its owner would; one that is there stays."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="PUT")).close()


def connect(
    url: str, bucket: str, *, prefix: str = "team/one", pace: RemotePace = QUICK_PACE
) -> RemoteObjects:
    """Return the store of objects in a bucket of the server at `url`."""
    environment = {**KEYS, "AWS_ENDPOINT_URL": url}
    return connect_bucket(BucketAddress("s3", bucket, prefix), environment, pace=pace)


_PAGES = {
    "rubbish": (200, "<html>Sign in to the network</html>"),
    "no_server": (404, "<html>404 Not Found</html>"),  # of a proxy that has none behind it
    "slow_down": (503, "<Error><Code>SlowDown</Code></Error>"),
}


@dataclass(slots=True)
class FailingDoor:
    """Passes requests on to `target`, unless `fault` says what happens to them instead.

    `fault`: `refused`, `hangs`, `endless`, `rubbish`, `no_server`, `slow_down`, `lost` (done, and
    its answer does not come) or "". `denied`: requests with that method are not allowed.
    """

    target: str
    address: str = ""
    fault: str = ""
    denied: str = ""
    requests: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path_qs}")
        self.arrived.set()
        if request.method == self.denied:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        match self.fault:
            case "refused":
                _drop(request)
            case "hangs":
                await asyncio.Event().wait()
            case "endless":
                return await _send_endlessly(request)
            case fault if fault in _PAGES:
                status, text = _PAGES[fault]
                return web.Response(status=status, text=text)
            case _:
                pass
        response = await self._pass_on(request)
        if self.fault == "lost":
            _drop(request)
        return response

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                request.method,
                f"{self.target}{request.path_qs}",
                data=await request.read(),
                headers=headers,
            ) as answer,
        ):
            kept = ("ETag", "Last-Modified", "Content-Type")
            passed = {name: answer.headers[name] for name in kept if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=passed)


@asynccontextmanager
async def open_failing_door(target: str) -> AsyncIterator[FailingDoor]:
    """Open a door before the server at `target`."""
    door = FailingDoor(target)
    runner = web.ServerRunner(web.Server(door.answer), shutdown_timeout=0.1)  # type: ignore[arg-type] # a fake
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.address = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield door
    finally:
        await runner.cleanup()


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _send_endlessly(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"ETag": '"x"', "Last-Modified": "Sun, 29 Nov 2026 02:00:00 GMT"}
    )
    response.content_length = 1 << 28
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.02)
