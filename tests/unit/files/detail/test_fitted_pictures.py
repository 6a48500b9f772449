"""Pictures that are too many or too large are seen smaller or left out, which is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.files import FileContext, Image, ParsedFile
from bot.domain.pictures.closeup import Closeup, ViewOptions
from bot.domain.pictures.sight import Origin, PictureContent, Sight
from bot.files.detail.layout import MAX_TOKENS
from bot.prompt.estimate import sum_picture_tokens
from tests.support.cut_pictures import (
    COPY,
    FakeFiles,
    build_context,
    build_part,
    build_photo,
    prepare,
)


async def test_what_is_scaled_is_said() -> None:
    files = FakeFiles(build_part(None, 307), build_part((0, 0, 1200, 8000), 600))
    (note,) = (await prepare(files, build_context())).notes
    assert "page.png is too large" in note and "I saw it at 50 %" in note


async def test_a_picture_for_which_no_room_is_left_is_seen_smaller_and_that_is_said() -> None:
    options = ViewOptions(context_tokens=2_000)
    shown = await prepare(FakeFiles(), build_context(), options)
    (note,) = shown.notes
    assert shown.new_images == (COPY,) and "I saw it at 25 %" in note


async def test_copies_become_smaller_beside_parts_and_keep_their_names_which_is_said() -> None:
    part = build_part((0, 0, 1200, 8000))
    files = FakeFiles(replace(part, width=2048, height=1152))
    photos = tuple(build_photo(number) for number in range(10))
    context = replace(build_context(), new_images=(*photos[:5], COPY), earlier_images=photos[5:])
    shown = await prepare(files, context)
    *copies, _, seen = shown.new_images
    assert [one.name for one in copies] == [one.name for one in photos[:5]]
    assert [one.file_id for one in shown.earlier_images] == [one.file_id for one in photos[5:]]
    assert {one.data for one in (*copies, *shown.earlier_images)} == {b"small"}
    assert seen.data == b"part" and copies[0].sight == photos[0].sight
    assert sum_picture_tokens(shown.pictures) <= MAX_TOKENS
    (note,) = shown.notes
    assert "I saw 10 of them smaller" in note and "top right of 5.jpg" in note


async def test_what_is_drawn_from_many_pictures_costs_no_more() -> None:
    photos = tuple(build_photo(number) for number in range(12))
    context, options = FileContext(new_images=photos), ViewOptions(draws=True)
    shown = await prepare(FakeFiles(), context, options, [])
    assert sum_picture_tokens(shown.new_images) <= MAX_TOKENS and len(shown.new_images) == 12


async def test_a_copy_that_cannot_be_made_smaller_is_sent_as_it_is() -> None:
    photos = tuple(build_photo(number) for number in range(12))
    files = FakeFiles(is_damaged=True)
    shown = await prepare(files, FileContext(new_images=photos))
    assert shown.new_images == photos
    names = [str(note).partition(" smaller")[0] for note in shown.notes]
    assert names == [f"_I could not make {photo.name}" for photo in photos]


async def test_frames_that_are_made_smaller_tell_how_much() -> None:
    frames = tuple(
        Image("a.gif", "image/png", b"", "", 2048, 1536, f"frame {number} of 12", "F7",
              origin=Origin("", number))
        for number in range(1, 13)
    )  # fmt: skip
    shown = await prepare(FakeFiles(), FileContext(new_images=frames))
    small = shown.new_images[0]
    assert (small.part, small.sight.full_width) == ("frame 1 of 12", 2048)
    assert "I saw 12 of them smaller" in shown.notes[0]


@pytest.mark.parametrize(
    ("content", "options", "is_told"),
    [
        (PictureContent.TEXT, ViewOptions(context_tokens=12_000), True),
        (PictureContent.GRAPHIC, ViewOptions(context_tokens=12_000), True),
        (PictureContent.PHOTO, ViewOptions(context_tokens=12_000), False),
        (PictureContent.PHOTO, ViewOptions(Closeup(is_wanted=True), context_tokens=12_000), True),
        (PictureContent.TEXT, ViewOptions(draws=True), False),
    ],
)
async def test_a_page_of_which_too_little_is_seen_is_told(
    content: PictureContent, options: ViewOptions, *, is_told: bool
) -> None:
    sight = Sight(2480, 3508, content)
    page = Image("a.tif", "image/png", b"", "", 1131, 1600, "page 1 of 3", "F1", sight)
    parsed = ParsedFile("a.tif", "TIFF picture of 3 pages", (page,))
    context = FileContext(new_images=(page,), parsed_files={"F1": parsed})
    shown = await prepare(FakeFiles(), context, options)
    assert [str(note)[:33] for note in shown.notes] == [
        "_page 1 of a.tif is too large to look"[:33]
    ] * is_told


async def test_pages_with_which_nothing_could_be_read_are_left_out_and_named() -> None:
    sight = Sight(2480, 3508, PictureContent.TEXT)
    pages = tuple(
        Image("a.tif", "image/png", b"", "", 1200, 1600, f"page {number} of 30", "F1", sight,
              Origin("", number))
        for number in range(1, 31)
    )  # fmt: skip
    photo = build_photo(1)
    parsed = {"F1": ParsedFile("a.tif", "TIFF picture of 30 pages", pages, count=30)}
    parsed["P1"] = ParsedFile("1.jpg", "JPEG picture", (photo,))
    context = FileContext(new_images=pages, earlier_images=(photo,), parsed_files=parsed)
    shown = await prepare(FakeFiles(), context)
    assert [one.part for one in shown.new_images] == [f"page {n} of 30" for n in range(1, 21)]
    assert sum_picture_tokens(shown.new_images) <= MAX_TOKENS and not shown.earlier_images
    assert min(one.tokens for one in shown.new_images) > 1_100
    left_out, scaled = shown.notes
    assert "I looked at 20 of 31 pictures" in left_out
    assert "Left out: pages 21-30 of a.tif, 1.jpg. Ask for them" in left_out
    assert "I saw 20 of them smaller" in scaled
    assert shown.parsed_files["F1"].left_out == "pages 21-30"
    assert shown.parsed_files["P1"].left_out == "a picture"
