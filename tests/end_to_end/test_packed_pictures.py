"""Pages, frames and pictures in other files are seen as closely as pictures sent by themselves."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from PIL import Image

from tests.support.archives import build_zip
from tests.support.easel import EaselEnvironment, list_pictures
from tests.support.files import get_last_text, read_request_text
from tests.support.pages import draw_table, draw_text
from tests.support.pictures import encode_picture

ICON = Image.new("RGB", (64, 64), "red")


def list_sizes(easel: EaselEnvironment) -> Sequence[tuple[int, int]]:
    """Return the sizes of the pictures in the last request, as their bytes tell."""
    sizes = []
    for url in list_pictures(easel.get_last_request()):
        with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
            sizes.append(picture.size)
    return sizes


def build_scan(count: int, size: tuple[int, int] = (1240, 1754)) -> bytes:
    """A TIFF with pages as a scanner writes them."""
    pages = [draw_text(size, 18, seed=seed).picture.convert("1") for seed in range(count)]
    return encode_picture(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4"
    )


async def test_a_picture_in_an_archive_is_seen_in_parts(easel: EaselEnvironment) -> None:
    page = encode_picture(draw_table((1200, 8000), 20).picture)
    root = await easel.ask("what is it?", files=[("album.zip", build_zip({"in/page.png": page}))])
    overview, *parts = list_sizes(easel)
    assert overview == (307, 2048) and len(parts) == 5
    assert "album.zip: page.png, part 5 of 5, bottom: x 0-1,200" in read_request_text(easel)
    await easel.ask("what did you see?", thread_ts=root)
    assert "1200×8000 pixels, seen at 1:1 in 5 parts" in get_last_text(easel, root)

    await easel.ask("thanks", thread_ts=root)
    assert list_sizes(easel) == []
    await easel.ask("what does row 40 say in page.png?", thread_ts=root)
    copy, strip = list_sizes(easel)
    assert copy == (307, 2048) and strip[0] == 1200 and 38 < strip[1] < 800


async def test_a_picture_in_an_archive_in_an_archive_is_seen_in_parts_as_well(
    easel: EaselEnvironment,
) -> None:
    page = encode_picture(draw_table((1200, 4000), 20).picture)
    inner = build_zip({"scans/page.png": page})
    files = [("album.zip", build_zip({"monday.zip": inner, "me.png": encode_picture(ICON)}))]
    root = await easel.ask("what is it?", files=files)
    assert list_sizes(easel) == [(64, 64), (1200, 4000)]
    assert "album.zip: monday.zip/page.png (sent now)" in read_request_text(easel)
    await easel.ask("what does row 40 say in page.png?", thread_ts=root)
    _, strip = list_sizes(easel)
    assert strip[0] == 1200 and 38 < strip[1] < 800


async def test_the_pages_of_a_scan_are_seen_at_full_size(easel: EaselEnvironment) -> None:
    root = await easel.ask("what is it?", files=[("scan.tiff", build_scan(3))])
    assert list_sizes(easel) == [(1240, 1754)] * 3
    assert "scan.tiff, page 3 of 3 (sent now)" in read_request_text(easel)
    await easel.ask("what did you see?", thread_ts=root)
    assert "all 3 pages" in get_last_text(easel, root)

    await easel.ask("zoom into the top right of the second page", thread_ts=root)
    copy, corner = list_sizes(easel)
    assert copy == (1131, 1600) and corner == (682, 965)
    assert "scan.tiff, page 2 of 3, part 1 of 1, top right" in read_request_text(easel)


async def test_of_thirty_pages_as_many_are_seen_as_can_be_read_and_others_by_number(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("what is it?", files=[("scan.tiff", build_scan(30, (620, 877)))])
    assert len(list_sizes(easel)) == 10
    said = get_last_text(easel, root)
    assert "any page but 1-10 of 30" in said and "as in “read pages 11-20”" in said
    await easel.ask("and page 20?", thread_ts=root)
    assert "scan.tiff, page 20 of 30 (from earlier)" in read_request_text(easel)
    assert len(list_sizes(easel)) == 1
    await easel.ask("what does it say at the bottom?", thread_ts=root)
    assert "scan.tiff, page 20 of 30" in read_request_text(easel)
    await easel.ask("read page 31", thread_ts=root)
    assert "scan.tiff has no page 31: its last page is 30" in get_last_text(easel, root)


async def test_a_page_of_a_scanned_pdf_is_seen_closely_when_it_is_asked_for(
    easel: EaselEnvironment,
) -> None:
    pages = [draw_text((1654, 2339), 24, seed=seed).picture for seed in (1, 2)]
    scan = encode_picture(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=200)
    root = await easel.ask("what is it?", files=[("scan.pdf", scan)])
    assert list_sizes(easel) == []
    await easel.ask("zoom into the top right of page 2", thread_ts=root)
    copy, corner = list_sizes(easel)
    assert max(copy) == 1600 and 900 < corner[0] < 920 and 1280 < corner[1] < 1300


async def test_a_picture_in_an_archive_is_looked_into_alone_wherever_it_is_in_the_thread(
    easel: EaselEnvironment,
) -> None:
    pages = {f"p_{n}.png": encode_picture(draw_table((1200, 3000), 20).picture) for n in range(3)}
    files = [("my_album.zip", build_zip(pages))]
    root = await easel.ask("what is it?", files=files)
    await easel.ask("and this?", thread_ts=root, files=[("me.png", encode_picture(ICON))])
    await easel.ask("zoom into the top right of p_2.png in my_album.zip", thread_ts=root)
    copy, corner = list_sizes(easel)
    assert max(copy) == 2048 and corner == (660, 1650)


async def test_pictures_in_an_archive_keep_any_name_that_they_have(easel: EaselEnvironment) -> None:
    names = ["file", "file.zip", "a.zip", "in: it.png"]
    members = {
        f"{number}/{name}": encode_picture(draw_text((300, 200), 18, seed=number).picture)
        for number, name in enumerate(names)
    }
    await easel.ask("what is it?", files=[("a.zip", build_zip(members))])
    sent = read_request_text(easel)
    assert [name for name in names if f"a.zip: {name} (sent now)" not in sent] == []
