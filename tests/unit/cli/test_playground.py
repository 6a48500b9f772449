"""`easel playground`: one question without a browser, and options that make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.main import run_playground
from tests.support.answers import wait_for_answers
from tests.unit.cli.bot_process import run_bot


def test_one_round_trip_without_a_browser(tmp_path: Path) -> None:
    result = run_bot("playground", "--ask", "draw a red fox", "--save", "out", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    # Whoever runs the tests as root is warned of that, and of nothing else.
    warnings = [line for line in result.stderr.splitlines() if "running_as_root" not in line]
    assert "Easel: Here it is" in result.stdout and warnings == []
    assert (tmp_path / "out" / "red-fox-v1.png").read_bytes().startswith(b"\x89PNG")


def test_a_typed_mention_is_a_mention_without_a_browser_too(tmp_path: Path) -> None:
    result = run_bot("playground", "--ask", "@Easel", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "You asked" not in result.stdout and "draw" in result.stdout


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    result = run_bot("playground", "--ask", "look", "--file", "nothing.png", folder=tmp_path)
    assert result.returncode == 2 and "nothing.png" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ask", " "], "--ask needs words"),
        (["--port", "99999"], "from 0 to 65535"),
        (["--ask", "hello", "--keep", "/dev/null"], "cannot be used as a folder"),
    ],
)
def test_the_playground_says_what_it_cannot_do(
    tmp_path: Path, options: list[str], words: str
) -> None:
    result = run_bot("playground", *options, folder=tmp_path)
    assert result.returncode == 2 and words in result.stderr and "Traceback" not in result.stderr


async def test_who_has_slack_in_german_is_helped_in_german() -> None:
    async with run_playground(keep=None, slow=False) as playground:
        slack = playground.slack
        root = await slack.post_as_person("D0MIA", "hilfe", user="U0MIA")
        await wait_for_answers(slack, "D0MIA", root)
        assert "Ich beantworte Fragen" in slack.list_replies("D0MIA", root)[0].text
