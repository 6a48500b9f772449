"""Parts take the place of a picture; one that cannot be cut stays, and that is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import FileGone
from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.pictures.closeup import Closeup, ViewOptions
from bot.domain.pictures.sight import Box, PictureContent, Sight
from bot.files.detail.layout import MAX_TOKENS
from bot.files.detail.plan import ViewPlan
from bot.files.detail.preparer import DetailPreparer
from bot.files.sandbox.pool import NOBODY
from bot.files.unreadable import build_unreadable_error
from bot.prompt.estimate import sum_picture_tokens

REF = FileRef("F1", "page.png", "image/png")
BOXES = [(0, 0, 1200, 4100), (0, 4000, 1200, 8000)]
SIGHT = Sight(1200, 8000, PictureContent.TEXT)
COPY = Image("page.png", "image/png", b"copy", "", 307, 2048, file_id="F1", sight=SIGHT)


def build_part(box: Box | None, width: int = 1200) -> Image:
    return Image("?", "image/png", b"part", "", width, 1, sight=replace(SIGHT, box=box))


class FakeFiles:
    """A cache and a sandbox: the originals that Slack still has, and what is cut of them."""

    def __init__(self, *parts: Image, is_gone: bool = False, is_damaged: bool = False) -> None:
        self.parts, self.is_gone, self.is_damaged = parts, is_gone, is_damaged
        self.fetched: list[str] = []
        self.shrunk: list[tuple[bytes, int]] = []
        self.cut: list[tuple[str, bytes, ViewPlan]] = []

    async def fetch_original(self, ref: FileRef) -> bytes:
        if self.is_gone:
            raise FileGone(ref.id)
        self.fetched.append(ref.id)
        return b"from Slack"

    async def cut_picture(
        self, name: str, data: bytes, plan: ViewPlan, **_owner: Any
    ) -> tuple[Image, ...]:
        if self.is_damaged:
            raise build_unreadable_error(name, "damaged")
        self.cut.append((name, data, plan))
        return self.parts

    async def shrink(self, name: str, data: bytes, max_side: int, **_owner: Any) -> Image:
        if self.is_damaged:
            raise build_unreadable_error(name, "damaged")
        self.shrunk.append((data, max_side))
        return Image(name, "image/jpeg", b"small", "", max_side, round(0.75 * max_side))


def build_context(picture: Image = COPY, **more: Any) -> FileContext:
    parsed = ParsedFile("page.png", "PNG picture", (picture,))
    return FileContext(new_images=(picture,), parsed_files={"F1": parsed}, **more)


async def prepare(
    files: FakeFiles,
    context: FileContext,
    closeup: Closeup = Closeup(),  # noqa: B008 - a value
) -> FileContext:
    preparer = DetailPreparer(files, files)  # type: ignore[arg-type] # a fake
    return await preparer.prepare(context, [REF], ViewOptions(closeup), lambda _: NOBODY)


async def test_parts_take_the_place_of_the_picture_under_its_name() -> None:
    files = FakeFiles(
        build_part(None, 307), build_part((0, 0, 1200, 4100)), build_part((0, 4000, 1200, 8000))
    )
    shown = await prepare(files, build_context(originals={"F1": b"at hand"}))
    labels = [picture.label.partition(":")[0] for picture in shown.new_images]
    assert labels == ["page.png, overview", "page.png, part 1 of 2, top",
                      "page.png, part 2 of 2, bottom"]  # fmt: skip
    assert {picture.file_id for picture in shown.new_images} == {"F1"}
    assert files.cut[0][:2] == ("page.png", b"at hand") and not files.fetched
    assert shown.originals == {} and shown.notes == ()


async def test_a_region_comes_with_the_copy_of_the_whole() -> None:
    files = FakeFiles(build_part((600, 0, 1200, 4000)))
    context = replace(build_context(), new_images=(), earlier_images=(COPY,))
    shown = await prepare(files, context, Closeup(shares=(0.5, 0.0, 1.0, 0.5)))
    copy, part = shown.earlier_images
    assert copy.data == b"copy" and part.data == b"part"
    assert files.fetched == ["F1"]


@pytest.mark.parametrize("fault", [{"is_gone": True}, {"is_damaged": True}])
async def test_a_picture_that_cannot_be_cut_is_seen_smaller_and_that_is_said(
    fault: dict[str, bool],
) -> None:
    shown = await prepare(FakeFiles(**fault), build_context())
    assert shown.new_images == (COPY,)
    (note,) = shown.notes
    assert "I could not look at page.png at its full size" in note


async def test_what_is_scaled_is_said() -> None:
    files = FakeFiles(build_part(None, 307), build_part((0, 0, 1200, 8000), 600))
    (note,) = (await prepare(files, build_context())).notes
    assert "page.png is too large" in note and "I saw it at 50 %" in note


async def test_a_picture_for_which_no_room_is_left_is_seen_smaller_and_that_is_said() -> None:
    preparer = DetailPreparer(FakeFiles(), FakeFiles())  # type: ignore[arg-type] # a fake
    options = ViewOptions(context_tokens=2_000)
    shown = await preparer.prepare(build_context(), [REF], options, lambda _: NOBODY)
    (note,) = shown.notes
    assert shown.new_images == (COPY,) and "I saw it at 25 %" in note


@pytest.mark.parametrize(
    "picture",
    [
        replace(COPY, part="page 1 of 3"),
        replace(COPY, name="page.png: inner.png"),
        replace(COPY, file_id="F9"),
        replace(COPY, sight=Sight()),
    ],
)
async def test_pages_frames_and_files_of_archives_stay_as_they_are(picture: Image) -> None:
    context = replace(build_context(), new_images=(picture,))
    files = FakeFiles()
    assert (await prepare(files, context)).new_images == (picture,)
    assert not files.cut


def build_photo(number: int) -> Image:
    sight = Sight(4032, 3024, PictureContent.PHOTO)
    return Image(
        f"{number}.jpg", "image/jpeg", b"%d" % number, "", 2048, 1536, "", f"P{number}", sight
    )


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
    assert sum_picture_tokens((*shown.earlier_images, *shown.new_images)) <= MAX_TOKENS
    (note,) = shown.notes
    assert "I saw 10 of them smaller" in note and "top right of 5.jpg" in note


async def test_what_is_drawn_from_many_pictures_costs_no_more() -> None:
    photos = tuple(build_photo(number) for number in range(12))
    preparer = DetailPreparer(FakeFiles(), FakeFiles())  # type: ignore[arg-type] # a fake
    context, options = FileContext(new_images=photos), ViewOptions(draws=True)
    shown = await preparer.prepare(context, [], options, lambda _: NOBODY)
    assert sum_picture_tokens(shown.new_images) <= MAX_TOKENS and len(shown.new_images) == 12


async def test_a_copy_that_cannot_be_made_smaller_is_sent_as_it_is() -> None:
    photos = tuple(build_photo(number) for number in range(12))
    files = FakeFiles(is_damaged=True)
    shown = await prepare(files, FileContext(new_images=photos))
    assert shown.new_images == photos
    names = [str(note).partition(" smaller")[0] for note in shown.notes]
    assert names == [f"_I could not make {photo.name}" for photo in photos]


async def test_frames_that_are_made_smaller_tell_how_much() -> None:
    frame = Image("a.gif", "image/png", b"", "", 2048, 1536, "frame 1 of 12", "F7")
    shown = await prepare(FakeFiles(), FileContext(new_images=(frame,) * 12))
    small = shown.new_images[0]
    assert (small.part, small.sight.full_width) == ("frame 1 of 12", 2048)
    assert "I saw what a.gif holds smaller than it is" in shown.notes[0]


@pytest.mark.parametrize(
    ("content", "options", "is_told"),
    [
        (PictureContent.TEXT, ViewOptions(), True),
        (PictureContent.GRAPHIC, ViewOptions(), True),
        (PictureContent.PHOTO, ViewOptions(), False),
        (PictureContent.PHOTO, ViewOptions(Closeup(is_wanted=True)), True),
        (PictureContent.TEXT, ViewOptions(draws=True), False),
    ],
)
@pytest.mark.parametrize(("part", "name"), [("page 1 of 3", "a.tif"), ("", "page.png")])
async def test_pages_and_packed_pictures_that_are_seen_smaller_are_told(
    content: PictureContent, options: ViewOptions, part: str, name: str, *, is_told: bool
) -> None:
    sight = Sight(2480, 3508, content)
    page = Image(name, "image/png", b"", "", 1131, 1600, part, "F1", sight)
    parsed = ParsedFile("a.tif", "TIFF picture of 3 pages", (page,))
    preparer = DetailPreparer(FakeFiles(), FakeFiles())  # type: ignore[arg-type] # a fake
    context = FileContext(new_images=(page,), parsed_files={"F1": parsed})
    shown = await preparer.prepare(context, [REF], options, lambda _: NOBODY)
    assert [str(note)[:34] for note in shown.notes] == [
        "_I saw what a.tif holds smaller tha"[:34]
    ] * is_told


async def test_an_earlier_page_is_told_again_only_where_it_is_looked_into() -> None:
    page = Image("a.tif", "image/png", b"", "", 1131, 1600, "page 1 of 3", "F1", SIGHT)
    parsed = {"F1": ParsedFile("a.tif", "TIFF picture of 3 pages", (page,))}
    context = FileContext(earlier_images=(page,), parsed_files=parsed)
    assert (await prepare(FakeFiles(), context)).notes == ()
    assert len((await prepare(FakeFiles(), context, Closeup(row=12))).notes) == 1


@pytest.mark.parametrize("takes_webp", [False, True])
async def test_a_server_that_reads_no_webp_gets_none(*, takes_webp: bool) -> None:
    parts = [replace(build_part(box), mimetype="image/webp", height=1500) for box in (None, *BOXES)]
    png = replace(COPY, name="b.png", file_id="F2", sight=Sight())
    files = FakeFiles(*parts)
    preparer = DetailPreparer(files, files)  # type: ignore[arg-type] # a fake
    context = build_context()
    context = replace(context, new_images=(*context.new_images, png))
    options = ViewOptions(takes_webp=takes_webp)
    shown = await preparer.prepare(context, [REF], options, lambda _: NOBODY)
    kinds = [picture.mimetype for picture in shown.new_images]
    assert kinds == ["image/webp" if takes_webp else "image/jpeg"] * 3 + ["image/png"]
    assert [picture.sight.box for picture in shown.new_images[1:3]] == BOXES
    assert [side for _, side in files.shrunk] == ([] if takes_webp else [1500] * 3)
