"""Compiles what Easel imports of the installed packages, and nothing else of them.

Python keeps what it compiles next to what it imports. An installation that compiles every module of
every package holds 30 MB more, which no running program reads:

    .venv/bin/python deploy/precompile.py
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_OURS = ("bot", "handlers", "storage")


def list_imports(source: str) -> set[str]:
    """Return the modules that a source imports anywhere, also inside functions. Whether a name is
    a module of a package or a part of one, only its import can tell: both are listed."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {one.name for one in names}
            case ast.ImportFrom(module=str(module), level=0, names=names):
                found |= {module, *(f"{module}.{one.name}" for one in names)}
            case ast.Call(
                func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name))]
            ):
                found.add(name)
    return found


def iterate_foreign_imports(root: Path) -> Iterator[str]:
    """Yield each module of other packages that ours import."""
    sources = [path.read_text() for one in _OURS for path in sorted((root / one).rglob("*.py"))]
    for name in sorted(set().union(*map(list_imports, sources))):
        first = name.split(".")[0]
        if first not in _OURS and first not in sys.stdlib_module_names:
            yield name


def main() -> int:
    """Import all of them, which compiles them with all that they import themselves."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        # Matplotlib looks for the fonts of this machine, and keeps what it has found.
        os.environ["MPLCONFIGDIR"] = folder
        for name in iterate_foreign_imports(ROOT):
            # Names of functions and classes are no modules, and some packages are for one system.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        load_pillow_plugins()
    return 0


def load_pillow_plugins() -> None:
    """Import what Pillow imports by a made-up name with the first file of a kind."""
    from PIL import Image

    Image.init()


if __name__ == "__main__":
    raise SystemExit(main())
