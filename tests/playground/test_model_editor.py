"""The played model's edits change the sent picture as the words ask."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageStat

from bot.playground.model.editor import edit
from tests.support.pictures import encode_picture

SIZE = (60, 40)
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (40, 60, 200), (220, 200, 60)
RGB = tuple[int, int, int]


def draw_quarters() -> Image.Image:
    """Draw red, green / blue, yellow, so that all turns and flips differ."""
    picture = Image.new("RGB", SIZE, RED)
    picture.paste(GREEN, (30, 0, 60, 20))
    picture.paste(BLUE, (0, 20, 30, 40))
    picture.paste(YELLOW, (30, 20, 60, 40))
    return picture


def edit_picture(words: str, data: bytes | None = None) -> Image.Image:
    edited, edit_names = edit(data or encode_picture(draw_quarters()), words)
    assert edit_names
    with Image.open(io.BytesIO(edited)) as picture:
        assert picture.format == "PNG" and picture.mode == "RGB"
        picture.load()
        return picture.copy()


def read_corners(picture: Image.Image) -> list[RGB]:
    """Read the corners: top left, top right, bottom left, bottom right."""
    right, bottom = picture.width - 3, picture.height - 3
    places = [(2, 2), (right, 2), (2, bottom), (right, bottom)]
    return [picture.getpixel(place) for place in places]  # type: ignore[misc]


def compute_means(picture: Image.Image) -> list[float]:
    return ImageStat.Stat(picture).mean


def test_the_test_picture_is_what_it_says() -> None:
    assert read_corners(draw_quarters()) == [RED, GREEN, BLUE, YELLOW]


@pytest.mark.parametrize("words", ["make it grey", "turn it gray", "black and white", "monochrome"])
def test_grey_takes_every_colour(words: str) -> None:
    picture = edit_picture(words)
    assert picture.size == SIZE
    red, green, blue = picture.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize(
    ("words", "size", "after"),
    [
        ("rotate it", (40, 60), [BLUE, RED, YELLOW, GREEN]),
        ("rotate 90 degrees", (40, 60), [BLUE, RED, YELLOW, GREEN]),
        ("rotate it 90° to the left", (40, 60), [GREEN, YELLOW, RED, BLUE]),
        ("rotate 90 degrees counterclockwise", (40, 60), [GREEN, YELLOW, RED, BLUE]),
        ("rotate -90 degrees", (40, 60), [GREEN, YELLOW, RED, BLUE]),
        ("rotate 180 degrees", SIZE, [YELLOW, BLUE, GREEN, RED]),
        ("turn it upside down", SIZE, [YELLOW, BLUE, GREEN, RED]),
        ("rotate 360 degrees", SIZE, [RED, GREEN, BLUE, YELLOW]),
        ("mirror it", SIZE, [GREEN, RED, YELLOW, BLUE]),
        ("flip it", SIZE, [GREEN, RED, YELLOW, BLUE]),
    ],
)
def test_turns_and_flips_move_every_corner(
    words: str, size: tuple[int, int], after: list[RGB]
) -> None:
    picture = edit_picture(words)
    assert (picture.size, read_corners(picture)) == (size, after)


def test_any_number_of_degrees_is_turned_without_cutting() -> None:
    picture = edit_picture("rotate 45 degrees")
    assert picture.width > SIZE[0] and picture.height > SIZE[1]
    assert read_corners(picture) == [(255, 255, 255)] * 4


@pytest.mark.parametrize(
    ("words", "channel"),
    [("make it red", 0), ("tint it green", 1), ("make the sky blue", 2), ("colour it blue", 2)],
)
def test_a_tint_moves_the_picture_towards_its_colour(words: str, channel: int) -> None:
    before, after = compute_means(draw_quarters()), compute_means(edit_picture(words))
    others = [at for at in range(3) if at != channel]
    gain = after[channel] - before[channel]
    assert all(gain > after[at] - before[at] for at in others)
    assert after[channel] == max(after)


def test_brighter_and_darker_change_the_light() -> None:
    light = sum(compute_means(draw_quarters()))
    assert sum(compute_means(edit_picture("make it brighter"))) > light * 1.15
    assert sum(compute_means(edit_picture("make it darker"))) < light * 0.8


def test_inverting_gives_the_opposite_colours() -> None:
    assert read_corners(edit_picture("invert it")) == [
        (255 - red, 255 - green, 255 - blue) for red, green, blue in (RED, GREEN, BLUE, YELLOW)
    ]


def test_sepia_is_brown_in_every_tone() -> None:
    picture = edit_picture("sepia, please")
    assert all(red >= green >= blue for red, green, blue in read_corners(picture))
    assert len(set(read_corners(picture))) > 1


def test_blurring_softens_the_edges() -> None:
    middle = (29, 5)
    assert draw_quarters().getpixel(middle) == RED
    softened = edit_picture("blur it").getpixel(middle)
    assert softened not in (RED, GREEN)


def test_sharpening_keeps_the_size_and_changes_the_edges() -> None:
    soft = encode_picture(edit_picture("blur it"))
    with Image.open(io.BytesIO(soft)) as before:
        assert edit_picture("sharpen it", soft).tobytes() != before.tobytes()
    assert edit_picture("sharpen it", soft).size == SIZE


def test_cropping_to_a_square_keeps_the_middle() -> None:
    picture = edit_picture("crop it to a square")
    assert picture.size == (40, 40)
    assert read_corners(picture) == [RED, GREEN, BLUE, YELLOW]


@pytest.mark.parametrize("words", ["resize it to half", "make it smaller", "shrink it"])
def test_half_the_size_is_half_the_size(words: str) -> None:
    assert edit_picture(words).size == (30, 20)


def test_a_border_goes_around() -> None:
    picture = edit_picture("add a border")
    assert picture.size == (76, 56)
    assert read_corners(picture) == [(250, 250, 245)] * 4
    assert picture.getpixel((10, 10)) == RED


@pytest.mark.parametrize(
    "words",
    ['add the words "Hello"', "write “Hello” on it", "caption it: Hello", "add a title «Hello»"],
)
def test_a_caption_is_written_over_the_lower_edge(words: str) -> None:
    large = draw_quarters().resize((600, 400), Image.Resampling.NEAREST)
    picture = edit_picture(words, encode_picture(large))
    assert picture.size == (600, 400)
    upper = (0, 0, 600, 250)
    assert picture.crop(upper).tobytes() == large.crop(upper).tobytes()
    assert max(picture.getpixel((3, 396))) < 100  # type: ignore[arg-type]
    lower = picture.crop((0, 300, 600, 400)).tobytes()
    assert lower.count(bytes((255, 255, 250))) > 50


def test_several_wishes_are_all_done_and_all_named() -> None:
    edited, edit_names = edit(
        encode_picture(draw_quarters()), "crop it to a square, make it grey and add a border"
    )
    assert edit_names == ["cropped to a square", "grey", "with a border"]
    with Image.open(io.BytesIO(edited)) as picture:
        assert picture.size == (56, 56)
        red, green, blue = picture.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
        assert red == green == blue


def test_a_wish_nobody_understands_still_changes_something_and_says_what() -> None:
    edited, edit_names = edit(encode_picture(draw_quarters()), "make it more baroque")
    assert edit_names == ["livelier colours"]
    with Image.open(io.BytesIO(edited)) as picture:
        assert picture.size == SIZE and picture.tobytes() != draw_quarters().tobytes()


def test_a_photo_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode_picture(draw_quarters(), "JPEG", exif=exif, quality=95)
    picture = edit_picture("make it brighter", data)
    assert picture.size == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_that_is_taken_can_be_edited(kind: str) -> None:
    assert edit_picture("mirror it", encode_picture(draw_quarters(), kind)).size == SIZE


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2)])
def test_no_form_is_too_odd_for_any_edit(size: tuple[int, int]) -> None:
    everything = (
        "crop, rotate 30 degrees, mirror, grey, sepia, make it blue, brighter, darker, blur,"
        ' invert, sharpen, half, border, write "words on it"'
    )
    assert edit_picture(everything, encode_picture(Image.new("RGB", size))).width > 1
