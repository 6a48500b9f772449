"""The command line as a person meets it: real processes, exit codes, sentences."""

from __future__ import annotations

import importlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.main import COMMAND_MODULES, main
from tests.storage.test_upgrade import create_first_schema
from tests.support.process import ROOT
from tests.unit.cli.bot_process import run_bot


def test_easel_explains_itself(tmp_path: Path) -> None:
    result = run_bot("--help", folder=tmp_path)
    assert result.returncode == 0
    check_explanation(result.stdout)


@pytest.mark.parametrize("name", COMMAND_MODULES)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    check_explanation(capsys.readouterr().out)


def check_explanation(out: str) -> None:
    usage, sentence, *_ = out.split("\n\n")
    assert usage.startswith("usage:")
    assert sentence[0].isupper() and sentence.endswith(".")


def test_wrong_settings_are_told_all_at_once_with_code_2_and_no_secret(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path, SLACK_BOT_TOKEN="xoxp-0-secret", EASEL_PORT="http")
    assert result.returncode == 2
    assert "SLACK_BOT_TOKEN" in result.stderr and "EASEL_PORT" in result.stderr
    assert "secret" not in result.stderr + result.stdout and "Traceback" not in result.stderr


def test_missing_settings_are_told_all_at_once_with_code_2(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path)
    assert result.returncode == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENROUTER_API_KEY"):
        assert name in result.stderr


def test_what_is_missing_is_told_together_with_what_is_wrong(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path, SLACK_BOT_TOKEN="foo", EASEL_DEFAULTS="--foo --bar")
    assert result.returncode == 2
    for told in ("xoxb-", "SLACK_APP_TOKEN is not", "OPENROUTER_API_KEY", "`--foo`", "`--bar`"):
        assert told in result.stderr
    assert result.stderr.count("SLACK_BOT_TOKEN") == 1
    result = run_bot("run", folder=tmp_path, EASEL_PORT="http")
    assert all(told in result.stderr for told in ("EASEL_PORT", "SLACK_BOT_TOKEN", "OPENROUTER"))


def test_a_check_finds_wrong_settings_and_ends_with_2(tmp_path: Path) -> None:
    result = run_bot(
        "check",
        folder=tmp_path,
        EASEL_PORT="99999999",
        SLACK_BOT_TOKEN="xoxb-1 2",
        EASEL_BACKLOG="x",
    )
    assert result.returncode == 2 and not result.stderr
    for name in ("EASEL_PORT", "SLACK_BOT_TOKEN", "EASEL_BACKLOG", "SLACK_APP_TOKEN"):
        assert f"FAIL  settings: {name}" in result.stdout


def test_a_check_of_wrong_settings_tells_that_others_can_read_their_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("EASEL_PORT=99999999\n")
    for mode, count in ((0o644, 1), (0o600, 0)):
        env_file.chmod(mode)
        result = run_bot("check", folder=tmp_path)
        assert result.returncode == 2 and "FAIL  settings: EASEL_PORT" in result.stdout
        assert result.stdout.count("FAIL  modes: .env can be read by other users") == count


@pytest.mark.parametrize("module", COMMAND_MODULES.values())
def test_every_command_has_a_module_that_runs_it(module: str) -> None:
    assert callable(importlib.import_module(module).run_command)


@pytest.mark.parametrize("command", ["usage", "budget"])
def test_a_database_that_cannot_be_read_is_a_sentence_and_no_traceback(
    command: str, tmp_path: Path
) -> None:
    assert run_bot("migrate", folder=tmp_path).returncode == 0
    (path,) = tmp_path.rglob("easel.db")
    with closing(sqlite3.connect(path)) as database:
        for table in ("attempts", "budget_events", "spending"):
            database.execute(f"DROP TABLE {table}")
        database.commit()
    result = run_bot(command, folder=tmp_path, EASEL_BUDGETS="user/day=1")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "easel.db cannot be read or written" in result.stderr
    assert "restore the last back-up" in result.stderr


def test_a_name_in_the_file_that_no_setting_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    lines = ("EASEL_BUDGET=user/day=1", "EASEL_CONCURENCY=3", "EASEL_WARP=9", "OTHER_TOKEN=x")
    (tmp_path / ".env").write_text("\n".join(lines))
    result = run_bot("usage", folder=tmp_path)
    assert result.returncode == 2
    wrong = "EASEL_BUDGET in .env is no setting of Easel"
    assert f"{wrong}: did you mean EASEL_BUDGETS?" in result.stderr
    assert "did you mean EASEL_CONCURRENCY?" in result.stderr
    assert "EASEL_WARP in .env is no setting" in result.stderr
    assert "OTHER_TOKEN" not in result.stderr


def test_a_name_in_the_environment_that_no_setting_has_is_warned_of(tmp_path: Path) -> None:
    address = "tcp://10.0.0.1:3000"
    of_kubernetes = {
        "EASEL_SERVICE_HOST": "10.0.0.1",
        "EASEL_PORT": address,
        "EASEL_PORT_3000_TCP": address,
    }
    result = run_bot("check", folder=tmp_path, EASEL_MODLE="x", **of_kubernetes)
    warning = "warn  settings: EASEL_MODLE in the environment is no setting of Easel"
    assert f"{warning}: did you mean EASEL_MODEL?" in result.stdout
    assert "EASEL_SERVICE_HOST" not in result.stdout and "EASEL_PORT" not in result.stdout


def test_a_check_tells_what_is_in_force_and_where_it_is_from_and_creates_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("EASEL_BUDGETS=user/day=2 workspace/month=100\n")
    result = run_bot("check", folder=tmp_path, EASEL_DEFAULTS="--effort high")
    for line in (
        "budgets: user/day=2 workspace/month=100 (EASEL_BUDGETS, from .env)",
        "defaults: --effort high (EASEL_DEFAULTS, from the environment)",
        "fallbacks: none (EASEL_FALLBACKS, the default)",
        f"home: {tmp_path} (EASEL_HOME, from the environment)",
        f"database: there is none yet; `run` creates {tmp_path}/data/easel.db: SQLite, for one"
        " process",
    ):
        assert f"ok    {line}" in result.stdout
    assert [path.name for path in tmp_path.rglob("*")] == [".env"]


def test_a_check_leaves_an_older_database_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    create_first_schema(tmp_path / "data" / "easel.db")
    before = (tmp_path / "data" / "easel.db").read_bytes()
    result = run_bot("check", folder=tmp_path)
    assert "data/easel.db has schema 0001; the next start brings it to" in result.stdout
    assert (tmp_path / "data" / "easel.db").read_bytes() == before


def test_slack_being_away_at_the_start_is_no_wrong_setting(tmp_path: Path) -> None:
    result = run_bot(
        "run",
        folder=tmp_path,
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        OPENROUTER_API_KEY="k",
        SLACK_API_URL="http://127.0.0.1:9/api/",
    )
    assert result.returncode == 1 and "Slack cannot be reached" in result.stderr


def test_the_service_does_not_load_what_only_others_need() -> None:
    """Developers need some of it, the sandbox's processes Pillow, httpx's own transport httpcore:
    in the service it would only take memory. What PostgreSQL needs is no part of one on SQLite."""
    code = (
        "import runpy, sys; runpy.run_module('bot.__main__', run_name='started');"
        " import bot.app.service, bot.cli.run;"
        " print([m for m in ('click', 'pygments', 'rich', 'httpx', 'matplotlib', 'alembic.command',"
        " 'PIL', 'numpy', 'httpcore', 'anyio', 'pypdfium2', 'networkx', 'pygraphviz', 'mmdr',"
        " 'novasvg', 'matplotlib_fontja', 'resvg_py', 'obstore', 'psycopg', 'procrastinate',"
        " 'cryptography', 'sqlalchemy.dialects.postgresql', 'yaml') if sys.modules.get(m)])"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['httpx']"


def test_what_is_typed_wrong_is_told_before_anything_is_looked_for(tmp_path: Path) -> None:
    result = run_bot("question", "hello", folder=tmp_path)
    assert result.returncode == 2 and "give a question's id" in result.stderr
    assert result.stderr.startswith("That cannot be done:") and "database" not in result.stderr
