"""Tells what runs Easel out of requirements.lock, and how large what is installed is.

Needs nothing but Python, as it runs before anything is installed:

    python deploy/packages.py lock     the part of requirements.lock that Easel needs to run
    python deploy/packages.py sizes    how many megabytes the packages of this Python take
    python deploy/packages.py slim     remove what no running program reads: tests, headers, stubs,
                                       locales of languages that Easel does not speak, and what
                                       compiled libraries hold for debuggers
"""

from __future__ import annotations

import re
import struct
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
# It builds the command `easel` without network, from what is installed.
_BUILDS = ("hatchling",)
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)")
_SHOWN = 5
_PAGE_BYTES, _BLOCK_BYTES, _MIN_HOLLOW_BYTES = 4_096, 512, 100_000
# Of fonttools, matplotlib needs these for PDF and PostScript, and Easel draws neither with it.
_PDF_FONTS = ("cu2qu", "feaLib", "otlLib", "pens", "qu2cu", "subset", "ttLib", "ufoLib", "varLib")
# Parts of packages that are for those who build or test with them, and what matplotlib brings for
# PDF, PostScript and windows.
_NEEDLESS_FOLDERS = (
    "sqlalchemy/testing/", "numpy/f2py/", "numpy/distutils/", "numpy/_core/_simd.",
    "fontTools/misc/bezierTools.c", "matplotlib/mpl-data/sample_data/",
    "matplotlib/mpl-data/fonts/afm/", "matplotlib/mpl-data/fonts/pdfcorefonts/",
    "matplotlib/backends/web_backend/", "matplotlib/backends/qt_editor/",
    *(f"fontTools/{name}/" for name in _PDF_FONTS),
)  # fmt: skip
_NEEDLESS_ENDINGS = (".pyi", ".h", ".hpp", ".pxd", ".pyx", ".c", ".a", ".lib")
# Of a compiled library (ELF of 64 bits, low byte first): its beginning, and where its table of
# sections is told; of a section: its kind, flags, place and length. See elf(5).
_ELF, _HEADER_BYTES, _TABLE_AT, _COUNTS_AT = b"\x7fELF\x02\x01", 64, 40, 58
_SECTION = struct.Struct("<4xIQ8xQQ")
_LOADED_FLAG, _EMPTY_KINDS = 2, (0, 8)


def list_dependencies(pyproject: str) -> list[str]:
    """Return the names of what Easel needs to run, without its extras."""
    stated = tomllib.loads(pyproject)["project"]["dependencies"]
    return [normalize(match[1]) for one in stated if (match := _NAME.match(one))]


def select_running(lock: str, dependencies: list[str]) -> dict[str, str]:
    """Return the entries of a lock file, by name, that the dependencies need; the lock file says
    behind each entry what needs it."""
    entries = dict[str, str]()
    for entry in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if match := _NAME.match(entry):
            # A package may have one entry for each range of versions of Python.
            entries[normalize(match[1])] = entries.get(normalize(match[1]), "") + entry
    needed_by = {name: _list_parents(entry) for name, entry in entries.items()}
    chosen = {name for name in (*dependencies, *_BUILDS) if name in entries}
    while more := {n for n, parents in needed_by.items() if n not in chosen and parents & chosen}:
        chosen |= more
    return {name: entries[name] for name in entries if name in chosen}


def _list_parents(entry: str) -> set[str]:
    comments = re.findall(r"^[ \t]+#[ \t]+(?:via[ \t]+)?(\S+)", entry, flags=re.MULTILINE)
    return {normalize(one) for one in comments if one != "via"}


def normalize(name: str) -> str:
    """Return a package's name as all spellings of it are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def measure_sizes() -> dict[str, int]:
    """Return the bytes that each installed package takes on the disk."""
    sizes = dict[str, int]()
    for one in distributions():
        paths = {Path(str(one.locate_file(file))) for file in one.files or ()}
        # What was compiled after the installation is in no list of files.
        paths |= {made for path in paths if path.suffix == ".py" for made in _list_compiled(path)}
        size = sum(path.stat().st_blocks * _BLOCK_BYTES for path in paths if path.is_file())
        sizes[one.metadata["Name"] or "?"] = size
    return sizes


def _list_compiled(path: Path) -> list[Path]:
    return list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))


def measure_slim(names: set[str], languages: set[str]) -> dict[str, int]:
    """Return the bytes that installed packages of these names take once they are slim, without
    what is compiled of them. See `precompile.py`."""
    sizes = dict[str, int]()
    for one in distributions():
        name = normalize(one.metadata["Name"] or "?")
        paths = [(Path(str(one.locate_file(f))), f.parts) for f in one.files or ()]
        kept = [
            path
            for path, parts in paths
            if path.is_file() and path.suffix != ".pyc" and not is_needless(parts, languages)
        ]
        if name in names:
            sizes[name] = sum(map(_measure_file, kept))
    return sizes


def _measure_file(path: Path) -> int:
    stored = path.stat().st_blocks * _BLOCK_BYTES
    if ".so" not in path.name or path.stat().st_size <= _MIN_HOLLOW_BYTES:
        return stored
    return min(stored, sum(_PAGE_BYTES for _ in iterate_needed(path.read_bytes())))


def slim_packages(languages: set[str]) -> None:
    """Remove what is only for those who develop a package, and the holes in libraries."""
    for one in distributions():
        for file in one.files or ():
            path = Path(str(one.locate_file(file)))
            if not path.is_file() or path.is_symlink():
                continue
            if is_needless(file.parts, languages):
                path.unlink()
            elif ".so" in path.name and path.stat().st_size > _MIN_HOLLOW_BYTES:
                dig_holes(path)


def is_needless(parts: tuple[str, ...], languages: set[str]) -> bool:
    """Whether no running program reads a file of a package, which has these parts of a path."""
    name = parts[-1]
    if name.endswith(_NEEDLESS_ENDINGS) or "tests" in parts[1:-1]:
        return not name.endswith((".txt", ".md"))
    if "/".join(parts).startswith(_NEEDLESS_FOLDERS):
        return True
    if parts[:2] == ("babel", "locale-data"):
        return name.split(".")[0].split("_")[0] not in languages | {"root", "en", "LICENSE"}
    return False


def dig_holes(path: Path) -> None:
    """Write a library anew without what no running program reads of it: the system keeps no blocks
    for holes, and reads them as zeros."""
    data, copy = path.read_bytes(), path.with_name(f"{path.name}.slim")
    with copy.open("wb") as out:
        for start in iterate_needed(data):
            out.seek(start)
            out.write(data[start : start + _PAGE_BYTES])
        out.truncate(len(data))
    copy.chmod(path.stat().st_mode)
    copy.replace(path)


def iterate_needed(data: bytes) -> Iterator[int]:
    """Yield where the pages of a file begin that hold something which a running program reads:
    not those of zeros, with which tools that move a library's parts fill it, and not those that
    are only for debuggers."""
    empty, unread = bytes(_PAGE_BYTES), set[int]()
    for start, end in _list_unloaded(data):
        unread |= set(range(-(-start // _PAGE_BYTES), end // _PAGE_BYTES))
    for number, start in enumerate(range(0, len(data), _PAGE_BYTES)):
        if number not in unread and data[start : start + _PAGE_BYTES] != empty:
            yield start


def _list_unloaded(data: bytes) -> list[tuple[int, int]]:
    """Return the beginnings and ends of the sections that are never loaded: lines and names for
    debuggers. The names of the sections stay."""
    if not data.startswith(_ELF) or len(data) < _HEADER_BYTES:
        return []
    (table,) = struct.unpack_from("<Q", data, _TABLE_AT)
    size, count, names = struct.unpack_from("<HHH", data, _COUNTS_AT)
    found = []
    for number in range(count):
        kind, flags, start, length = _SECTION.unpack_from(data, table + number * size)
        if number != names and kind not in _EMPTY_KINDS and not flags & _LOADED_FLAG:
            found.append((start, start + length))
    return found


def main() -> int:
    """Print what is asked for."""
    if sys.argv[1:] == ["lock"]:
        dependencies = list_dependencies((ROOT / "pyproject.toml").read_text())
        entries = select_running((ROOT / "requirements.lock").read_text(), dependencies)
        if missing := [name for name in dependencies if name not in entries]:
            print(f"requirements.lock lacks {', '.join(missing)}: run make lock", file=sys.stderr)
            return 1
        print("".join(entries.values()))
        return 0
    if sys.argv[1:] == ["slim"]:
        locales = ROOT / "bot" / "i18n" / "locales"
        slim_packages({path.name for path in locales.iterdir() if path.is_dir()})
        return 0
    sizes = measure_sizes()
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:_SHOWN]
    listed = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in largest)
    print(f"{len(sizes)} packages, {sum(sizes.values()) / 1e6:.0f} MB; the largest: {listed}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
