"""Pages of PDFs with text are shown as they look where a question needs that."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import pptx
from PIL import Image

from tests.support.easel import EaselEnvironment, build_png, list_pictures
from tests.support.files import build_pdf, get_last_text, list_request_files, read_request_text

# Each page has a line of small print below its heading.
SMALL = ") Tj ET BT /F1 5 Tf 50 60 Td (Liability is limited to what the annex says"
REPORT = ("report.pdf", build_pdf(*(f"Page {number}{SMALL}" for number in range(1, 6))))


def list_sizes(easel: EaselEnvironment) -> Sequence[tuple[int, int]]:
    """Return the sizes of the pictures in the last request, as their bytes tell."""
    sizes = []
    for url in list_pictures(easel.get_last_request()):
        with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
            sizes.append(picture.size)
    return sizes


async def test_a_page_is_looked_at_where_its_text_is_not_enough(easel: EaselEnvironment) -> None:
    root = await easel.ask("what is it about?", files=[REPORT])
    assert list_sizes(easel) == []
    await easel.ask("zoom into the table on page 3 of report.pdf", thread_ts=root)
    # Where nothing stands on it is seen in the overview.
    overview, drawn = list_sizes(easel)
    assert max(overview) < 1600 and 1800 < max(drawn) < 2400
    assert "pixels, at full size (from earlier)" in read_request_text(easel)
    assert 'page="3 of 5"' in read_request_text(easel)
    await easel.ask("what did you see?", thread_ts=root)
    assert "PDF, page 3 of 5, page 3 as a picture" in get_last_text(easel, root)

    await easel.ask("and the top right?", thread_ts=root)
    assert "report.pdf, page 3 of 5, part 1 of 1, top right" in read_request_text(easel)
    copy, corner = list_sizes(easel)
    assert max(copy) == 1600 and 850 < corner[0] < 960
    await easel.ask("thanks", thread_ts=root)
    assert list_sizes(easel) == []


async def test_the_page_of_a_file_that_comes_with_the_question_is_looked_at_as_well(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("what does the small print on page 2 say?", files=[REPORT])
    assert "report.pdf, page 2 of 5, part 1 of 1" in read_request_text(easel)
    assert len(list_request_files(easel)) == 1 and len(list_sizes(easel)) == 2


async def test_which_page_is_meant_is_asked_where_none_is_known(easel: EaselEnvironment) -> None:
    root = await easel.ask("what is it about?", files=[REPORT])
    await easel.ask("zoom into the bottom left", thread_ts=root)
    assert "report.pdf has 5 pages. Name one" in get_last_text(easel, root)
    assert list_sizes(easel) == []


async def test_that_a_slide_cannot_be_looked_at_is_said(easel: EaselEnvironment) -> None:
    show, out = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "The plan"
    show.save(out)
    root = await easel.ask("what is it about?", files=[("deck.pptx", out.getvalue())])
    await easel.ask("zoom into slide 1", thread_ts=root)
    assert "I cannot see how the pages of deck.pptx look" in get_last_text(easel, root)


async def test_a_picture_of_the_thread_does_not_stand_in_for_a_page(
    easel: EaselEnvironment,
) -> None:
    files = [("me.png", build_png((2600, 1500))), REPORT]
    root = await easel.ask("what are these about?", files=files)
    await easel.ask("zoom into the top right", thread_ts=root)
    assert "report.pdf has 5 pages. Name one" in get_last_text(easel, root)
    assert list_sizes(easel) == []
    await easel.ask("zoom into page 9", thread_ts=root)
    assert "report.pdf has no page 9: its last page is 5" in get_last_text(easel, root)
    assert list_sizes(easel) == []
    await easel.ask("zoom into the top right of page 3", thread_ts=root)
    assert len(list_sizes(easel)) == 2 and "me.png" not in read_request_text(easel)
    await easel.ask("zoom into the top right of me.png", thread_ts=root)
    assert "me.png, part 1 of 1, top right" in read_request_text(easel)
    assert "report.pdf, page 3" not in read_request_text(easel)
