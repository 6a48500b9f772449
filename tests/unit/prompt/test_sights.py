"""How closely pictures were seen, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.files import Image
from bot.domain.pictures.sight import Box, Detail, Origin, PictureContent, Sight
from bot.prompt.sights import format_sight, list_smaller_notes

TEXT = PictureContent.TEXT


def build_image(
    width: int, sight: Sight, *, height: int = 100, name: str = "a.png", file_id: str = "F1"
) -> Image:
    return Image(name, "image/png", b"", "", width, height, file_id=file_id, sight=sight)


def build_parts(scale: float, *boxes: Box) -> list[Image]:
    return [
        build_image(round((box[2] - box[0]) * scale), Sight(1200, 8000, TEXT, box)) for box in boxes
    ]


@pytest.mark.parametrize(
    ("pictures", "told"),
    [
        (
            build_parts(1, (0, 0, 1200, 4100), (0, 4000, 1200, 8000)),
            "1200×8000 pixels, seen at 1:1 in 2 parts",
        ),
        (
            build_parts(0.5, (0, 0, 1200, 4100), (0, 4000, 1200, 8000)),
            "1200×8000 pixels, seen in 2 parts at 50 %",
        ),
        (
            build_parts(1, (600, 0, 1200, 2000)),
            "1200×8000 pixels, of which a part of 600×2000 was seen at 1:1",
        ),
        (
            build_parts(0.25, (600, 0, 1200, 2000)),
            "1200×8000 pixels, of which a part of 600×2000 was seen at 25 %",
        ),
        ([build_image(307, Sight(1200, 8000, TEXT))], "1200×8000 pixels, seen at 25 %"),
        (
            [build_image(3840, Sight(3840, 2160, TEXT, None, Detail.ORIGINAL), height=2160)],
            "3840×2160 pixels, seen at 1:1",
        ),
        ([build_image(800, Sight(800, 600, TEXT))], None),
        ([build_image(800, Sight())], None),
        ([build_image(800, Sight()), build_image(800, Sight())], None),
        ([], None),
    ],
)
def test_scale_and_parts_are_told(pictures: list[Image], told: str | None) -> None:
    assert format_sight(pictures, "a.png") == told


def test_the_model_is_told_what_it_sees_smaller_but_not_of_what_it_sees_in_parts() -> None:
    small = build_image(2048, Sight(4032, 3024, PictureContent.PHOTO), name="b.jpg", file_id="F2")
    overview = build_image(307, Sight(1200, 8000, TEXT))
    parts = build_parts(1, (0, 0, 1200, 8000))
    names = {"F1": "a.png", "F2": "b.jpg"}
    (note,) = list_smaller_notes([small, overview, *parts], names)
    assert note.startswith("[b.jpg has 4,032×3,024 pixels and is shown at 50 % of that.")
    assert list_smaller_notes([build_image(800, Sight(800, 600, TEXT))], names) == []


def test_a_part_is_offered_of_each_picture_that_a_file_holds() -> None:
    page = build_image(1600, Sight(2480, 3508, TEXT), name="a.tif")
    pages = [
        replace(page, part=f"page {number} of 2", origin=Origin("", number)) for number in (1, 2)
    ]
    member = build_image(307, Sight(1200, 8000, TEXT), name="b.zip: c.png", file_id="F2")
    first, second = list_smaller_notes([*pages, member], {"F1": "a.tif", "F2": "b.zip"})
    assert first.startswith("[2 pictures in a.tif are shown at 64 % of their size.")
    assert "zoom into the top right of a.tif, page 1 of 2”" in first
    assert second.startswith("[b.zip: c.png has 1,200×8,000 pixels and is shown at 25 % of that.")
    (only,) = list_smaller_notes(pages[:1], {"F1": "a.tif"})
    assert only.startswith("[a.tif, page 1 of 2 has 2,480×3,508 pixels")


def test_of_several_pictures_the_smallest_scale_and_all_parts_are_told() -> None:
    boxes: list[Box] = [(0, 0, 1200, 4100), (0, 4000, 1200, 8000)]
    first = [build_image(307, Sight(1200, 8000, TEXT)), *build_parts(1, *boxes)]
    second = [
        replace(one, origin=Origin("", 2))
        for one in (build_image(600, Sight(1200, 800, TEXT)), *build_parts(0.9, *boxes))
    ]
    assert format_sight([*first, *second], "a.png") == (
        "2 pictures of about 1200×8000 pixels, seen in 4 parts at 90 %"
    )
    third = [replace(one, origin=Origin("", 3)) for one in first]
    assert format_sight([*first, *third], "a.png") == (
        "2 pictures of about 1200×8000 pixels, seen at 1:1 in 4 parts"
    )
    assert format_sight([first[0], third[0]], "a.png") == (
        "2 pictures of about 1200×8000 pixels, seen at 25 %"
    )


@pytest.mark.parametrize(
    ("file_name", "name", "part", "called"),
    [
        ("a.tif", "a.tif", "page {} of 9", "page {} of a.tif"),
        ("a.gif", "a.gif", "frame {} of 9, at 0.1 s", "frame {} of a.gif"),
        ("a: b.pptx", "a: b.pptx", "picture {} (slide 7)", "picture {} of a: b.pptx"),
        ("a.zip", "a.zip: b: {}.png", "", "b: {}.png"),
        ("a.zip", "a.zip: b.tif", "page {} of 9", "page {} of b.tif"),
    ],
)
def test_of_pictures_that_are_seen_differently_each_is_called_by_its_own_name(
    file_name: str, name: str, part: str, called: str
) -> None:
    sights = [Sight(1200, 8000, TEXT), Sight(1200, 8000, TEXT, (0, 0, 1200, 2000))]
    pictures = [
        replace(
            build_image(600, sight, name=name.format(number)),
            part=part.format(number),
            origin=Origin("", number),
        )
        for number, sight in enumerate(sights, 3)
    ]
    first, second = str(format_sight(pictures, file_name)).split("; ")
    assert first.startswith(f"{called.format(3)}: 1200×8000 pixels, seen at 50 %")
    assert second.startswith(f"{called.format(4)}: 1200×8000 pixels, of which a part of 1200×2000")
