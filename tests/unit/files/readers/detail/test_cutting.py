"""Parts hold the pixels of the file, whatever its format; regions and rows are found."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageOps, ImageStat

from bot.domain.files import Image as SentImage
from bot.domain.pictures.sight import Box, Detail, PictureContent
from bot.domain.tokens import is_shown_in_full
from bot.files.detail.plan import ViewPlan, should_show_detail
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.detail.paper import find_drawn_box
from bot.files.readers.dispatch import read_file
from bot.files.readers.pictures import convert_to_rgb, read_picture
from bot.files.sandbox.packing import pack, unpack
from bot.files.unreadable import UnreadableError
from tests.support.archives import build_zip
from tests.support.pages import draw_table, draw_text
from tests.support.pictures import build_png_header, encode_picture, open_picture

PAGE = draw_text((1000, 2200), 16)
TABLE = draw_table((2600, 1300), 14)


def cut(data: bytes, **plan: Any) -> tuple[SentImage, ...]:
    return cut_picture("a.png", data, ViewPlan(**plan)).pictures


def expect_pixels(part: SentImage, whole: Image.Image) -> None:
    assert part.sight.box is not None
    assert open_picture(part.data).convert("RGB").tobytes() == whole.crop(part.sight.box).tobytes()


def unite(parts: Sequence[SentImage]) -> Box:
    """Return what all parts show together."""
    boxes = [part.sight.shown_box for part in parts]
    assert all(part.sight.box is not None and part.percent == 100 for part in parts)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def test_a_page_is_cut_into_its_own_pixels_after_an_overview() -> None:
    overview, *parts = cut(encode_picture(PAGE.picture))
    assert overview.sight.box is None and (overview.width, overview.height) == (682, 1500)
    assert len(parts) == 2
    for part in parts:
        assert part.mimetype == "image/png" and is_shown_in_full(part.width, part.height)
        expect_pixels(part, PAGE.picture)


def test_a_picture_that_is_taken_as_it_is_is_not_cut() -> None:
    (whole,) = cut(encode_picture(PAGE.picture), takes_original=True)
    assert whole.sight.box is None and whole.sight.detail is Detail.ORIGINAL
    assert open_picture(whole.data).convert("RGB").tobytes() == PAGE.picture.tobytes()


def test_a_region_is_sent_alone_with_its_place() -> None:
    (corner,) = cut(encode_picture(PAGE.picture), shares=(0.5, 0.0, 1.0, 0.5))
    assert corner.sight.box == (500, 0, 1000, 1100)
    expect_pixels(corner, PAGE.picture)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_of_a_picture_taken_sideways_is_that_of_the_upright_one(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode_picture(PAGE.picture, exif=exif, compress_level=1)
    (corner,) = cut(data, shares=(0.0, 0.5, 0.5, 1.0))
    expect_pixels(corner, ImageOps.exif_transpose(open_picture(data)))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("1", "PNG"), ("L", "TIFF"), ("P", "GIF"), ("P", "PNG"), ("CMYK", "TIFF"), ("LA", "PNG"),
     ("I;16", "PNG"), ("RGBA", "WEBP"), ("RGB", "BMP")],
)  # fmt: skip
def test_every_way_to_write_pixels_is_cut(mode: str, kind: str) -> None:
    page = PAGE.picture.convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        page = page.point([value * 257 for value in range(256)], "I").convert("I;16")
    data = encode_picture(page, kind, **({"lossless": True} if kind == "WEBP" else {}))
    read = read_picture("a", data).pictures[0]
    assert (read.sight.full_width, read.sight.full_height) == PAGE.picture.size
    assert read.sight.content is PictureContent.TEXT
    overview, *parts = cut(data)
    assert len(parts) == 2 and overview.sight.box is None
    shown = open_picture(parts[0].data).convert("L").tobytes()
    source = page.convert("L") if mode in ("1", "P") else PAGE.picture.convert("L")
    expected = source.crop(parts[0].sight.shown_box).tobytes()
    worst = max(abs(one - other) for one, other in zip(shown, expected, strict=True))
    assert worst <= 24


def test_of_an_animation_the_frames_are_read_small_and_shown_in_full_where_they_are_drawn() -> None:
    frames = [Image.new("P", (2400, 1800), colour) for colour in (1, 2)]
    data = encode_picture(frames[0], "GIF", save_all=True, append_images=frames[1:])
    first, second = read_picture("a.gif", data).pictures
    assert first.sight.full_width == second.sight.full_width == 2400
    assert max(first.width, first.height) == 768 and should_show_detail(first)


def test_a_large_picture_is_made_smaller_by_no_more_than_it_has_to_be() -> None:
    page = Image.new("L", (3200, 3200), 255)
    page.paste(PAGE.picture.convert("L"), (100, 100))
    ImageDraw.Draw(page).rectangle((0, 0, 3199, 3199), outline=0, width=9)
    overview, *parts = cut(encode_picture(page, compress_level=1), tokens=5_000)
    assert overview.sight.box is None
    boxes = [part.sight.shown_box for part in parts]
    assert max(box[2] for box in boxes) == max(box[3] for box in boxes) == 3200
    assert all(45 <= part.percent <= 65 for part in parts)


@pytest.mark.parametrize(("row", "first", "last"), [(40, 37, 43), (1, 1, 4), (-1, 45, 48)])
def test_a_row_of_a_table_is_found_with_its_neighbours(row: int, first: int, last: int) -> None:
    left, top, right, bottom = unite(cut(encode_picture(TABLE.picture), row=row))
    assert (left, right) == (0, 2600) and bottom - top < 600
    for number in range(first, last + 1):
        boxes = [box for word, box in TABLE.words if word.startswith(f"r{number}c")]
        assert boxes and all(top <= box[1] and box[3] <= bottom for box in boxes), number


def test_a_column_of_a_table_is_found() -> None:
    left, _, right, _ = unite(cut(encode_picture(TABLE.picture), column=9))
    boxes = [box for word, box in TABLE.words if word.partition("x")[0].endswith("c9")]
    assert all(left <= box[0] and box[2] <= right for box in boxes) and right - left < 900


@pytest.mark.parametrize("row", [5_000, 9_999])
def test_without_such_a_row_all_of_the_picture_is_shown(row: int) -> None:
    parts = cut(encode_picture(PAGE.picture), row=row)
    assert max(part.sight.shown_box[3] for part in parts) == 2200


@pytest.mark.parametrize("size", [(100_000, 1), (1, 100_000), (60_000, 50)])
def test_a_strip_without_anything_to_see_is_refused_in_one_sentence(size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_picture("a.png", encode_picture(Image.new("1", size)))
    assert "a strip too thin to show anything" in refused.value.user_message


def test_a_picture_that_is_too_long_takes_nothing_else_with_it() -> None:
    out = io.BytesIO()
    Image.new("1", (700, 100_001)).save(out, "TIFF", compression="group4")
    with pytest.raises(UnreadableError) as refused:
        read_picture("a.tif", out.getvalue())
    assert "it is 100,001 pixels long on one side and I read at most 100,000" in (
        refused.value.user_message
    )
    both = {"a.tif": out.getvalue(), "b.png": encode_picture(PAGE.picture)}
    read = unpack(pack(read_file("a.zip", build_zip(both))))
    assert [one.name for one in read.pictures] == ["b.png"]
    assert "a.tif" in read.pages[0] and "100,001 pixels long on one side" in read.pages[0]


@pytest.mark.parametrize("size", [(40_000, 40_000), (2**31 - 1, 1), (100_000, 100_000)])
def test_gigapixels_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    for call in (
        lambda: read_picture("a", build_png_header(*size)),
        lambda: cut(build_png_header(*size)),
    ):
        with pytest.raises(UnreadableError):
            call()


def test_a_damaged_picture_is_cut_as_far_as_it_goes_or_refused() -> None:
    data = encode_picture(PAGE.picture)
    assert cut(data[: len(data) // 2])
    with pytest.raises(UnreadableError):
        cut(b"no picture")


def test_of_a_page_with_text_in_one_corner_that_corner_is_shown() -> None:
    page = Image.new("RGB", (4000, 6000), "white")
    page.paste(draw_text((600, 240), 12).picture, (3340, 5700))
    overview, corner = cut(encode_picture(page, compress_level=1))
    assert (overview.sight.box, overview.height) == (None, 1239)
    left, top, right, bottom = corner.sight.shown_box
    assert 3280 <= left <= 3352 and 5640 <= top <= 5712
    assert 3900 <= right <= 4000 and 5900 <= bottom <= 6000 and corner.percent == 100


@pytest.mark.parametrize("orientation", [1, 3, 6, 7, 8])
def test_the_drawn_part_of_a_turned_picture_is_found_where_it_is_seen(orientation: int) -> None:
    page = Image.new("RGB", (3000, 2000), "white")
    page.paste(draw_text((500, 300), 14).picture, (2400, 40))
    exif = Image.Exif()
    exif[274] = orientation
    data = encode_picture(page, "JPEG", exif=exif, quality=95)
    upright = ImageOps.exif_transpose(open_picture(data)).convert("RGB")
    overview, part = cut(data)
    assert overview.sight.full_width == upright.width
    shown = open_picture(part.data).convert("RGB")
    means = ImageStat.Stat(ImageChops.difference(upright.crop(part.sight.shown_box), shown)).mean
    assert max(means) < 4 and part.width < 700 and part.height < 700


def test_parts_on_which_nothing_is_drawn_are_left_out() -> None:
    page = Image.new("RGB", (1200, 8000), "white")
    for top in (0, 7500):
        page.paste(draw_text((1200, 500), 12).picture, (0, top))
    overview, first, last = cut(encode_picture(page, compress_level=1))
    assert overview.sight.box is None
    assert first.sight.shown_box[1] == 0 and last.sight.shown_box[3] == 8000
    blank = cut(encode_picture(Image.new("RGB", (1200, 8000), "white")))
    assert len(blank) == 2


@pytest.mark.parametrize(("ink", "paper"), [((20, 20, 20), 255), ((240, 240, 240), 0)])
def test_what_is_transparent_is_laid_on_a_paper_on_which_it_can_be_read(
    ink: tuple[int, int, int], paper: int
) -> None:
    page = draw_text((2600, 2000), 14)
    clear = Image.new("RGBA", page.picture.size, (*ink, 0))
    clear.putalpha(page.picture.convert("L").point([255 - level for level in range(256)]))
    (copy,) = read_picture("a.png", encode_picture(clear)).pictures
    assert copy.sight.content is PictureContent.TEXT
    _, *parts = cut(encode_picture(clear))
    for part in parts:
        shown = open_picture(part.data).convert("L")
        assert shown.histogram()[paper] > 0.5 * shown.width * shown.height
        least, most = ImageStat.Stat(shown).extrema[0]
        assert abs((least if paper else most) - ink[0]) < 30


@pytest.mark.parametrize(
    ("paper", "first", "second"),
    [("#0078d7", "white", "#e81123"), ("#808080", "black", "#ff3c64"),
     ("#2d7d9a", "#fff", "#c0392b")],
)  # fmt: skip
def test_what_differs_from_its_paper_in_colour_alone_is_drawn_as_well(
    paper: str, first: str, second: str
) -> None:
    page = Image.new("RGB", (1200, 4000), paper)
    ground = ImageColor.getrgb(paper)[:3]
    for top, height, ink in ((0, 1000, first), (1200, 2600, second)):
        text = draw_text((1200, height), 12, ink=ImageColor.getrgb(ink)[:3], paper=ground)
        page.paste(text.picture, (0, top))
    box = find_drawn_box(page, None, convert_to_rgb)
    assert box is None  # almost all of it
    corner = Image.new("RGB", (3000, 2000), paper)
    corner.paste(page.crop((0, 1200, 500, 1500)), (2400, 1600))
    found = find_drawn_box(corner, None, convert_to_rgb)
    assert found is not None and 2300 <= found[0] <= 2424 and 1500 <= found[1] <= 1624


def test_the_overview_of_a_transparent_page_is_on_paper_as_its_drawn_part_is() -> None:
    page = Image.new("RGBA", (2600, 1800), (20, 20, 60, 0))
    text = draw_text((1200, 1800), 14).picture.convert("L")
    ink = Image.new("RGBA", text.size, (20, 20, 60, 255))
    ink.putalpha(text.point([255 - level for level in range(256)]))
    page.paste(ink, (0, 0))
    overview, part = cut(encode_picture(page))
    for shown in (overview, part):
        corner = open_picture(shown.data).convert("RGBA").getpixel((shown.width - 2, 2))
        assert corner == (255, 255, 255, 255)


def test_a_picture_that_is_seen_as_it_is_has_no_part_next_to_it() -> None:
    page = Image.new("RGB", (1000, 800), "white")
    page.paste(draw_text((400, 300), 12).picture, (0, 0))
    (whole,) = cut(encode_picture(page))
    assert whole.sight.box is None and (whole.width, whole.height) == (1000, 800)
