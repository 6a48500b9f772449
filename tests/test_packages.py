"""What is installed to run Easel is what it uses."""

from __future__ import annotations

import importlib.util
import re
import struct
import subprocess
import sys
import tomllib
from itertools import chain
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


def load_module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What `deploy/precompile.py` makes takes 37 MB on CPython 3.11.
_COMPILED_BYTES = 40_000_000


@pytest.fixture(scope="module")
def packages() -> ModuleType:
    return load_module("packages")


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


def test_lines_for_debuggers_take_no_room_and_the_library_runs_without(
    packages: ModuleType, tmp_path: Path
) -> None:
    """A library of this Python with a section that is never loaded, of 400 kB, before its table."""
    tried = importlib.import_module("_ctypes_test")

    original = Path(str(tried.__file__)).read_bytes()
    (table,) = struct.unpack_from("<Q", original, 40)
    size, count, names = struct.unpack_from("<HHH", original, 58)
    sections = bytearray(original[table : table + size * count])
    lines = b"x" * 400_000
    spare = next(
        number
        for number in range(1, count)
        if number != names and not struct.unpack_from("<Q", sections, number * size + 8)[0] & 2
    )
    struct.pack_into("<QQ", sections, spare * size + 24, len(original), len(lines))
    data = bytearray(original + lines + sections)
    struct.pack_into("<Q", data, 40, len(original) + len(lines))
    library = tmp_path / Path(str(tried.__file__)).name
    library.write_bytes(data)
    packages.dig_holes(library)
    shown = library.read_bytes()
    assert len(shown) == len(data) and shown.count(b"x" * 4_096) == 0
    assert shown[:64] == data[:64] and shown[-len(sections) :] == sections
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import _ctypes_test as t; print(t.__file__)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(library)


@pytest.mark.parametrize("data", [b"", b"\x7fELF\x02\x01", b"MZ" + bytes(99), b"\x7fELF\x01\x01"])
def test_files_that_are_no_such_library_keep_what_they_hold(
    packages: ModuleType, data: bytes, tmp_path: Path
) -> None:
    library = tmp_path / "lib.so"
    library.write_bytes(data)
    packages.dig_holes(library)
    assert library.read_bytes() == data


def test_what_runs_easel_takes_at_most_350_megabytes(packages: ModuleType) -> None:
    dependencies = packages.list_dependencies((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "requirements.lock").read_text()
    running = set(packages.select_running(lock, dependencies)) - {"hatchling", "pip"}
    locales = ROOT / "bot" / "i18n" / "locales"
    languages = {path.name for path in locales.iterdir() if path.is_dir()}
    sizes = packages.measure_slim(running, languages)
    largest = sorted(sizes.items(), key=lambda one: -one[1])[:5]
    assert len(sizes) > 70 and sum(sizes.values()) + _COMPILED_BYTES <= 350_000_000, largest


def test_all_that_easel_imports_is_found_wherever_it_is_imported() -> None:
    precompile = load_module("precompile")
    source = (
        "import a.b as c, os\nfrom d import e\nfrom . import f\nfrom .g import h\n"
        "def i():\n    import j\n    return importlib.import_module('k.l'), import_module(m)\n"
    )
    assert precompile.list_imports(source) == {"a.b", "os", "d", "d.e", "j", "k.l"}
    names = set(precompile.iterate_foreign_imports(ROOT))
    assert {"slack_bolt.async_app", "pillow_heif", "numpy", "matplotlib.mathtext"} <= names
    assert not {"os", "bot", "storage", "__future__"} & names


def test_what_pillow_imports_by_a_made_up_name_is_compiled_as_well() -> None:
    """Decoders write no compiled modules: each would compile its plugin anew."""
    source = "import precompile, sys; precompile.load_pillow_plugins(); print(*sys.modules)"
    command = [sys.executable, "-c", source]
    told = subprocess.run(command, cwd=ROOT / "deploy", check=True, capture_output=True, text=True)
    assert {f"PIL.{name}ImagePlugin" for name in ("WebP", "Tiff", "Gif")} <= set(
        told.stdout.split()
    )


def test_the_changelog_tells_why_each_package_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    stated = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[^\w.-]", one)[0] for one in stated}
    reasons = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("### Dependencies, and why")[2]
    told = set(re.findall(r"[\w-]+", reasons.lower()))
    # The grammars of languages and the types of libraries are told of together.
    assert {one for one in names if not one.startswith(("tree-sitter-", "types-"))} <= told
