"""A decoder starts with little: each library is loaded by the kind of file that needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.word import build_docx, build_paragraph
from tests.support.drawings import build_svg

# Babel formats the numbers in sentences.
# What is loaded for a decoder to speak, and what unpacks and packs PNG (a megabyte).
_WORDS = {"babel", "isal"}
ROOT = Path(__file__).parents[4]
# The first reads one file, whose name and bytes come as arguments; both tell what is loaded.
_TELL = """
import sys
from importlib.metadata import packages_distributions
def tell():
    known = set(packages_distributions())
    loaded = {name.partition(".")[0] for name in sys.modules}
    print(" ".join(sorted((loaded & known) - {"bot", "_distutils_hack"})))
"""
_READ = f"""
{_TELL}
from bot.files.sandbox.file_tasks import read_file
if len(sys.argv) > 1:
    read_file({{"told_name": sys.argv[1]}}, [bytes.fromhex(sys.stdin.read())])
tell()
"""
_WAIT = f"{_TELL}\nimport bot.files.sandbox.child\ntell()"


def _list_loaded(code: str, name: str = "", data: bytes = b"") -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *([name] if name else [])]
    told = subprocess.run(
        command, input=data.hex(), capture_output=True, text=True, check=True, env=environment
    )
    return set(told.stdout.split())


def test_a_decoder_loads_no_reader_before_it_says_that_it_runs() -> None:
    assert _list_loaded(_WAIT) <= _WORDS


def test_a_decoder_waits_with_the_library_for_pictures_alone() -> None:
    assert _list_loaded(_READ) <= {*_WORDS, "PIL"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"Plain words, as many as there are."),
        ("a.csv", b"date,amount\n2026-01-02,5\n2026-01-03,7\n"),
        ("a.json", b'{"id": 5, "words": ["one", "two"]}'),
        ("a.eml", b"From: a@example.com\nTo: b@example.com\nSubject: Hello\n\nWords.\n"),
    ],
)
def test_plain_text_loads_nothing_more(name: str, data: bytes) -> None:
    assert _list_loaded(_READ, name, data) <= {*_WORDS, "PIL"}


@pytest.mark.parametrize(
    ("name", "data", "others"),
    [
        ("a.docx", build_docx(build_paragraph("Words.")), {"resvg_py", "pypdfium2", "openpyxl"}),
        ("a.svg", build_svg("<rect width='9' height='9'/>"), {"pypdfium2", "openpyxl", "docx"}),
    ],
)
def test_a_kind_loads_no_library_of_another(name: str, data: bytes, others: set[str]) -> None:
    assert not _list_loaded(_READ, name, data) & (others | {"pandas", "numpy", "matplotlib"})
