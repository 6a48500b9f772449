"""Pages of an earlier file that a question looks at are fetched again where no copy is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.files import FileRef, ParsedFile
from bot.domain.pictures.closeup import PageLook
from bot.files.preparer import FilePreparer, ReadOptions
from bot.files.unreadable import build_unreadable_error
from tests.support.cut_pictures import FakeFiles
from tests.support.values import build_question

CONTRACT = FileRef("F1", "contract.pdf", "application/pdf")
LOOK = PageLook(frozenset({"F1"}), is_sure=True, is_zoom=True)


class NoCopies(FakeFiles):
    """Files of which only Slack has the bytes, or nobody."""

    async def load(self, _ref: FileRef) -> ParsedFile | None:
        return None

    async def read(self, _thread: object, ref: FileRef, _owner: object) -> ParsedFile:
        if self.is_gone:
            raise build_unreadable_error(ref.name, "damaged")
        return ParsedFile(ref.name, "PDF", pages=("one", "two"), count=2)


async def prepare(files: NoCopies, options: ReadOptions) -> Any:
    preparer = FilePreparer(files, files)  # type: ignore[arg-type] # a fake
    return await preparer.prepare_earlier(build_question(), [CONTRACT], options, requested=False)


@pytest.mark.parametrize(
    ("options", "is_fetched"),
    [
        (ReadOptions(look=LOOK), True),
        (ReadOptions(look=replace(LOOK, is_sure=False), page_numbers=(9,)), True),
        (ReadOptions(look=replace(LOOK, is_sure=False)), False),
        (ReadOptions(look=LOOK, sees=False), False),
        (ReadOptions(page_numbers=(2,)), False),
    ],
)
async def test_a_file_that_is_looked_at_is_fetched_again(
    options: ReadOptions, *, is_fetched: bool
) -> None:
    found = await prepare(NoCopies(), options)
    assert bool(found.documents) is is_fetched
    gone = await prepare(NoCopies(is_gone=True), options)
    assert [one.name for one in gone.unreadable] == ["contract.pdf"] * is_fetched
