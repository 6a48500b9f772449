"""What is asked for beyond what is made is made as large as can be, or refused with a sentence."""

from __future__ import annotations

import pytest
from PIL import Image
from PIL.ExifTags import Base

from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.edit_messages import format_edit, format_fit
from bot.files.unreadable import UnreadableError
from tests.support.picture_edits import (
    CONVERT,
    CROP,
    FIT,
    PAD,
    RESIZE,
    ROTATE,
    draw,
    load,
    run,
)
from tests.support.pictures import encode_picture


def test_more_than_twice_the_pixels_is_twice_and_tells_what_that_gives_in_print() -> None:
    edited = run(encode_picture(draw(300, 200)), Operation(FIT, size=PictureSize(3000, 2000, 300)))
    assert load(edited).size == (600, 400)
    assert edited.report.after.dpi == 60 and edited.report.wanted == PictureSize(3000, 2000, 300)
    assert round(load(edited).info["dpi"][0]) == 60


def test_a_drawn_picture_says_which_bound_kept_it_smaller() -> None:
    wall = Operation(FIT, size=PictureSize(16_000, 8_000, 300))
    drawn = run(encode_picture(Image.new("RGB", (4_500, 2_250), "red")), wall)
    assert load(drawn).size == (8192, 4096) and drawn.report.after.dpi == 154
    told = str(format_fit(drawn.report))
    assert "16,000 × 8,000, and I make pictures up to 8,192 pixels a side: printed" in told
    small = str(format_fit(run(encode_picture(Image.new("RGB", (450, 225), "red")), wall).report))
    assert "would only blur it: printed in that size it has 17 dpi" in small


def test_several_operations_enlarge_no_more_than_one() -> None:
    twice = Operation(RESIZE, percent=200)
    edited = run(
        encode_picture(draw(300, 200)), twice, twice, Operation(CROP, size=PictureSize(1200, 1200))
    )
    assert load(edited).size == (400, 400) and edited.report.wanted == PictureSize(1200, 1200)


@pytest.mark.parametrize("size", [(100_000, 1), (1, 100_000)])
def test_a_hostile_shape_is_one_sentence(size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableError) as refused:
        run(encode_picture(Image.new("L", size)), Operation(CROP, shape=(1, 1)))
    assert "100,000 pixels long on one side" in str(refused.value.user_message)


def test_a_bilevel_gigapixel_is_refused_by_its_header() -> None:
    data = bytearray(encode_picture(Image.new("1", (8, 8))))
    data[16:24] = (40_000).to_bytes(4, "big") * 2
    # The header's own checksum is read first.
    with pytest.raises(UnreadableError):
        run(bytes(data), Operation(CROP, shape=(1, 1)))


def test_a_result_that_is_too_large_is_refused_before_it_is_made() -> None:
    data = encode_picture(Image.new("L", (8_000, 8_000)))
    with pytest.raises(UnreadableError, match="made too large"):
        run(data, Operation(ROTATE, degrees=45))


@pytest.mark.parametrize("size", [(17_000, 2), (2, 17_000)])
def test_what_is_too_long_for_webp_is_told_and_kept_in_other_formats(size: tuple[int, int]) -> None:
    data = encode_picture(Image.new("RGB", size, "red"))
    with pytest.raises(UnreadableError) as refused:
        run(data, Operation(CONVERT, extension="webp"))
    assert "17,000 pixels long on one side and WebP takes at most 16,383" in str(
        refused.value.user_message
    )
    assert load(run(data, Operation(CONVERT, extension="jpg"))).size == size


def test_a_picture_for_which_webp_needs_too_much_memory_is_not_called_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_out(*_values: object, **_options: object) -> None:
        raise ValueError("encoding error 1: Out of memory allocating objects")

    data = encode_picture(draw(30, 20))
    monkeypatch.setattr(Image.Image, "save", run_out)
    with pytest.raises(UnreadableError, match="too heavy"):
        run(data, Operation(CONVERT, extension="webp"))


@pytest.mark.parametrize(
    ("source", "operation", "size", "wanted"),
    [
        ((1024, 1024), Operation(FIT, size=PictureSize(9000, 1000)), (8192, 910), (9000, 1000)),
        ((1024, 1024), Operation(FIT, size=PictureSize(1000, 12000)), (683, 8192), (1000, 12000)),
        ((1000, 900), Operation(PAD, size=PictureSize(12000, 1000)), (8192, 683), (12000, 1000)),
        ((6000, 500), Operation(CROP, size=PictureSize(9000, 750)), (8192, 683), (9000, 750)),
        ((6000, 400), Operation(RESIZE, shape=(10_000, 0)), (8192, 546), (10_000, 667)),
        ((400, 5000), Operation(RESIZE, percent=190), (655, 8192), (760, 9500)),
        ((1024, 1024), Operation(PAD, shape=(12, 1)), (8192, 683), None),
        ((5000, 500), Operation(PAD, shape=(1, 12)), (683, 8192), None),
    ],
)
def test_a_size_beyond_what_is_made_is_made_as_large_as_that_and_told(
    source: tuple[int, int],
    operation: Operation,
    size: tuple[int, int],
    wanted: tuple[int, int] | None,
) -> None:
    edited = run(encode_picture(Image.new("RGB", source, "red")), operation)
    assert load(edited).size == size
    assert (edited.report.wanted and edited.report.wanted.sides) == wanted
    told = str(format_edit("v1", 2, [operation], edited.report))
    assert ("up to 8,192 pixels a side, so I stopped" in told) is (wanted is not None)
    assert "blur" not in told


@pytest.mark.parametrize(
    ("operation", "offer"),
    [
        (Operation(CROP, size=PictureSize(800, 200)), "write “pad v1 to 800x200”."),
        (Operation(CROP, shape=(4, 1)), "write “pad v1 to 4:1”."),
        (Operation(CROP, shape=(3, 2)), ""),
        (Operation(FIT, size=PictureSize(800, 200)), ""),
    ],
)
def test_where_most_of_a_picture_is_cut_off_margins_are_offered(
    operation: Operation, offer: str
) -> None:
    edited = run(encode_picture(draw(400, 400)), operation)
    told = str(format_edit("v1", 2, [operation], edited.report))
    assert ("More than half of it is cut off for that shape" in told) is bool(offer)
    assert told.endswith(offer)


@pytest.mark.parametrize("mimetype", ["PNG", "JPEG", "WEBP"])
def test_how_it_is_printed_is_set_and_no_pixel_changed(mimetype: str) -> None:
    operations = [Operation(OperationKind.PRINT, dpi=300), Operation(RESIZE, percent=50)]
    edited = run(encode_picture(draw(600, 400), mimetype), *operations)
    made = load(edited)
    told = str(format_edit("v1", 2, operations, edited.report))
    assert (made.size, edited.report.after.dpi) == ((300, 200), 300)
    assert told.endswith("Its file says 300 dpi: printed, that is 2.5 × 1.7 cm.")
    dots = made.getexif()[Base.XResolution] if mimetype == "WEBP" else made.info["dpi"][0]
    assert round(float(dots)) == 300
