"""The command `easel`: what is installed, from which folder it works, version and completion."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bot.app.version import describe_version, read_version
from storage.engine.sqlite import prepare_database
from tests.support.process import ROOT
from tests.unit.cli.bot_process import run_bot


def run_installed(command: str, *, site: Path, folder: Path) -> str:
    """Run the command's function of the package in `site` in `folder`; return what it prints."""
    code = "import sys; from bot.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, command],
        cwd=folder,
        env={"PYTHONPATH": str(site), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_an_installed_package_has_all_it_needs_and_its_home_is_where_one_stands(
    tmp_path: Path,
) -> None:
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("easel-*.whl")
    site, folder = tmp_path / "site", tmp_path / "here"
    folder.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert {path.name for path in site.iterdir() if path.suffix != ".dist-info"} == {
        "bot",
        "handlers",
        "storage",
    }
    (entry,) = site.rglob("entry_points.txt")
    assert "easel = bot.__main__:main" in entry.read_text()
    kept = [*(ROOT / "bot").rglob("*.po"), *(ROOT / "bot" / "playground" / "web").iterdir()]
    assert all((site / path.relative_to(ROOT)).is_file() for path in kept)
    assert (site / "handlers" / "manifest.yml").read_text() == (ROOT / "manifest.yml").read_text()
    assert run_installed("migrate", site=site, folder=folder).startswith(f"{folder}/data/easel.db")
    assert run_installed("--version", site=site, folder=folder) == f"easel {read_version()}\n"


def test_pip_finds_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    module, _, function = project["project"]["scripts"]["easel"].partition(":")
    assert (module, function) == ("bot.__main__", "main")
    assert "hatchling==" in (ROOT / "requirements.lock").read_text()


def test_settings_are_those_at_home_and_files_are_where_one_stands(tmp_path: Path) -> None:
    home, stands = tmp_path / "home", tmp_path / "stands"
    for folder in (home, stands):
        folder.mkdir()
    (home / ".env").write_text("EASEL_DATA_DIR=store\nEASEL_BUDGETS=user/day=3\n")
    prepare_database(home / "store" / "easel.db")
    done = run_bot("backup", "mine.backup", folder=stands, EASEL_HOME="../home")
    assert done.returncode == 0 and (stands / "mine.backup").is_file()
    done = run_bot("budget", folder=stands, EASEL_HOME=str(home))
    assert done.returncode == 0 and "user/day: $3.00" in done.stdout, done.stderr


@pytest.mark.parametrize("command", ["check", "usage", "run"])
def test_a_home_that_is_not_there_is_a_sentence(tmp_path: Path, command: str) -> None:
    done = run_bot(command, folder=tmp_path, EASEL_HOME="nowhere")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert f"EASEL_HOME: {tmp_path}/nowhere does not exist" in done.stdout + done.stderr


def test_version_and_completion_need_no_settings(tmp_path: Path) -> None:
    done = run_bot("--version", folder=tmp_path, EASEL_HOME="nowhere", EASEL_PORT="http")
    # Where git takes too long, it is shown without the commit.
    versions = describe_version(), read_version()
    assert done.returncode == 0 and done.stdout.strip() in [f"easel {one}" for one in versions]
    for shell, mark in (("bash", "-F _shtab_easel easel"), ("zsh", "#compdef easel")):
        done = run_bot("completion", shell, folder=tmp_path, EASEL_HOME="nowhere")
        assert done.returncode == 0 and mark in done.stdout
        assert "backup" in done.stdout and "--plot" in done.stdout
    assert run_bot("completion", "fish", folder=tmp_path).returncode == 2


def test_bash_takes_the_completion(tmp_path: Path) -> None:
    script = tmp_path / "easel.bash"
    script.write_text(run_bot("completion", "bash", folder=tmp_path).stdout)
    words = "COMP_WORDS=(easel us); COMP_CWORD=1; _shtab_easel; echo ${COMPREPLY[@]}"
    code = f"source {script}; {words}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["usage"], done.stderr
