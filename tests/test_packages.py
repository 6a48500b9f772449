"""What is installed to run Easel is what it uses."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
_UNUSED = (
    "pandas", "onnxruntime", "magika", "markitdown", "mammoth", "openpyxl", "python-pptx",
    "python-docx", "pytest", "mypy", "playwright", "openai",
)  # fmt: skip
# No decoder needs them before a file does.
_HEAVY = (
    "PIL", "numpy", "lxml", "matplotlib", "networkx", "pandas", "pygraphviz", "pypdfium2",
    "python_calamine", "tree_sitter", "onnxruntime", "magika", "olefile", "email",
)  # fmt: skip


@pytest.fixture(scope="module")
def packages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("packages", ROOT / "deploy" / "packages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_runs_needs_no_library_that_nothing_here_uses(packages: ModuleType) -> None:
    dependencies = packages.list_dependencies((ROOT / "pyproject.toml").read_text())
    running = packages.select_running((ROOT / "requirements.lock").read_text(), dependencies)
    assert not set(_UNUSED) & {*running, *dependencies}
    assert {"slack-bolt", "httpcore", "greenlet", "hatchling", "pluggy"} <= set(running)
    assert all("--hash=sha256:" in entry for entry in running.values())


def test_entries_of_a_lock_are_followed_however_they_say_what_needs_them(
    packages: ModuleType,
) -> None:
    lock = (
        "a==1 ; python_version < '3.12' \\\n    --hash=sha256:1\n    # via\n    #   easel\n"
        "    #   x\na==2 ; python_version >= '3.12' \\\n    --hash=sha256:2\n    # via easel\n"
        "b-c==1 \\\n    --hash=sha256:3\n    # via\n    #   a\n    #   x\n"
        "d==1 \\\n    --hash=sha256:4\n    # via B_c\n"
        "x==1 \\\n    --hash=sha256:5\n    # via easel\n"
    )  # fmt: skip
    running = packages.select_running(lock, ["a"])
    assert list(running) == ["a", "b-c", "d"] and running["a"].count("==") == 2


def test_files_for_developers_alone_are_told_apart(packages: ModuleType) -> None:
    def is_needless(path: str) -> bool:
        return bool(packages.is_needless(tuple(path.split("/")), {"de", "ja"}))

    needless = (
        "numpy/tests/a.py x/y/tests/data/b.bin x/a.pyi x/include/a.h babel/locale-data/pt_BR.dat"
    )
    needed = (
        "numpy/a.py tests/a.py x/testing/a.py babel/locale-data/de_AT.dat"
        " babel/locale-data/root.dat"
    )
    assert all(map(is_needless, needless.split())) and not any(map(is_needless, needed.split()))


def test_pages_of_zeros_take_no_room_and_read_the_same(
    packages: ModuleType, tmp_path: Path
) -> None:
    library, data = tmp_path / "lib.so", b"a" + bytes(5_000_000) + b"b" + bytes(9_999)
    library.write_bytes(data)
    library.chmod(0o755)
    packages.dig_holes(library)
    assert library.read_bytes() == data and library.stat().st_mode & 0o777 == 0o755


def test_a_decoder_starts_without_any_heavy_library() -> None:
    code = "import sys, bot.files.sandbox.child; print(*sys.modules)"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not set(_HEAVY) & set(told.stdout.split())
