"""The imports of this project, held against those that grimp finds by Python's own parser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import grimp

from bot.graphs.code.repository import read_repository

ROOT = Path(__file__).parents[4]
PACKAGES = ("bot", "handlers", "storage")


def name_module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def test_the_imports_are_those_that_grimp_finds() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for package in PACKAGES:
            for path in (ROOT / package).rglob("*.py"):
                packed.write(path, str(path.relative_to(ROOT)))
    ours = read_repository("easel.zip", out.getvalue())
    # grimp knows no calls of `import_module`, and passes over modules whose names are no words.
    found = {
        (name_module(edge.source), name_module(edge.target))
        for edge in ours.edges
        if edge.kind == "imports"
        and edge.target.endswith(".py")
        and "/versions/0" not in edge.source
    }
    theirs = grimp.build_graph(*PACKAGES, cache_dir=None)
    expected = {
        (module, imported)
        for module in theirs.modules
        for imported in theirs.find_modules_directly_imported_by(module)
    }
    assert len(expected) > 2_000
    assert found == expected
