"""The graph of a repository: what is left out, what is refused, and how a large one is folded."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from bot.graphs.code import archive, repository
from bot.graphs.code.repository import read_repository
from bot.graphs.graph import GraphError
from tests.support.archives import build_zip
from tests.support.code_files import write_repository
from tests.support.repositories import read


def test_paths_out_of_the_zip_links_and_large_files_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        link = zipfile.ZipInfo("link.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
        for path in ("../up.py", "/abs.py", "a/../../b.py", "C:\\x.py", "a\x1b[31m.py"):
            packed.writestr(path, "import os")
        packed.writestr("large.py", "#" * 1_001)
        packed.writestr("a/ok.py", "import requests")
        packed.writestr("A/OK.py", "import a.ok")
    graph = read_repository("x.zip", out.getvalue())
    assert {node.id for node in graph.nodes if node.group != "external"} == {
        "a/ok.py",
        "A/OK.py",
        "large.py",
    }
    assert graph.notes == ("7 files are left out: too large, damaged, locked, or not in the ZIP.",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 no zip", "is damaged"),
        (b"", "is damaged"),
        (build_zip({"a.txt": "x"}), "has no source code"),
        (b"PK\x01\x02" * 100_001, "more than 100,000 files"),
    ],
)
def test_what_is_no_repository_is_one_sentence(data: bytes, why: str) -> None:
    with pytest.raises(GraphError) as refused:
        read_repository("x.zip", data)
    assert why in refused.value.user_message


def test_a_bomb_of_overlapping_files_is_refused() -> None:
    data = build_zip({"a.py": "x" * 9_000, "b.py": "y" * 9_000})
    place = data.rindex(b"PK\x01\x02")
    second = data[place:]
    # The second entry of the directory points at the first file.
    assert second[42:46] != b"\0\0\0\0"
    hostile = data[:place] + second[:42] + b"\0\0\0\0" + second[46:]
    with pytest.raises(GraphError, match="unreadable"):
        read_repository("x.zip", hostile)


def test_when_time_is_up_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MAX_SECONDS", -1.0)
    graph = read({"a.py": "import b", "b.py": ""})
    assert graph.edges == ()
    assert graph.notes == ("2 files are not read: it took too long.",)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_written_repository_has_the_imports_that_were_written(seed: int) -> None:
    data, edges = write_repository(seed, 400)
    graph = read_repository("app.zip", data)
    assert {(edge.source, edge.target) for edge in graph.edges} == edges
    assert graph.unresolved == ()
    assert graph.notes == ()
