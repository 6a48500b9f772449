"""The played Slack's endpoints for bytes: uploads and downloads of files."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.playground.slack.files.kinds import get_traits
from bot.playground.slack.web_api import BOT_TOKEN, WebApi
from bot.playground.slack.workspace import PlayedFile, Workspace

LOGIN_PAGE = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Sign in to Easel Works | Slack</title>'
    '<link rel="stylesheet" href="https://a.slack-edge.com/bv1-13/signin.css"></head>'
    '<body><form id="signin_form" action="/signin" method="post"></form></body></html>'
)


class FileEndpoints:
    """Takes uploads and serves downloads.

    The faults of "upload" and "download" come from the Web API's queue of faults.
    """

    def __init__(self, api: Callable[[], WebApi], workspace: Workspace) -> None:
        self._api = api
        self._workspace = workspace

    async def upload(self, request: web.Request) -> web.Response:
        data = await request.read()
        fault = self._api().faults.take("upload")
        if fault is not None and not fault.after:
            return web.Response(status=fault.status or 500, text="failed on demand")
        if not self._api().uploads.receive_bytes(request.match_info["ticket"], data):
            return web.Response(status=404, text="no such upload")
        if fault is not None:
            return web.Response(status=fault.status or 500, text="failed on demand")
        return web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        fault = self._api().faults.take("download")
        if fault is not None and fault.html and fault.status is None:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if fault is not None:
            return web.Response(status=fault.status or 500, text="failed on demand")
        file = self._find_file(request.match_info["file"])
        allowed = "files:read" in self._api().rules.scopes
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or not allowed:
            # Slack answers with its sign-in page, with status 200.
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None or file.is_deleted or not get_traits(file.kind).downloads:
            raise web.HTTPNotFound
        if request.path.startswith("/files-tmb/"):
            return _serve_transcript(file)
        served_as = get_traits(file.kind).served_as or file.mimetype
        return web.Response(body=file.data, content_type=served_as)

    def _find_file(self, name: str) -> PlayedFile | None:
        return self._workspace.files.get(name.rpartition("-")[2])


def _serve_transcript(file: PlayedFile) -> web.Response:
    """Serve what Slack has written down of a clip, with the byte order mark that Slack writes."""
    if not file.transcript:
        raise web.HTTPNotFound
    return web.Response(body=file.transcript.encode("utf-8-sig"), content_type="text/vtt")
