"""Files of code have the name that the answer says, if that is the name of code."""

from __future__ import annotations

import pytest

from bot.delivery.snippets.names import (
    CODE_MIMETYPE,
    Surroundings,
    choose_code_name,
    find_snippet_type,
)
from bot.playground.slack.files.kinds import SNIPPET_TYPES


def choose(info: str = "", first: str = "", said: str = "", taken: tuple[str, ...] = ()) -> str:
    return choose_code_name(Surroundings(3, info, said), first, taken)


@pytest.mark.parametrize(
    ("info", "first", "said", "name"),
    [
        ("python", "import os\n", "Here it is:", "code-3.py"),
        ("", "", "", "code-3.txt"),
        ("Rust", "", "", "code-3.rs"),
        ("c++", "", "", "code-3.cpp"),
        ("{.ts}", "", "", "code-3.ts"),
        ("brainfuck", "", "", "code-3.txt"),
        ('python title="app/main.py"', "", "", "main.py"),
        ("js filename=src/a.test.js", "", "", "a.test.js"),
        ("go:cmd/serve.go", "", "", "serve.go"),
        ("", "# tools/build.sh\n", "", "build.sh"),
        ("html", "<!-- index.html -->\n", "", "index.html"),
        ("css", "/* site.css */\n", "", "site.css"),
        ("sql", "-- File: schema.sql\n", "", "schema.sql"),
        ("python", "# see helpers.py for the rest\n", "", "code-3.py"),
        ("python", "", "**`app.py`**:\n", "app.py"),
        ("python", "", "Put this between `app.py` and `main.py`:\n", "code-3.py"),
        ("dockerfile", "FROM x\n", "", "Dockerfile"),
        ("", "", "The `Makefile`:\n", "Makefile"),
        # No answer names a file that is no code, hides it, or leads elsewhere.
        ("python title=setup.exe", "", "Start `invoice.scr`", "code-3.py"),
        ("python title=../../.bashrc.sh", "", "", "code-3.py"),
        ("js title=.js", "", "", "code-3.js"),
        ("python title=<!channel>.py", "", "`<!here>.py`", "code-3.py"),
        ("md", "", "`answer.md`", "code-3.md"),
        ("python", "", f"`{'a' * 80}.py`", "code-3.py"),
    ],
)
def test_a_name_is_said_or_made(info: str, first: str, said: str, name: str) -> None:
    assert choose(info, first, said) == name


def test_no_two_files_have_one_name() -> None:
    assert choose("", "# app.py\n", taken=("App.py",)) == "code-3.txt"
    assert choose("", taken=("Code-3.txt", "code-4.txt")) == "code-5.txt"


def test_slack_knows_every_language_that_a_name_says() -> None:
    names = ["a.py", "b.TS", "Dockerfile", "Makefile", "c.unknown", "code-1.txt", "x.jl", "y.tex"]
    kinds = [find_snippet_type(name, CODE_MIMETYPE) for name in names]
    assert find_snippet_type("a.py", "text/plain") == ""
    assert kinds[:3] == ["python", "javascript", "dockerfile"]
    assert set(kinds) <= SNIPPET_TYPES
