"""The files.* methods: the upload in three steps, its share a little later, files.info."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.playground.slack.chat import find_open_channel
from bot.playground.slack.faults import ApiError
from bot.playground.slack.files.descriptions import describe_file
from bot.playground.slack.files.kinds import (
    SNIPPET_TYPES,
    PostedFile,
    find_filetype,
    get_traits,
)
from bot.playground.slack.files.picture_size import measure_picture
from bot.playground.slack.workspace import BOT_USER, PlayedFile, PlayedMessage, Workspace

Args = Mapping[str, Any]
Announce = Callable[[PlayedMessage], None]
Spawn = Callable[[Awaitable[None]], None]
MAX_ALT_CHARS, MAX_SNIPPET_BYTES = 1000, 1_000_000
_NUMBERS_PER_START = 1000


class FileMethods:
    """The methods files.* of a workspace. `share_delay`: seconds until a share appears."""

    def __init__(self, workspace: Workspace, *, origin: str, share_delay: float) -> None:
        self._workspace = workspace
        self._origin = origin
        self._share_delay = share_delay
        self._expected: dict[str, PlayedFile] = {}  # by ticket, until the bytes arrive
        self._uploaded: dict[str, PlayedFile] = {}  # by file id, until the upload is completed
        # An upload of an earlier start that was never shared is not in the workspace any more.
        highest = max((int(file_id[1:]) for file_id in workspace.files), default=0)
        self._numbers = -(-highest // _NUMBERS_PER_START) * _NUMBERS_PER_START

    def create_file(self, name: str, data: bytes, user: str) -> PlayedFile:
        """Create a file as Slack would list it."""
        return self._store(PostedFile(name, data), user, "")

    def put(self, upload: PostedFile, user: str) -> PlayedFile:
        """Store a file of any kind that a person uploads."""
        return self._store(upload, user, get_traits(upload.kind).mimetype)

    def _store(self, upload: PostedFile, user: str, mimetype: str) -> PlayedFile:
        self._numbers += 1
        guessed_type = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        file = PlayedFile(
            id=f"F{self._numbers:08d}",
            name=upload.name,
            mimetype=mimetype or guessed_type,
            user=user,
            data=upload.data,
            created=int(self._workspace.clock()),
            alt=upload.alt,
            transcript=upload.transcript,
            mode=get_traits(upload.kind).mode,
            kind=upload.kind,
            filetype=upload.filetype or find_filetype(upload.name, upload.kind),
        )
        file.width, file.height = measure_picture(upload.data)
        self._workspace.files[file.id] = file
        return file

    def get_url(self, args: Args) -> dict[str, Any]:
        """Take step one: create the file and the address for its bytes."""
        name, alt = str(args.get("filename") or ""), str(args.get("alt_txt") or "")
        length = str(args.get("length") or "0")
        if not name or not length.isdecimal() or int(length) == 0:
            raise ApiError("missing_argument")
        if len(alt) > MAX_ALT_CHARS:
            raise ApiError("alt_txt_too_large")
        snippet_type = str(args.get("snippet_type") or "")
        if snippet_type and snippet_type not in SNIPPET_TYPES:
            raise ApiError("unknown_snippet_type")
        if snippet_type and int(length) > MAX_SNIPPET_BYTES:
            raise ApiError("snippet_too_large")
        file = self._create_upload(name, snippet_type)
        file.alt = alt
        ticket = secrets.token_hex(16)
        self._expected[ticket] = file
        return {"upload_url": f"{self._origin}/upload/v1/{ticket}", "file_id": file.id}

    def _create_upload(self, name: str, snippet_type: str) -> PlayedFile:
        if not snippet_type:
            return self.create_file(name, b"", BOT_USER)
        return self.put(PostedFile(name, kind="snippet", filetype=snippet_type), BOT_USER)

    def receive_bytes(self, ticket: str, data: bytes) -> bool:
        """Take step two, the bytes; return False for an unknown or used ticket."""
        file = self._expected.pop(ticket, None)
        if file is None:
            return False
        file.data = data
        file.width, file.height = measure_picture(data)
        self._uploaded[file.id] = file
        return True

    def complete(self, args: Args, spawn: Spawn, announce: Announce) -> dict[str, Any]:
        """Take step three: share the uploads in one message, a little later."""
        files_arg = args.get("files")
        items = json.loads(files_arg) if isinstance(files_arg, str) else files_arg
        if not isinstance(items, list) or not items:
            raise ApiError("invalid_arguments")
        channel_id = args.get("channel_id") or args.get("channels")
        channel = (
            find_open_channel(self._workspace, {"channel": channel_id}) if channel_id else None
        )
        ids = [str(item.get("id")) for item in items if isinstance(item, Mapping)]
        if len(set(ids)) < len(ids) or any(file_id not in self._uploaded for file_id in ids):
            raise ApiError("file_not_found")
        files = [self._uploaded.pop(file_id) for file_id in ids]
        for file, item in zip(files, items, strict=True):
            file.title = str(item.get("title") or file.name)
        # The answer precedes the share, so it has neither the type nor the shares.
        not_yet_known = {"mimetype": "", "shares": {}}
        described = [describe_file(file, self._origin) | not_yet_known for file in files]
        if channel is not None:
            message = PlayedMessage(
                ts="",
                channel=channel.id,
                user=BOT_USER,
                text=str(args.get("initial_comment") or ""),
                thread_ts=str(args["thread_ts"]) if args.get("thread_ts") else None,
                files=files,
                from_bot=True,
            )
            spawn(self._share_later(message, announce))
        return {"files": described}

    async def _share_later(self, message: PlayedMessage, announce: Announce) -> None:
        await asyncio.sleep(self._share_delay)
        message.ts = self._workspace.create_ts()
        for file in message.files:
            file.shares.append((message.channel, message.ts, message.thread_ts))
        self._workspace.add(message)
        announce(message)

    def get_info(self, args: Args) -> dict[str, Any]:
        file = self._find_existing(args)
        if file.kind == "access_denied":
            raise ApiError("not_visible")
        return {"file": describe_file(file, self._origin, with_shares=True)}

    def find_own_file(self, args: Args) -> PlayedFile:
        """Return the file that a call names. Raises `ApiError` if it is not the app's."""
        file = self._find_existing(args)
        if file.user != BOT_USER:
            raise ApiError("cant_delete_file")
        return file

    def _find_existing(self, args: Args) -> PlayedFile:
        file = self._workspace.files.get(str(args.get("file") or ""))
        if file is None or file.kind == "hidden_by_limit":
            raise ApiError("file_not_found")
        if file.is_deleted:
            raise ApiError("file_deleted")
        return file
