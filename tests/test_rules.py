"""The rules of the house, kept by machines."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import list_setting_names
from bot.domain import errors
from bot.domain.errors import EaselError
from bot.llm import errors as model_errors
from bot.request.flags import FLAGS

ROOT = Path(__file__).parents[1]
SOURCE_FILES = [
    path
    for folder in ("bot", "handlers", "storage", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]
BLANKET_ERRORS = ("Exception", "BaseException")


def test_a_file_is_short_says_what_it_is_for_and_has_short_functions() -> None:
    found = [problem for path in SOURCE_FILES for problem in list_problems(path)]
    assert found == [], "a file of such a length is usually two things"


def list_problems(path: Path) -> Iterator[str]:
    source, name = path.read_text(), path.relative_to(ROOT)
    tree = ast.parse(source)
    if (count := source.count("\n")) > 270:
        yield f"{name} has {count} lines"
    if not ast.get_docstring(tree):
        yield f"{name} does not open with what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > 45:
                yield f"{name}: {node.name} has {length} lines"


def test_what_silences_a_tool_or_takes_any_error_says_why() -> None:
    found = [problem for path in SOURCE_FILES for problem in list_bare_exceptions(path)]
    assert found == [], "a reason on the same line, or for an error on the next one"


def list_bare_exceptions(path: Path) -> Iterator[str]:
    lines, name = path.read_text().splitlines(), path.relative_to(ROOT)
    for number, line in enumerate(lines, 1):
        if re.search(r"# (?:noqa\b[A-Z0-9:, ]*|type: ignore\b(?:\[[^\]]*\])?)$", line):
            yield f"{name}:{number}: {line.strip()}"
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") in BLANKET_ERRORS:
            is_raised = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if not is_raised and "#" not in "".join(lines[node.lineno - 1 : node.lineno + 1]):
                yield f"{name}:{node.lineno}: {lines[node.lineno - 1].strip()}"


def test_the_page_is_short_too_and_loads_nothing_from_elsewhere() -> None:
    for path in (ROOT / "bot" / "playground" / "web").iterdir():
        source = path.read_text()
        assert source.count("\n") <= 250, path.name
        assert not re.search(r"(src|href|url|import)\W{1,3}https?://", source), path.name


def test_every_error_has_a_sentence_for_people() -> None:
    def list_error_types(kind: type[EaselError]) -> list[type[EaselError]]:
        return [
            kind,
            *(member for sub in kind.__subclasses__() for member in list_error_types(sub)),
        ]

    assert model_errors.InsufficientCredit in list_error_types(EaselError)
    for kind in list_error_types(EaselError):
        if kind is not errors.StartupError:
            assert kind.user_message.endswith((".", "_")), kind.__name__


def test_the_readme_lists_every_setting_and_only_those() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## Settings")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([A-Z_]+)`", table, flags=re.MULTILINE)
    assert listed == list_setting_names()


def test_the_example_environment_names_only_real_settings() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, flags=re.MULTILINE))
    assert named <= set(list_setting_names())


def test_every_flag_is_explained_and_only_those() -> None:
    table = (ROOT / "docs" / "asking.md").read_text().partition("| flag |")[2].partition("\n\n")[0]
    told = {name for line in table.splitlines() for name in re.findall(r"`--([a-z-]+)`", line)}
    assert told == set(FLAGS)


def test_the_lock_pins_with_hashes_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > lock.count("==")


def test_a_test_cannot_leave_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError):
        outside.connect(("192.0.2.1", 80))


def test_no_secret_is_in_the_tree() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".yml", ".toml", ".example", ".js"):
            found = re.search(r"xox[bp]-\d{6,}|sk-or-v1-[0-9a-f]{32,}", path.read_text())
            assert found is None, name
