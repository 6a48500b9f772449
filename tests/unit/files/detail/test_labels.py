"""What is said of the parts of a picture: their place and their scale."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.files import Image
from bot.domain.pictures.sight import Box, PictureContent, Sight
from bot.files.detail.labels import add_part_labels, list_scaled_messages


def build_part(width: int, box: Box | None, full: tuple[int, int] = (3508, 4961)) -> Image:
    sight = Sight(*full, PictureContent.TEXT, box)
    return Image("a.png", "image/png", b"", "", width, 100, file_id="F1", sight=sight)


def test_each_part_is_named_by_its_number_its_place_and_its_scale() -> None:
    boxes: list[Box] = [(0, 0, 1834, 1243), (1674, 0, 3508, 1243), (1674, 3686, 3508, 4961)]
    parts = [build_part(box[2] - box[0], box) for box in boxes]
    overview, first, second, last = add_part_labels([build_part(850, None), *parts])
    assert overview.label == "a.png, overview"
    assert first.label == (
        "a.png, part 1 of 3, top left: x 0-1,834 and y 0-1,243 of 3,508×4,961 pixels, at full size"
    )
    assert "part 2 of 3, top right:" in second.label
    assert "part 3 of 3, bottom right:" in last.label


def test_a_part_as_wide_as_the_picture_has_no_side() -> None:
    (strip,) = add_part_labels([build_part(1200, (0, 7000, 1200, 8000), (1200, 8000))])
    assert "part 1 of 1, bottom: x" in strip.label
    (middle,) = add_part_labels([build_part(400, (400, 400, 800, 800), (1200, 1200))])
    assert "part 1 of 1, middle: x" in middle.label


def test_a_picture_without_parts_keeps_its_name() -> None:
    (whole,) = add_part_labels([build_part(2048, None)])
    assert whole.label == "a.png"


def test_only_parts_that_are_smaller_than_the_picture_are_told_of() -> None:
    full, small = build_part(1000, (0, 0, 1000, 10)), build_part(410, (0, 0, 1000, 10))
    assert list_scaled_messages([("a.png", [build_part(850, None), full])]) == []
    (message,) = list_scaled_messages([("a.png", [full, small])])
    assert "a.png is too large" in message and "I saw it at 41 %" in message
    assert add_part_labels([small])[0].label.endswith("at 41 % of its size")


def test_of_several_pictures_that_are_seen_smaller_one_sentence_tells() -> None:
    overview, part = build_part(850, None), build_part(500, (0, 0, 1000, 10))
    small, full = build_part(877, None), build_part(1500, None, (1500, 100))
    shown = [("b.png", [replace(small, name="b.png")]), ("a.png", [overview, part])]
    shown += [("c.png", [part]), ("d.png", [full])]
    (message,) = list_scaled_messages(shown)
    assert "I saw 3 of them smaller, at 25–50 %" in message
    assert "“zoom into the top right of b.png”" in message


def test_the_parts_of_a_page_say_which_page_they_are_of() -> None:
    page = replace(build_part(850, None), name="a.tif", part="page 3 of 5")
    part = replace(page, sight=replace(page.sight, box=(0, 0, 3508, 1243)))
    overview, shown = add_part_labels([page, part])
    assert overview.label == "a.tif, page 3 of 5, overview"
    assert shown.label.startswith("a.tif, page 3 of 5, part 1 of 1, top: x 0-3,508")
    (whole,) = add_part_labels([page])
    assert whole.label == "a.tif, page 3 of 5"


def test_each_page_that_is_seen_smaller_counts() -> None:
    pages = [replace(build_part(1754, None), part=f"page {number} of 2") for number in (1, 2)]
    shown = [(f"page {number} of a.tif", [page]) for number, page in enumerate(pages, 1)]
    (message,) = list_scaled_messages(shown[:1])
    assert "page 1 of a.tif is too large" in message and "at 50 %" in message
    (message,) = list_scaled_messages(shown)
    assert "I saw 2 of them smaller, at 50 %" in message
    assert "“zoom into the top right of page 1 of a.tif”" in message
