"""Every file of the corpus is read as a person expects, or refused with the right sentence."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.files.unreadable import UnreadableError
from tests.corpus import CASES, FAMILIES
from tests.corpus.case import Case, Expectation
from tests.corpus.check import find_file_problems, find_refusal_problems
from tests.corpus.sync_sandbox import SyncSandbox

ROOT = Path(__file__).parents[2]
_FAMILY = {case.name: family for family, cases in FAMILIES.items() for case in cases}
_MAX_GROWTH_MB = 60
# It takes all memory that there is: a third of a decoder's is enough to see how that ends.
_INSATIABLE, _LITTLE_MB = "draws-itself.pdf", 700


@pytest.fixture(scope="session")
def large_reader() -> Iterator[SyncSandbox]:
    with SyncSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def reader(case: Case, large_reader: SyncSandbox) -> Iterator[SyncSandbox]:
    if case.name != _INSATIABLE:
        yield large_reader
        return
    with SyncSandbox(_LITTLE_MB) as sandbox:
        yield sandbox


def _format_id(case: Case) -> str:
    name = case.name if len(case.name) < 60 else f"{case.name[:40]} of {len(case.name)}"
    return f"{_FAMILY[case.name]}/{name.encode('ascii', 'backslashreplace').decode()!r}"


@pytest.mark.parametrize("case", CASES, ids=_format_id)
def test_a_file_is_read_rightly_or_refused_with_the_right_sentence(
    case: Case, reader: SyncSandbox
) -> None:
    data = case.make()
    try:
        parsed_file = reader.read(case.name, data)
    except UnreadableError as error:
        assert find_refusal_problems(case, error.user_message) == []
    else:
        assert find_file_problems(case, parsed_file) == []


@pytest.mark.parametrize("case", FAMILIES["pdf"], ids=_format_id)
def test_a_page_of_a_pdf_becomes_a_picture_or_is_refused(case: Case, reader: SyncSandbox) -> None:
    refusals = case.expects.refusals
    rendered = (
        Expectation.expect_file("PDF", pictures=(1, 1)) if case.expects.file else Expectation()
    )
    page_case = Case(case.name, case.make, Expectation(rendered.file, refusals))
    try:
        parsed_file = reader.render_page(case.name, case.make(), 1)
    except UnreadableError as error:
        assert find_refusal_problems(page_case, error.user_message) == []
    else:
        assert find_file_problems(page_case, parsed_file) == []


def test_there_are_many_files_and_no_two_have_the_same_name() -> None:
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


def _compute_digest() -> str:
    """Hash all files except the bombs, in their order."""
    digest = hashlib.sha256()
    for case in CASES:
        if _FAMILY[case.name] != "bombs":
            digest.update(case.make())
    return digest.hexdigest()


def test_the_files_are_the_same_at_every_run() -> None:
    code = "from tests.corpus.test_corpus import _compute_digest; print(_compute_digest())"
    assert _run_python("-c", code).strip() == _compute_digest()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by Linux alone")
def test_reading_the_same_files_again_takes_no_more_memory() -> None:
    first, second = map(int, _run_python("-m", "tests.corpus.growth").split())
    assert second - first < _MAX_GROWTH_MB


def _run_python(*arguments: str) -> str:
    """Run another Python, whose sets have another order; return its output."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    process = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT,
        env=environment,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return process.stdout
