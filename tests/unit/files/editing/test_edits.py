"""Pictures of every kind are changed by the rules."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from bot.domain.pictures.operations import (
    Operation,
    Step,
    parse_operation,
    parse_report,
    serialize_report,
)
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.encoding import is_drawn
from tests.support.picture_edits import (
    CONVERT,
    CROP,
    FIT,
    FLIP,
    PAD,
    RESIZE,
    ROTATE,
    STRIP,
    draw,
    load,
    run,
)
from tests.support.pictures import encode_picture


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
    edited = run(encode_picture(draw(300, 200)), operation)
    assert load(edited).size == edited.report.after.sides == size
    assert list(edited.report.steps) == steps and edited.report.wanted is None
    assert parse_report(serialize_report(edited.report)) == edited.report


def test_a_turn_is_clockwise_and_a_mirror_swaps_left_and_right() -> None:
    data = encode_picture(draw(300, 200))
    turned = load(run(data, Operation(ROTATE, degrees=90)))
    assert turned.getpixel((190, 10)) == (255, 0, 0)
    mirrored = load(run(data, Operation(FLIP)))
    assert mirrored.getpixel((290, 10)) == (255, 0, 0)
    upside_down = load(run(data, Operation(FLIP, is_vertical=True)))
    assert upside_down.getpixel((10, 190)) == (255, 0, 0)


def test_the_resolution_of_a_print_goes_with_its_size() -> None:
    paper = Operation(CROP, size=PictureSize(240, 160, 150))
    assert run(encode_picture(draw(300, 200)), paper).report.after.dpi == 150
    assert (
        run(encode_picture(draw(300, 200)), paper, Operation(RESIZE, percent=50)).report.after.dpi
        == 0
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    source = draw(60, 40, "L").convert("I;16") if mode == "I;16" else draw(60, 40, mode)
    edited = run(encode_picture(source, form), Operation(CROP, shape=(1, 1)))
    with load(edited) as picture:
        assert picture.format == "PNG" and picture.size == (40, 40)


def test_a_phones_picture_stands_upright_and_keeps_none_of_its_data() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    edited = run(encode_picture(draw(300, 200), "JPEG", exif=exif), Operation(STRIP))
    with load(edited) as picture:
        assert picture.size == (200, 300) and picture.format == "JPEG"
        assert not picture.getexif() and b"Camera" not in edited.data
    assert edited.report.steps == (Step.METADATA,)


def test_transparency_is_kept_and_lies_on_white_where_that_is_impossible() -> None:
    source = draw(60, 40, "RGBA")
    source.putalpha(Image.new("L", (60, 40), 100))
    with load(run(encode_picture(source), Operation(PAD, shape=(1, 1)))) as padded:
        assert padded.mode == "RGBA" and padded.getpixel((30, 2)) == (0, 0, 0, 0)
    edited = run(encode_picture(source), Operation(CONVERT, extension="jpg"))
    assert edited.report.steps == (Step.ON_WHITE,) and edited.extension == "jpg"
    photo = encode_picture(draw(60, 40), "JPEG")
    assert run(photo, Operation(PAD, shape=(1, 1), colour="transparent")).extension == "png"


def test_of_an_animation_the_first_frame_is_taken_and_that_is_told() -> None:
    frames = [draw(60, 40), Image.new("RGB", (60, 40), (0, 0, 255))]
    data = encode_picture(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    edited = run(data, Operation(FLIP))
    assert edited.extension == "png" and Step.FIRST_FRAME in edited.report.steps


def test_margins_have_the_colour_of_the_border_or_the_wanted_one() -> None:
    data = encode_picture(Image.new("RGB", (60, 40), (10, 200, 30)))
    assert load(run(data, Operation(PAD, shape=(1, 1)))).getpixel((30, 1)) == (10, 200, 30)
    red = Operation(PAD, shape=(1, 1), colour="#ff0000")
    assert load(run(data, red)).getpixel((30, 1)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(640, 400), (1_600, 1_000)])
def test_fine_lines_of_a_webp_keep_their_colours(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    pen.line((0, 100, size[0], 100), fill=(255, 0, 0))
    pen.text((40, 200), "red on blue", fill=(255, 0, 0))
    source = encode_picture(picture, "WEBP", lossless=True)
    edited = run(source, Operation(FLIP))
    assert load(edited).convert("RGB").getpixel((40, 100)) == (255, 0, 0)
    assert len(edited.data) < 4 * len(source) + 10_000


def test_a_photo_as_webp_is_not_kept_without_loss() -> None:
    noise = Image.effect_noise((600, 400), 40).convert("RGB")
    assert not is_drawn(noise) and is_drawn(draw(600, 400, "RGBA"))
    assert len(run(encode_picture(noise, "WEBP"), Operation(FLIP)).data) < 600 * 400
