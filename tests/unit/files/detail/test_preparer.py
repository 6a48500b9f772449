"""Parts take the place of a picture; one that cannot be cut stays, and that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.pictures.closeup import Closeup, PictureChoice, ViewOptions
from bot.domain.pictures.sight import Origin, PictureContent, Sight
from tests.support.cut_pictures import (
    BOXES,
    COPY,
    FakeFiles,
    build_context,
    build_part,
    build_photo,
    prepare,
)


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
    shown = await prepare(files, context, ViewOptions(Closeup(shares=(0.5, 0.0, 1.0, 0.5))))
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
    assert files.tried == ["pictures in F1"], "not again for another picture in it"
    # What is not found in time is not looked for again, and stays as it is.
    assert len(files.cut) == (0 if is_damaged else 5)
    failed = [note for note in shown.notes if "I could not look at" in note]
    assert len(failed) == (5 if is_damaged else 0)


@pytest.mark.parametrize("takes_webp", [False, True])
async def test_a_server_that_reads_no_webp_gets_none(*, takes_webp: bool) -> None:
    parts = [replace(build_part(box), mimetype="image/webp", height=1500) for box in (None, *BOXES)]
    png = replace(COPY, name="b.png", file_id="F2", sight=Sight())
    files = FakeFiles(*parts)
    context = build_context()
    context = replace(context, new_images=(*context.new_images, png))
    options = ViewOptions(takes_webp=takes_webp)
    shown = await prepare(files, context, options)
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
    options = ViewOptions(
        Closeup(shares=(0.5, 0.0, 1.0, 0.5)),
        PictureChoice("zoom into the top right of 27.jpg and 29.jpg"),
        context_tokens=60_000,
    )
    seen = await prepare(files, context, options, refs)
    names = list(dict.fromkeys(one.name for one in seen.new_images))
    assert names == [*(f"{number}.jpg" for number in range(18)), "27.jpg", "29.jpg"]
    assert {name for name, *_ in files.cut} <= {"27.jpg", "29.jpg"}
    assert "Left out: 18.jpg, 19.jpg" in seen.notes[0]
    few = replace(context, new_images=pictures[24:])
    await prepare(files, few, replace(options, context_tokens=200_000), refs)
    assert {name for name, *_ in files.cut} == {"27.jpg", "29.jpg"}
