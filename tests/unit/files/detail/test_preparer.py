"""Parts take the place of a picture; one that cannot be cut stays, and that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import FileGone
from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.pictures.closeup import Closeup, PictureChoice, ViewOptions
from bot.domain.pictures.sight import Box, Origin, PictureContent, Sight
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
        self.cut: list[tuple[str, bytes, ViewPlan, int]] = []
        self.searches: list[Sequence[str]] = []

    async def fetch_original(self, ref: FileRef) -> bytes:
        if self.is_gone:
            raise FileGone(ref.id)
        self.fetched.append(ref.id)
        return b"from Slack"

    async def cut_picture(
        self, name: str, data: bytes, plan: ViewPlan, number: int, **_owner: Any
    ) -> tuple[Image, ...]:
        if self.is_damaged:
            raise build_unreadable_error(name, "damaged")
        self.cut.append((name, data, plan, number))
        return self.parts

    async def find_pictures(
        self, name: str, _data: bytes, digests: Sequence[str], **_owner: Any
    ) -> dict[str, bytes]:
        self.searches.append(digests)
        if self.is_damaged:
            raise build_unreadable_error(name, "took too long")
        return {digest: b"in it: " + digest.encode() for digest in digests}

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


@pytest.mark.parametrize("picture", [replace(COPY, file_id="F9"), replace(COPY, sight=Sight())])
async def test_what_is_not_to_be_looked_into_stays_as_it_is(picture: Image) -> None:
    context = replace(build_context(), new_images=(picture,))
    files = FakeFiles()
    assert (await prepare(files, context)).new_images == (picture,)
    assert not files.cut


@pytest.mark.parametrize(
    ("name", "part", "origin"),
    [
        ("page.png", "page 2 of 3", Origin("", 2)),
        ("page.png", "frame 9 of 40, at 0.9 s", Origin("", 9)),
        ("page.png: inner.png", "", Origin("0" * 64)),
        ("page.png: inner.tif", "page 2 of 3", Origin("0" * 64, 2)),
    ],
)
async def test_pages_frames_and_packed_pictures_are_cut_where_they_lie(
    name: str, part: str, origin: Origin
) -> None:
    picture = replace(COPY, name=name, part=part, origin=origin)
    others = [
        replace(picture, origin=Origin("1" * 64)),
        replace(picture, sight=Sight(), origin=Origin("2" * 64)),
    ]
    context = replace(build_context(), new_images=(picture, *others))
    files = FakeFiles(*map(build_part, (None, *BOXES)))
    shown = await prepare(files, context)
    inner = b"in it: " + origin.sha256.encode() if origin.sha256 else b"from Slack"
    assert {(data, number) for _, data, _, number in files.cut} == {
        (inner, origin.number),
        (b"in it: " + b"1" * 64, 0),
    }
    assert files.fetched == ["F1"], "once, however many pictures are in it"
    overview, first, last, *_ = shown.new_images
    before = ", ".join(filter(None, (name, part)))
    assert overview.label == f"{before}, overview" and overview.key == picture.key
    assert first.label.startswith(f"{before}, part 1 of 2, top: x 0-1,200")
    assert last.data == b"part" and shown.new_images[-1] == others[-1]


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
    assert sum_picture_tokens(shown.pictures) <= MAX_TOKENS
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


@pytest.mark.parametrize("is_damaged", [False, True])
async def test_a_file_is_searched_once_for_all_pictures_in_it(*, is_damaged: bool) -> None:
    origins = [Origin(digit * 64) for digit in "0123"] + [Origin("3" * 64, 2)]
    pictures = tuple(
        replace(COPY, name=f"page.png: {number}.png", origin=origin)
        for number, origin in enumerate(origins)
    )
    files = FakeFiles(build_part(None, 1024), is_damaged=is_damaged)
    shown = await prepare(files, replace(build_context(), new_images=pictures))
    (digests,) = files.searches
    assert sorted(digests) == [digit * 64 for digit in "0123"]
    # What is not found in time is not looked for again, and stays as it is.
    assert len(files.cut) == (0 if is_damaged else 5)
    failed = [note for note in shown.notes if "I could not look at" in note]
    assert len(failed) == (5 if is_damaged else 0)


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
    preparer = DetailPreparer(FakeFiles(), FakeFiles())  # type: ignore[arg-type] # a fake
    context = FileContext(new_images=(page,), parsed_files={"F1": parsed})
    shown = await preparer.prepare(context, [REF], options, lambda _: NOBODY)
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


async def test_what_the_message_names_is_seen_first_and_looked_into_alone() -> None:
    sight = Sight(3000, 2250, PictureContent.TEXT)
    pictures = tuple(replace(build_photo(number), sight=sight) for number in range(30))
    parsed = {one.file_id: ParsedFile(one.name, "JPEG picture", (one,)) for one in pictures}
    context = FileContext(new_images=pictures, parsed_files=parsed)
    refs = [FileRef(one.file_id, one.name, "image/jpeg") for one in pictures]
    files = FakeFiles(build_part((600, 0, 1200, 450)))
    preparer = DetailPreparer(files, files)  # type: ignore[arg-type] # a fake
    options = ViewOptions(
        Closeup(shares=(0.5, 0.0, 1.0, 0.5)),
        PictureChoice("zoom into the top right of 27.jpg and 29.jpg"),
        context_tokens=60_000,
    )
    seen = await preparer.prepare(context, refs, options, lambda _: NOBODY)
    names = list(dict.fromkeys(one.name for one in seen.new_images))
    assert names == [*(f"{number}.jpg" for number in range(18)), "27.jpg", "29.jpg"]
    assert {name for name, *_ in files.cut} <= {"27.jpg", "29.jpg"}
    assert "Left out: 18.jpg, 19.jpg" in seen.notes[0]
    few = replace(context, new_images=pictures[24:])
    await preparer.prepare(few, refs, replace(options, context_tokens=200_000), lambda _: NOBODY)
    assert {name for name, *_ in files.cut} == {"27.jpg", "29.jpg"}
