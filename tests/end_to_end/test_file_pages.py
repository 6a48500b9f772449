"""Pages of files: those that a question names, those that are missing, and scanned ones."""

from __future__ import annotations

import io
import re
from contextlib import closing
from pathlib import Path

import openpyxl
import pypdfium2

from tests.support.easel import EaselEnvironment, list_pictures, run_easel
from tests.support.files import (
    build_pdf,
    get_last_text,
    list_request_files,
    read_request_text,
)


async def test_pages_that_are_named_go_as_a_file_of_their_own(easel: EaselEnvironment) -> None:
    plan = ("plan.pdf", build_pdf(*(f"Page {number} text" for number in range(1, 41))))
    await easel.ask("summarise pages 3-5 and 9", files=[plan])
    ((name, data),) = list_request_files(easel)
    with closing(pypdfium2.PdfDocument(data)) as part:
        texts = [part[number].get_textpage().get_text_bounded() for number in range(len(part))]
    assert name == "plan.pdf"
    assert texts == ["Page 3 text", "Page 4 text", "Page 5 text", "Page 9 text"]
    assert "all pages but 3-5, 9 of 40" in read_request_text(easel)


async def test_pages_that_are_not_there_are_said_not_to_be(easel: EaselEnvironment) -> None:
    root = await easel.ask("summarise page 12", files=[("brief.pdf", build_pdf("one", "two"))])
    assert "[Of brief.pdf this is not here: page 12: it has 2]" in read_request_text(easel)
    assert "brief.pdf has no page 12: its last page is 2." in get_last_text(easel, root)
    assert len(list_request_files(easel)) == 1 and easel.list_replies(root)


async def test_a_later_question_gets_the_page_that_it_names(easel: EaselEnvironment) -> None:
    plan = (
        "plan.pdf",
        build_pdf(*(f"Page {number} of the plan says {number * 111}" for number in range(1, 41))),
    )
    root = await easel.ask("read this", files=[plan])
    await easel.ask("and what does page 7 say?", thread_ts=root)
    request_text = read_request_text(easel)
    assert 'page="7 of 40"' in request_text and "777" in request_text and "888" not in request_text


async def test_a_scan_goes_as_pictures_where_files_are_not_read(tmp_path: Path) -> None:
    async with run_easel(
        tmp_path / "data", EASEL_PROVIDER="compatible", EASEL_MODEL="tiny", compatible=True
    ) as easel:
        root = await easel.ask("what is this?", files=[("scan.pdf", build_pdf(*[""] * 12))])
        request_text = read_request_text(easel)
        assert len(list_pictures(easel.get_last_request())) == 10 and not list_request_files(easel)
        assert "scan.pdf, page 1 of 12 (sent now)" in request_text
        assert "scan.pdf this is not here: any page but 1-10 of 12" in request_text
        told = "any page but 1-10 of 12, as I look at few pages of a scan at a time: ask for others"
        assert f"Of scan.pdf I did not see: {told}, as in “read pages 11-12”" in "".join(
            reply.text for reply in easel.list_replies(root)
        )
        await easel.ask("what did you see?", thread_ts=root)
        assert "PDF, 10 of 12 pages, as pictures, 10 pictures of about" in get_last_text(
            easel, root
        )
        await easel.ask("read pages 11-12", thread_ts=root)
        assert len(list_pictures(easel.get_last_request())) == 2
        assert "all pages but 11-12 of 12" in read_request_text(easel)


async def test_of_the_pages_of_a_scan_that_are_named_those_that_are_not_seen_are_told(
    tmp_path: Path,
) -> None:
    async with run_easel(
        tmp_path / "data", EASEL_PROVIDER="compatible", EASEL_MODEL="tiny", compatible=True
    ) as easel:
        scan = ("long.pdf", build_pdf(*[""] * 30))
        root = await easel.ask("compare pages 5-15", files=[scan])
        assert "any page but 5-14 of 30" in read_request_text(easel)
        assert "ask for the other one, as in “read page 15”" in "".join(
            reply.text for reply in easel.list_replies(root)
        )
        await easel.ask("and what is on pages 2-13?", thread_ts=root)
        assert len(list_pictures(easel.get_last_request())) == 10
        assert "any page but 2-11 of 30" in read_request_text(easel)


async def test_a_file_of_nothing_but_page_breaks_is_not_a_thousand_pages(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("see", files=[("a.txt", b"a" + b"\f" * 50_000 + b"end")])
    assert len(read_request_text(easel)) < 60_000 and read_request_text(easel).count("<file ") < 30


async def test_a_long_sheet_has_pages_that_nobody_counts(easel: EaselEnvironment) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for number in range(900):
        sheet.append([number, f"row {number}"])
    book.save(out)
    await easel.ask("what is on page 2?", files=[("book.xlsx", out.getvalue())])
    request_text = read_request_text(easel)
    pages = re.findall(r'page="(\d+) of (\d+)"', request_text)
    assert len(pages) > 2 and {int(count) for _, count in pages} == {len(pages)}
    assert "row 5 |" in request_text and "row 899 |" in request_text


async def test_pages_are_looked_for_where_people_count_them(easel: EaselEnvironment) -> None:
    plan = (
        "plan.pdf",
        build_pdf(*(f"Page {number} of the plan, at length" for number in range(1, 13))),
    )
    notes = [(f"{letter}.txt", f"notes {letter}".encode()) for letter in "abcd"]
    root = await easel.ask("read all of these", files=[plan, *notes])
    await easel.ask("summarise pages 3-5", thread_ts=root)
    assert re.findall(r'plan.pdf" page="(\d+) of 12"', read_request_text(easel)) == ["3", "4", "5"]


async def test_pages_that_no_file_has_are_said_not_to_be_there(easel: EaselEnvironment) -> None:
    plan = (
        "plan.pdf",
        build_pdf(*(f"Page {number} of the plan, at length" for number in range(1, 13))),
    )
    root = await easel.ask("summarise pages 13-15", files=[plan])
    assert "plan.pdf has no pages 13-15: its last page is 12." in get_last_text(easel, root)
    await easel.ask("what does page 40 of plan.pdf say?", thread_ts=root)
    assert "plan.pdf has no page 40: its last page is 12." in get_last_text(easel, root)
