"""Keeps the chats of a played workspace in a file, as they change, for the next start.

What only lasts a moment is not kept: statuses, and what one person sees until they reload.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import structlog

from bot.domain.errors import CleanReason, StartupError
from bot.playground.keeping import forms
from bot.playground.keeping.folder import APPLICATION_ID, CHATS_NAME, prepare_private_file
from bot.playground.slack import PlayedFile, Workspace
from bot.playground.slack.workspace import Change

log = structlog.get_logger(__name__)
_FORM = 1  # of the table and of what is in it
# Changes come many a second while an answer grows; so each is not one transaction.
_REST_SECONDS = 0.1
# What reading raises where the file, or what is in it, is damaged or of another form.
_DAMAGES = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_MAX_REASON = 200
_SCHEMA = """
create table if not exists kept (
  kind text not null, id text not null, body text not null, data blob not null,
  primary key (kind, id)
) without rowid
"""

# By kind and id: what is kept of it and its bytes; None: it is deleted.
Rows: TypeAlias = "dict[tuple[str, str], tuple[str, bytes] | None]"


class KeptChats:
    """The chats in a folder. `id` stays the same for as long as the folder lives."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self.folder = folder
        self._database = database
        self._unwritten: Rows = {}
        self._known: dict[tuple[str, str], object] = {}  # what is written of files and places
        self.id = self._read_id()

    def load(self, workspace: Workspace) -> None:
        """Bring everything kept into the workspace. Raises `StartupError` if it is damaged."""
        try:
            for body, _ in self._read("places"):
                forms.fill_places(body, workspace)
            for body, data in self._read("file"):
                file = forms.decode_file(body, data)
                workspace.files[file.id] = file
            found = [
                forms.decode_message(body, workspace.files) for body, _ in self._read("message")
            ]
            for message in sorted(found, key=lambda one: one.ts):
                workspace.add(message)
                workspace.resume_after(message.ts)
        except _DAMAGES as error:
            reason = " ".join(str(error).split())[:_MAX_REASON]
            raise _build_refusal(self.folder, f"its chats cannot be read ({reason})") from error
        for file in workspace.files.values():
            self._known["file", file.id] = _sign_file(file)

    @asynccontextmanager
    async def follow(self, workspace: Workspace) -> AsyncIterator[None]:
        """Write every change while the block runs; at its end, all is written."""
        with workspace.watch() as changes:
            task = asyncio.create_task(self._write_changes(workspace, changes))
            try:
                yield
            finally:
                changes.put_nowait(None)
                await task

    async def _write_changes(
        self, workspace: Workspace, changes: asyncio.Queue[Change | None]
    ) -> None:
        is_open = True
        while is_open:
            batch = [await changes.get()]
            if batch[0] is not None:
                await asyncio.sleep(_REST_SECONDS)
            while not changes.empty():
                batch.append(changes.get_nowait())
            is_open = None not in batch
            self._collect(workspace, [change for change in batch if change is not None])
            if self._unwritten:
                await asyncio.to_thread(self._write_rows)

    def _collect(self, workspace: Workspace, changes: list[Change]) -> None:
        """Note what is to be written, as it is now."""
        for change in changes:
            if change.message is None:
                continue
            message = workspace.find_message(change.channel, change.message.ts)
            key = ("message", f"{change.channel} {change.message.ts}")
            self._unwritten[key] = None if message is None else (forms.encode_message(message), b"")
        for file in list(workspace.files.values()):
            sign = _sign_file(file)
            if self._known.get(("file", file.id)) != sign:
                self._known["file", file.id] = sign
                self._unwritten["file", file.id] = (forms.encode_file(file), file.data)
        places = forms.encode_places(workspace)
        if self._known.get(("places", "")) != places:
            self._known["places", ""] = places
            self._unwritten["places", ""] = (places, b"")

    def _write_rows(self) -> None:
        """Write what is noted, in one transaction. What cannot be written stays noted."""
        try:
            with self._database:
                for (kind, id_), row in self._unwritten.items():
                    self._database.execute(
                        "delete from kept where kind = ? and id = ?", (kind, id_)
                    )
                    if row is not None:
                        self._database.execute(
                            "insert into kept values (?, ?, ?, ?)", (kind, id_, *row)
                        )
        except sqlite3.Error as error:
            log.error(
                "chats_not_kept",
                data=CleanReason(str(self.folder)),
                reason=CleanReason(str(error)),
            )
            return
        self._unwritten.clear()

    def _read(self, kind: str) -> Iterator[tuple[str, bytes]]:
        rows = self._database.execute("select body, data from kept where kind = ?", (kind,))
        return ((str(body), bytes(data)) for body, data in rows.fetchall())

    def _read_id(self) -> str:
        for body, _ in self._read("chats"):
            return body
        found = secrets.token_hex(8)
        with self._database:
            self._database.execute("insert into kept values ('chats', '', ?, x'')", (found,))
        return found


@contextmanager
def open_kept_chats(folder: Path) -> Iterator[KeptChats]:
    """Open the chats of a folder of `open_kept_folder`. Raises `StartupError` if they are damaged,
    or were written by a newer Easel."""
    path = folder / CHATS_NAME
    try:
        prepare_private_file(path)
        database = sqlite3.connect(path, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _build_refusal(folder, f"{path.name} cannot be opened ({error})") from error
    try:
        yield _prepare(database, folder)
    finally:
        with suppress(sqlite3.Error):
            database.close()


def _prepare(database: sqlite3.Connection, folder: Path) -> KeptChats:
    try:
        (form,) = database.execute("pragma user_version").fetchone()
        if form > _FORM:
            raise _build_refusal(folder, "a newer Easel has written it; use that one")
        database.execute("pragma secure_delete = on")
        with database:
            # Both are in the head of the file from its first bytes on.
            database.execute("begin immediate")
            database.execute(f"pragma application_id = {APPLICATION_ID}")
            database.execute(f"pragma user_version = {_FORM}")
            database.execute(_SCHEMA)
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        return KeptChats(folder, database)
    except sqlite3.Error as error:
        raise _build_refusal(folder, f"{CHATS_NAME} cannot be read ({error})") from error


def _sign_file(file: PlayedFile) -> object:
    return (forms.encode_file(file), len(file.data))


def _build_refusal(folder: Path, reason: str) -> StartupError:
    return StartupError([f"--keep {folder}: {reason}"])
