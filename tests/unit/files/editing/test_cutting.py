"""What is cut off a picture goes, and nothing else: from a side, around it, at turned corners."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from bot.domain.pictures.operations import Edges, Operation, OperationKind, Step
from bot.files.unreadable import UnreadableError
from tests.support.picture_edits import PAD, RESIZE, draw, load, run

CUT, TRIM = OperationKind.CUT, OperationKind.TRIM
GREY, STRAIGHTEN = OperationKind.GREY, OperationKind.STRAIGHTEN


def save(picture: Image.Image, name: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, name, quality=90)
    return out.getvalue()


@pytest.mark.parametrize(
    ("edges", "size", "corner"),
    [
        ((0, 1 / 3, 0, 0), (300, 200), (255, 0, 0)),
        ((0, 0, 0, 100), (300, 200), (255, 0, 0)),
        ((0.5, 0, 0, 0), (150, 300), (230, 230, 240)),
        ((20, 20, 20, 20), (260, 260), (255, 0, 0)),
        ((0, 0, 0, -100), (300, 100), (255, 0, 0)),
        ((0, -100, 0, 0), (300, 100), (230, 230, 240)),
        ((0, 0, 0, -900), (300, 300), (255, 0, 0)),
    ],
)
def test_so_much_of_a_side_goes(
    edges: Edges, size: tuple[int, int], corner: tuple[int, ...]
) -> None:
    edited = run(save(draw(300, 300)), Operation(CUT, edges=edges))
    with load(edited) as picture:
        assert (picture.size, picture.convert("RGB").getpixel((0, 0))) == (size, corner)


@pytest.mark.parametrize("edges", [(300, 0, 0, 0), (0, 150, 0, 150), (0, 9_999, 0, 0)])
def test_where_nothing_would_be_left_that_is_said(edges: Edges) -> None:
    with pytest.raises(UnreadableError, match="nothing left"):
        run(save(draw(300, 300)), Operation(CUT, edges=edges))


@pytest.mark.parametrize("name", ["PNG", "JPEG"])
@pytest.mark.parametrize("colour", ["white", "black", "#c03030"])
def test_a_border_of_one_colour_goes(name: str, colour: str) -> None:
    picture = Image.new("RGB", (400, 300), colour)
    picture.paste(draw(200, 120).rotate(30, expand=False), (50, 100))
    ImageDraw.Draw(picture).rectangle((50, 100, 249, 219), outline=(0, 200, 200), width=4)
    edited = run(save(picture, name), Operation(TRIM))
    # JPEG mixes what lies beside the edge into it.
    assert abs(edited.report.after.width - 200) <= 4
    assert abs(edited.report.after.height - 120) <= 4
    assert edited.report.steps == (Step.TRIMMED,)


def test_bars_on_two_sides_go_and_the_picture_between_them_stays() -> None:
    picture = Image.new("RGB", (400, 300), "black")
    photo = Image.merge("RGB", [Image.linear_gradient("L").resize((400, 200))] * 3)
    photo.putpixel((0, 0), (90, 80, 70))
    picture.paste(photo.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, 50))
    edited = run(save(picture), Operation(TRIM, colour="#000000"))
    assert edited.report.after.width == 400
    assert edited.report.after.height in range(180, 201)


@pytest.mark.parametrize("colour", ["", "#ffffff"])
def test_a_picture_without_a_border_stays_whole(colour: str) -> None:
    photo = Image.merge("RGB", [Image.radial_gradient("L"), *[Image.linear_gradient("L")] * 2])
    edited = run(save(photo), Operation(TRIM, colour=colour))
    assert (edited.report.after.sides, edited.report.steps) == ((256, 256), ())


def test_a_border_of_another_colour_than_was_said_stays() -> None:
    picture = Image.new("RGB", (300, 300), "red")
    picture.paste(Image.new("RGB", (100, 100), "blue"), (100, 100))
    assert run(save(picture), Operation(TRIM, colour="#ffffff")).report.steps == ()
    assert run(save(picture), Operation(TRIM, colour="#ff0000")).report.after.sides == (100, 100)


def test_what_is_transparent_around_a_picture_goes() -> None:
    picture = Image.new("RGBA", (300, 200))
    picture.paste((10, 20, 30, 255), (40, 30, 100, 90))
    assert run(save(picture), Operation(TRIM)).report.after.sides == (60, 60)
    empty = run(save(Image.new("RGBA", (30, 20))), Operation(TRIM))
    assert empty.report.after.sides == (30, 20)


def test_a_margin_is_as_wide_as_was_said() -> None:
    edited = run(save(draw(300, 200)), Operation(PAD, edges=(20, 20, 20, 20), colour="#ffffff"))
    with load(edited) as picture:
        assert picture.size == (340, 240)
        assert picture.convert("RGB").getpixel((19, 19)) == (255, 255, 255)
        assert picture.convert("RGB").getpixel((20, 20)) == (255, 0, 0)
    one = run(save(draw(300, 200)), Operation(PAD, edges=(0, 0, 0, 0.5), colour="#000000"))
    with load(one) as picture:
        assert picture.size == (300, 300)
        assert picture.convert("RGB").getpixel((150, 250)) == (0, 0, 0)


@pytest.mark.parametrize("degrees", [2, -5, 30])
def test_a_straightened_picture_has_no_empty_corner(degrees: float) -> None:
    picture = Image.new("RGB", (600, 400), (0, 120, 0))
    edited = run(save(picture), Operation(STRAIGHTEN, degrees=degrees))
    with load(edited) as straight:
        assert straight.convert("RGB").getcolors() == [
            (straight.width * straight.height, (0, 120, 0))
        ]
        assert straight.width / straight.height == pytest.approx(1.5, abs=0.02)
    assert edited.report.steps == (Step.STRAIGHT,)


def test_a_quarter_turn_before_straightening_is_told_as_well() -> None:
    turned = Operation(OperationKind.ROTATE, degrees=270)
    edited = run(save(draw(300, 200)), turned, Operation(STRAIGHTEN, degrees=-3))
    assert edited.report.steps == (Step.TURNED, Step.STRAIGHT)
    assert edited.report.after.width < edited.report.after.height


def test_margins_of_no_pixel_leave_a_picture_as_it_was() -> None:
    edited = run(save(draw(300, 200)), Operation(PAD, edges=(0, 0.001, 0, 0), colour="#000000"))
    assert (edited.report.steps, edited.report.after.sides) == ((), (300, 200))


@pytest.mark.parametrize("name", ["#ffffff", "#ffffff80", "white"])
def test_a_border_is_compared_with_its_colour_however_that_is_written(name: str) -> None:
    picture = Image.new("RGB", (90, 60), (255, 255, 255))
    picture.paste((0, 90, 200), (10, 20, 70, 60))
    edited = run(save(picture), Operation(TRIM, colour=name))
    assert edited.report.after.sides == (60, 40)


def test_grey_keeps_what_is_transparent() -> None:
    edited = run(save(draw(40, 40, "RGBA")), Operation(GREY))
    with load(edited) as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == (76, 76, 76)
    assert run(edited.data, Operation(GREY)).report.steps == ()


def test_the_longest_side_is_a_limit_where_that_is_said() -> None:
    data = save(draw(300, 200))
    most = Operation(RESIZE, shape=(600, 600), is_limit=True)
    assert run(data, most).report.after.sides == (300, 200)
    assert run(data, Operation(RESIZE, shape=(600, 600))).report.after.sides == (600, 400)
    assert run(data, Operation(RESIZE, shape=(100, 100), is_limit=True)).report.after.width == 100
