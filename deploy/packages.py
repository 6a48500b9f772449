"""Tells what runs Easel out of requirements.lock, and how large what is installed is.

Needs nothing but Python, as it runs before anything is installed:

    python deploy/packages.py lock     the part of requirements.lock that Easel needs to run
    python deploy/packages.py sizes    how many megabytes the packages of this Python take
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
# It builds the command `easel` without network, from what is installed.
_BUILDS = ("hatchling",)
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)")
_SHOWN = 5


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
            entries[normalize(match[1])] = entry
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
    """Return the bytes of each installed package, as its files are on the disk."""
    sizes = dict[str, int]()
    for one in distributions():
        paths = [Path(str(one.locate_file(file))) for file in one.files or ()]
        size = sum(path.stat().st_size for path in paths if path.is_file())
        sizes[one.metadata["Name"] or "?"] = size
    return sizes


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
    sizes = measure_sizes()
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:_SHOWN]
    listed = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in largest)
    print(f"{len(sizes)} packages, {sum(sizes.values()) / 1e6:.0f} MB; the largest: {listed}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
