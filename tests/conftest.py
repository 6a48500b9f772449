"""Fixtures of all tests: a clean environment, no network beyond this machine, a database."""

from __future__ import annotations

import gc
import importlib
import io
import logging
import os
import socket
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import stamina
import structlog
from hypothesis import HealthCheck, settings

from bot.config import list_setting_names
from bot.observability import logging as logs
from storage.engine.database import Database
from storage.engine.postgresql.opening import open_postgres
from storage.engine.sqlite import open_database
from tests.support.new_databases import lay_new_database
from tests.support.postgres import create_database, skip_without_postgres, start_server
from tests.support.thorough import IS_THOROUGH

# The same examples at every run, however busy the machine is. `make fuzz` takes others, and more.
_BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _BUSY_MACHINE, derandomize=True)
settings.register_profile("random", _BUSY_MACHINE, max_examples=500)
settings.load_profile("random" if IS_THOROUGH else "same")

_LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-engine", action="store_true", help="run every end-to-end test on PostgreSQL, too"
    )


# A file system in memory, where there is room: the tests open thousands of databases, each of which
# waits for the disk at every commit.
_MEMORY_FOLDER = Path("/dev/shm")
_MIN_FREE_BYTES = 4 * 1024**3


def pytest_configure() -> None:
    gc.disable()  # until all tests are collected, of which nothing is garbage
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _has_memory_folder():
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY_FOLDER)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Let each process of a parallel run begin with other modules of tests.

    Pytest rewrites a module for the first that imports it, and keeps that: in a fresh clone all
    would rewrite the same modules at the same time. The order of the tests stays that of one run.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    folders = [path for name in session.config.args if (path := Path(name)).is_dir()]
    files = [path for folder in folders for path in sorted(folder.rglob("test_*.py"))]
    first = len(files) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for path in files[first:] + files[:first]:
        name = path.resolve().relative_to(session.config.rootpath.resolve()).with_suffix("")
        # Whatever is wrong with a module is told when its tests are collected.
        with suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(name.parts))


# What takes longest. Begun last, it would run alone while the other processes have nothing to do.
_LONG = (
    "tests/chaos/", "tests/security/", "tests/fuzz/", "tests/end_to_end/test_statuses.py",
    "tests/unit/queue/test_worker_machine.py", "tests/unit/cli/",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests; all others keep their order."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


# Of objects made and not yet freed, as of the running service: see `bot/app/collector.py`.
_OBJECTS_BETWEEN_LOOKS = 20_000


def pytest_collection_finish() -> None:
    """Keep the collector from looking at thousands of collected tests again and again."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *gc.get_threshold()[1:])
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a logged half of a surrogate pair from ending the process that reports it."""
    report = yield
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    return report


def _has_memory_folder() -> bool:
    try:
        found = os.statvfs(_MEMORY_FOLDER)
    except OSError:
        return False
    return os.access(_MEMORY_FOLDER, os.W_OK) and found.f_bavail * found.f_frsize > _MIN_FREE_BYTES


class NetworkAccessError(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in _LOOPBACK_HOSTS:
            raise NetworkAccessError(str(address[0]))
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


@pytest.fixture(autouse=True)
def _no_waiting_between_tries() -> Iterator[None]:
    """Retry as often as usual, but without the growing waits."""
    stamina.set_testing(True, attempts=100, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list_setting_names():
        monkeypatch.delenv(name, raising=False)
    # A developer's own .env must not reach a test.
    monkeypatch.setenv("EASEL_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo what a test configures: its stream is closed when the next test logs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    if root.handlers != handlers:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that all test processes share."""
    skip_without_postgres()
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patched:
        # A busy machine may need more than the five or twenty seconds that transactions have.
        for name in ("_MAX_SECONDS", "_MAX_ARRIVAL_SECONDS"):
            patched.setattr(f"storage.engine.postgres.{name}", 120.0)
        # Each process of a parallel run has a folder of its own in one that they share.
        yield start_server(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
async def postgres_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a PostgreSQL database with Easel's tables, for one test."""
    skip_without_postgres()
    async with create_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with Easel's tables: SQLite, or what the parameter of the fixture says."""
    if getattr(request, "param", "sqlite") == "postgresql":
        skip_without_postgres()
        async with (
            create_database(request.getfixturevalue("postgres_server")) as url,
            open_postgres(url) as replicated,
        ):
            yield replicated
        return
    lay_new_database(tmp_path / "easel.db")
    async with open_database(tmp_path / "easel.db") as opened:
        yield opened


@pytest.fixture
def specs() -> Path:
    """The folder of the providers' own specifications, if the environment names one."""
    folder = os.environ.get("EASEL_SPECS")
    if not folder:
        pytest.skip("EASEL_SPECS is unset: no specifications to compare with")
    return Path(folder)


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """The log of all loggers, at the lowest level."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
