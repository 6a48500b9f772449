"""The running Easel that most end-to-end tests share, and the engine that holds its data.

What depends on the engine runs on both; `--every-engine` runs everything on both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.easel import UNHURRIED, EaselEnvironment, run_easel
from tests.support.patience import be_patient
from tests.support.postgres import run_on_postgres, skip_without_postgres

# Where a test looks into the file of SQLite, or makes its disk fail.
_OF_SQLITE = frozenset(
    {"test_storage_failures", "test_shortages", "test_operators", "test_question_life"}
)
# What questions, answers, files and money go through on their way.
_ON_BOTH = frozenset(
    {"test_main_job", "test_acknowledged", "test_claims", "test_budgets", "test_erasing"}
    | {"test_late_files", "test_versions"}
)
# What asks a dozen times in one thread, of which Slack would take a message a second.
_UNHURRIED = frozenset(
    {"test_versions", "test_help", "test_back_references", "test_editing", "test_picture_menus"}
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    is_of_sqlite = metafunc.definition.get_closest_marker("of_sqlite") is not None
    is_one_enough = metafunc.definition.get_closest_marker("one_engine") is not None
    is_for_both = module in _ON_BOTH and not is_one_enough
    is_for_both = is_for_both or metafunc.config.getoption("--every-engine")
    if is_for_both and module not in _OF_SQLITE and not is_of_sqlite:
        metafunc.parametrize("engine", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(autouse=True)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Where the services of a test keep their data."""
    name: str = getattr(request, "param", "sqlite")
    if name == "sqlite":
        yield name
        return
    skip_without_postgres()
    async with run_on_postgres(request.getfixturevalue("postgres_server")):
        yield name


@pytest.fixture
async def easel(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[EaselEnvironment]:
    module = request.module.__name__.rpartition(".")[2]
    async with run_easel(
        tmp_path / "data", **(UNHURRIED if module in _UNHURRIED else {})
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch)
