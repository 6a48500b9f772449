"""A file is made as small as was said, with as much of the picture as that leaves."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.domain.pictures.operations import Operation, OperationKind, Step
from bot.files.editing.edits import edit
from bot.files.editing.opening import open_picture
from tests.support.picture_edits import CONVERT, RESIZE, draw, load, run

COMPRESS = OperationKind.COMPRESS


def build_photo(mode: str = "RGB") -> Image.Image:
    noise = [Image.effect_noise((900, 600), spread) for spread in (40, 60, 80)]
    photo = Image.merge("RGB", noise).convert(mode)
    if mode == "RGBA":
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    return photo


def save(picture: Image.Image, name: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, quality=95)
    return out.getvalue()


@pytest.mark.parametrize("limit", [150_000, 40_000, 5_000])
@pytest.mark.parametrize(
    ("name", "mode", "saved"),
    [("JPEG", "RGB", "JPEG"), ("PNG", "RGB", "JPEG"), ("PNG", "RGBA", "WEBP")],
)
def test_a_file_has_at_most_as_many_bytes(name: str, mode: str, saved: str, limit: int) -> None:
    edited = run(save(build_photo(mode), name), Operation(COMPRESS, max_bytes=limit))
    assert limit / 4 < len(edited.data) <= limit
    with load(edited) as picture:
        assert picture.format == saved
    assert Step.COARSER in edited.report.steps


def test_one_that_is_small_enough_is_saved_as_ever() -> None:
    edited = run(save(draw(300, 200), "PNG"), Operation(COMPRESS, max_bytes=100_000))
    assert (edited.extension, edited.report.steps) == ("png", ())


def test_a_screenshot_keeps_its_lines() -> None:
    """Only where it has to become one, it is a WebP, which keeps drawings without loss."""
    drawn = Image.new("RGB", (1200, 900), "white")
    for x in range(0, 1200, 7):
        drawn.paste((x % 255, 30, 90), (x, 10, x + 2, 890))
    plain = run(save(drawn, "PNG"), Operation(RESIZE, percent=100))
    edited = run(save(drawn, "PNG"), Operation(COMPRESS, max_bytes=len(plain.data) - 10))
    assert edited.extension == "webp" and Step.COARSER not in edited.report.steps
    with load(edited) as picture:
        assert picture.convert("RGB").tobytes() == drawn.tobytes()


def test_the_smallest_keeps_all_pixels_and_the_format_that_was_named() -> None:
    data = save(build_photo(), "PNG")
    edited = run(data, Operation(COMPRESS))
    assert (edited.extension, edited.report.after.sides) == ("webp", (900, 600))
    named = run(data, Operation(COMPRESS, max_bytes=60_000), Operation(CONVERT, extension="jpg"))
    assert named.extension == "jpg"


def test_what_was_made_before_counts_with_what_is_made_now() -> None:
    """A picture that was enlarged is not enlarged once more, and only what is new is told."""
    data = save(draw(300, 200), "PNG")
    double = Operation(RESIZE, percent=200)
    edited = edit("a.png", open_picture("a.png", data), [double], [double])
    assert (edited.report.before, edited.report.after.sides) == ((600, 400), (600, 400))
    assert edited.report.steps == () and edited.report.wanted is not None
    half = Operation(RESIZE, percent=150)
    edited = edit("a.png", open_picture("a.png", data), [double], [half])
    assert (edited.report.before, edited.report.after.sides) == ((450, 300), (600, 400))
