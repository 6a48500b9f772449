"""Pictures of every kind are changed by the rules; hostile ones are one sentence."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.domain.pictures.operations import (
    Operation,
    OperationKind,
    Step,
    parse_operation,
    parse_report,
    serialize_report,
)
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.comparisons import (
    MAX_SIDE,
    draw_difference,
    draw_overlay,
    open_both,
    open_reduced,
)
from bot.files.editing.edit_messages import format_edit, format_fit
from bot.files.editing.edits import Edited, edit
from bot.files.editing.encoding import is_drawn
from bot.files.editing.opening import open_picture
from bot.files.editing.palettes import draw_palette, find_palette
from bot.files.readers.conversion import convert
from bot.files.unreadable import UnreadableError

CROP, PAD, FIT = OperationKind.CROP, OperationKind.PAD, OperationKind.FIT
RESIZE, ROTATE, FLIP = OperationKind.RESIZE, OperationKind.ROTATE, OperationKind.FLIP
STRIP, CONVERT = OperationKind.STRIP, OperationKind.CONVERT


def draw(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Draw a picture whose upper left quarter is red."""
    picture = Image.new("RGB", (width, height), (230, 230, 240))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(255, 0, 0))
    return picture.convert(mode)


def save(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def run(data: bytes, *operations: Operation) -> Edited:
    return edit("a.png", open_picture("a.png", data), operations)


def load(edited: Edited) -> Image.Image:
    return Image.open(io.BytesIO(edited.data))


@pytest.mark.parametrize(
    ("operation", "size", "steps"),
    [
        (Operation(CROP, shape=(1, 1)), (200, 200), [Step.CROPPED]),
        (Operation(CROP, size=PictureSize(400, 400)), (400, 400), [Step.CROPPED, Step.ENLARGED]),
        (Operation(PAD, shape=(1, 1)), (300, 300), [Step.PADDED]),
        (Operation(RESIZE, percent=50), (150, 100), [Step.SHRUNK]),
        (Operation(RESIZE, shape=(0, 100)), (150, 100), [Step.SHRUNK]),
        (Operation(RESIZE, size=PictureSize(150, 100)), (150, 100), [Step.SHRUNK]),
        (Operation(ROTATE, degrees=90), (200, 300), [Step.TURNED]),
        (Operation(ROTATE, degrees=-450), (200, 300), [Step.TURNED]),
        (Operation(ROTATE, degrees=0), (300, 200), []),
        (Operation(ROTATE, degrees=30), (360, 324), [Step.TURNED]),
        (Operation(FLIP), (300, 200), [Step.MIRRORED]),
        (Operation(STRIP), (300, 200), []),
        (Operation(FIT, size=PictureSize(300, 200)), (300, 200), []),
        (Operation(FIT, size=PictureSize(192, 16)), (192, 16), [Step.SHRUNK, Step.PADDED]),
    ],
)
def test_an_operation_gives_its_size_and_tells_what_was_done(
    operation: Operation, size: tuple[int, int], steps: list[Step]
) -> None:
    assert parse_operation(operation.serialize()) == operation
    edited = run(save(draw(300, 200)), operation)
    assert load(edited).size == edited.report.after.sides == size
    assert list(edited.report.steps) == steps and edited.report.wanted is None
    assert parse_report(serialize_report(edited.report)) == edited.report


def test_a_turn_is_clockwise_and_a_mirror_swaps_left_and_right() -> None:
    data = save(draw(300, 200))
    turned = load(run(data, Operation(ROTATE, degrees=90)))
    assert turned.getpixel((190, 10)) == (255, 0, 0)
    mirrored = load(run(data, Operation(FLIP)))
    assert mirrored.getpixel((290, 10)) == (255, 0, 0)
    upside_down = load(run(data, Operation(FLIP, is_vertical=True)))
    assert upside_down.getpixel((10, 190)) == (255, 0, 0)


def test_more_than_twice_the_pixels_is_twice_and_tells_what_that_gives_in_print() -> None:
    edited = run(save(draw(300, 200)), Operation(FIT, size=PictureSize(3000, 2000, 300)))
    assert load(edited).size == (600, 400)
    assert edited.report.after.dpi == 60 and edited.report.wanted == PictureSize(3000, 2000, 300)
    assert round(load(edited).info["dpi"][0]) == 60


def test_a_drawn_picture_says_which_bound_kept_it_smaller() -> None:
    wall = Operation(FIT, size=PictureSize(16_000, 8_000, 300))
    drawn = run(save(Image.new("RGB", (4_500, 2_250), "red")), wall)
    assert load(drawn).size == (8192, 4096) and drawn.report.after.dpi == 154
    told = str(format_fit(drawn.report))
    assert "16,000 × 8,000, and I make pictures up to 8,192 pixels a side: printed" in told
    small = str(format_fit(run(save(Image.new("RGB", (450, 225), "red")), wall).report))
    assert "would only blur it: printed in that size it has 17 dpi" in small


def test_several_operations_enlarge_no_more_than_one() -> None:
    twice = Operation(RESIZE, percent=200)
    edited = run(save(draw(300, 200)), twice, twice, Operation(CROP, size=PictureSize(1200, 1200)))
    assert load(edited).size == (400, 400) and edited.report.wanted == PictureSize(1200, 1200)


def test_the_resolution_of_a_print_goes_with_its_size() -> None:
    paper = Operation(CROP, size=PictureSize(240, 160, 150))
    assert run(save(draw(300, 200)), paper).report.after.dpi == 150
    assert run(save(draw(300, 200)), paper, Operation(RESIZE, percent=50)).report.after.dpi == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    source = draw(60, 40, "L").convert("I;16") if mode == "I;16" else draw(60, 40, mode)
    edited = run(save(source, form), Operation(CROP, shape=(1, 1)))
    with load(edited) as picture:
        assert picture.format == "PNG" and picture.size == (40, 40)


def test_a_phones_picture_stands_upright_and_keeps_none_of_its_data() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    edited = run(save(draw(300, 200), "JPEG", exif=exif), Operation(STRIP))
    with load(edited) as picture:
        assert picture.size == (200, 300) and picture.format == "JPEG"
        assert not picture.getexif() and b"Camera" not in edited.data
    assert edited.report.steps == (Step.METADATA,)


def test_transparency_is_kept_and_lies_on_white_where_that_is_impossible() -> None:
    source = draw(60, 40, "RGBA")
    source.putalpha(Image.new("L", (60, 40), 100))
    with load(run(save(source), Operation(PAD, shape=(1, 1)))) as padded:
        assert padded.mode == "RGBA" and padded.getpixel((30, 2)) == (0, 0, 0, 0)
    edited = run(save(source), Operation(CONVERT, extension="jpg"))
    assert edited.report.steps == (Step.ON_WHITE,) and edited.extension == "jpg"
    photo = save(draw(60, 40), "JPEG")
    assert run(photo, Operation(PAD, shape=(1, 1), colour="transparent")).extension == "png"


def test_of_an_animation_the_first_frame_is_taken_and_that_is_told() -> None:
    frames = [draw(60, 40), Image.new("RGB", (60, 40), (0, 0, 255))]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    edited = run(data, Operation(FLIP))
    assert edited.extension == "png" and Step.FIRST_FRAME in edited.report.steps


def test_margins_have_the_colour_of_the_border_or_the_wanted_one() -> None:
    data = save(Image.new("RGB", (60, 40), (10, 200, 30)))
    assert load(run(data, Operation(PAD, shape=(1, 1)))).getpixel((30, 1)) == (10, 200, 30)
    red = Operation(PAD, shape=(1, 1), colour="#ff0000")
    assert load(run(data, red)).getpixel((30, 1)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(100_000, 1), (1, 100_000)])
def test_a_hostile_shape_is_one_sentence(size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableError) as refused:
        run(save(Image.new("L", size)), Operation(CROP, shape=(1, 1)))
    assert "100,000 pixels long on one side" in str(refused.value.user_message)


def test_a_bilevel_gigapixel_is_refused_by_its_header() -> None:
    data = bytearray(save(Image.new("1", (8, 8))))
    data[16:24] = (40_000).to_bytes(4, "big") * 2
    # The header's own checksum is read first.
    with pytest.raises(UnreadableError):
        run(bytes(data), Operation(CROP, shape=(1, 1)))


def test_a_result_that_is_too_large_is_refused_before_it_is_made() -> None:
    data = save(Image.new("L", (8_000, 8_000)))
    with pytest.raises(UnreadableError, match="made too large"):
        run(data, Operation(ROTATE, degrees=45))


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
    edited = run(save(Image.new("RGB", source, "red")), operation)
    assert load(edited).size == size
    assert (edited.report.wanted and edited.report.wanted.sides) == wanted
    told = str(format_edit("v1", 2, [operation], edited.report))
    assert ("up to 8,192 pixels a side, so I stopped" in told) is (wanted is not None)
    assert "blur" not in told


def test_a_palette_has_flat_colours_exactly_and_their_shares() -> None:
    colours = find_palette(draw(100, 100), 6)
    assert [(colour.hex, colour.share) for colour in colours] == [
        ("#e6e6f0", 0.75),
        ("#ff0000", 0.25),
    ]
    with Image.open(io.BytesIO(draw_palette(colours))) as sheet:
        assert sheet.format == "PNG"
    assert find_palette(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), 6) == []


def test_a_difference_marks_what_changed_and_an_overlay_shows_both() -> None:
    before, after = draw(100, 100), Image.new("RGB", (200, 200), (230, 230, 240))
    data, share = draw_difference("v1 and v2", before, after)
    assert 0.24 < share < 0.26
    with Image.open(io.BytesIO(data)) as marked:
        assert marked.size == (100, 100)
        red, green, _ = marked.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
        assert red > green + 60
        # What is equal stays grey, and black lighter than that it could hide a mark.
        assert len(set(marked.convert("RGB").getpixel((90, 90)))) == 1  # type: ignore[arg-type]
    assert draw_difference("v1 and v1", before, before.copy())[1] == 0
    black = Image.new("RGB", (8, 8))
    with Image.open(io.BytesIO(draw_difference("b and b", black, black)[0])) as pale:
        assert pale.convert("RGB").getpixel((4, 4)) == (90, 90, 90)
    with Image.open(io.BytesIO(draw_overlay("v1 and v2", before, after))) as both:
        assert both.getpixel((10, 10)) == (242, 115, 120)
    with pytest.raises(UnreadableError) as refused:
        draw_overlay("v1 and v2", before, draw(100, 50))
    assert "their shapes differ" in str(refused.value.user_message)


@pytest.mark.parametrize("alpha", [255, 128])
def test_a_difference_of_screenshots_with_alpha_is_that_of_what_is_seen(alpha: int) -> None:
    before = Image.new("RGBA", (4000, 3000), (40, 90, 200, alpha))
    after = before.copy()
    after.paste((250, 90, 20, alpha), (0, 0, 2000, 3000))
    one, other = (open_reduced("a", save(picture)) for picture in (before, after))
    assert max(one.size) <= MAX_SIDE
    assert draw_difference("a", one, other)[1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("size", [(640, 400), (1_600, 1_000)])
def test_fine_lines_of_a_webp_keep_their_colours(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    pen.line((0, 100, size[0], 100), fill=(255, 0, 0))
    pen.text((40, 200), "red on blue", fill=(255, 0, 0))
    source = save(picture, "WEBP", lossless=True)
    edited = run(source, Operation(FLIP))
    assert load(edited).convert("RGB").getpixel((40, 100)) == (255, 0, 0)
    assert len(edited.data) < 4 * len(source) + 10_000


def test_a_photo_as_webp_is_not_kept_without_loss() -> None:
    noise = Image.effect_noise((600, 400), 40).convert("RGB")
    assert not is_drawn(noise) and is_drawn(draw(600, 400, "RGBA"))
    assert len(run(save(noise, "WEBP"), Operation(FLIP)).data) < 600 * 400


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600">'
    b'<rect x="100" y="100" width="500" height="400" fill="#d01020"/></svg>'
)


def test_a_drawing_in_vectors_is_drawn_and_then_changed_as_any_picture() -> None:
    cropped = run(SVG, Operation(CROP, shape=(1, 1)))
    assert cropped.extension == "png" and load(cropped).size == (600, 600)
    assert load(cropped).mode == "RGBA", "what was transparent stays so"
    half = run(SVG, Operation(RESIZE, percent=50), Operation(CONVERT, extension="webp"))
    assert half.extension == "webp" and load(half).size == (600, 300)
    (colour,) = find_palette(open_picture("a.svg", gzip.compress(SVG)).picture, 6)
    assert colour.hex == "#d01020"
    one, other = open_both("a", SVG, SVG.replace(b"#d01020", b"#1020d0"))
    _, share = draw_difference("a", one, other)
    assert 0.25 < share < 0.31
    with Image.open(io.BytesIO(convert("a.svg", SVG, "jpg", 400))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (400, 200))


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><g',
        b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg>&c;</svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg">'
        + b"<g>" * 60_000
        + b"</g>" * 60_000
        + b"</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1e9"><rect/></svg>',
    ],
)
def test_a_hostile_drawing_is_one_sentence_or_a_picture(data: bytes) -> None:
    try:
        made = run(data, Operation(FLIP))
    except UnreadableError as refused:
        assert refused.user_message and "I read pictures" not in str(refused.user_message)
    else:
        assert max(load(made).size) <= 2048
