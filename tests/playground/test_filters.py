"""The played model changes a sent picture as the words ask, and nothing else of it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from bot.playground.model.pictures import open_picture
from bot.playground.wishes.photo_changes import ChangedPhoto, change_photo
from bot.playground.wishes.reader import read_wish
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


def change(words: str, data: bytes | None = None) -> ChangedPhoto:
    picture = open_picture(data or encode_picture(draw_quarters()))
    return change_photo(picture, read_wish(words), 1)


def edit_picture(words: str, data: bytes | None = None) -> Image.Image:
    changed = change(words, data)
    assert changed.deeds and changed.picture.mode == "RGB", changed
    return changed.picture


def edit_any(words: str, data: bytes) -> Image.Image:
    return change(words, data).picture


def read_corners(picture: Image.Image) -> list[RGB]:
    """Read the corners: top left, top right, bottom left, bottom right."""
    right, bottom = picture.width - 3, picture.height - 3
    places = [(2, 2), (right, 2), (2, bottom), (right, bottom)]
    return [picture.getpixel(place) for place in places]  # type: ignore[misc] # RGB


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
        ("rotate 1080 degrees", SIZE, [RED, GREEN, BLUE, YELLOW]),
        ("rotate 1170 degrees", (40, 60), [BLUE, RED, YELLOW, GREEN]),
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
    [("make it red", 0), ("tint it green", 1), ("colour it blue", 2)],
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
    assert max(picture.getpixel((3, 396))) < 100  # type: ignore[arg-type] # RGB
    lower = picture.crop((0, 300, 600, 400)).tobytes()
    assert lower.count(bytes((255, 255, 250))) > 50


def test_several_wishes_are_all_done_and_all_named() -> None:
    changed = change("crop it to a square, make it grey and add a border")
    assert {deed.names for deed in changed.deeds} == {("crop",), ("grey",), ("border",)}
    assert changed.picture.size == (56, 56)
    red, green, blue = changed.picture.getpixel((20, 20))  # type: ignore[misc] # RGB
    assert red == green == blue


@pytest.mark.parametrize(
    "words", ["make it more baroque", "replace the dog with a cat", "remove the car", "at night"]
)
def test_a_wish_that_needs_eyes_changes_nothing(words: str) -> None:
    changed = change(words)
    assert changed.deeds == []
    assert changed.picture.tobytes() == draw_quarters().tobytes()


def draw_landscape() -> Image.Image:
    """Draw a noisy blue sky that grows paler, over a jagged dark ridge with a light house."""
    picture = Image.new("RGB", (300, 200))
    draw = ImageDraw.Draw(picture)
    for y in range(200):
        draw.line((0, y, 300, y), fill=(80 + y // 2, 140 + y // 3, 235 - y // 10))
    ridge = [(x, 110 + (x * 7 % 23)) for x in range(0, 301, 12)]
    draw.polygon([(0, 200), *ridge, (300, 200)], fill=(60, 80, 50))
    draw.rectangle((120, 140, 160, 180), fill=(230, 226, 220))
    noise = Image.effect_noise(picture.size, 12).convert("RGB")
    return Image.blend(picture, noise, 0.05)


@pytest.mark.parametrize("words", ["make the sky purple", "mach den Himmel lila", "紫の空にして"])
def test_the_sky_of_a_photo_changes_and_nothing_else(words: str) -> None:
    before = draw_landscape()
    changed = change(words, encode_picture(before))
    (deed,) = changed.deeds
    assert (deed.kind, deed.names) == ("painted_photo", ("sky", "purple"))
    assert 45 <= deed.count <= 65
    below = (0, 140, 300, 200)
    assert changed.picture.crop(below).tobytes() == before.crop(below).tobytes()
    red, green, blue = changed.picture.getpixel((150, 40))  # type: ignore[misc] # RGB
    assert green < red and green < blue


def test_where_no_sky_is_to_be_seen_none_is_painted() -> None:
    plain = encode_picture(Image.new("RGB", (80, 80), (20, 90, 200)))
    assert change("make the sky purple", plain).failed == ["sky"]
    assert change("remove the background", plain).deeds == []


def test_a_background_is_taken_away_around_what_stands_before_it() -> None:
    picture = Image.new("RGB", (100, 100), (250, 250, 250))
    picture.paste((180, 30, 30), (30, 30, 70, 70))
    cleared = change("remove the background", encode_picture(picture)).picture
    assert cleared.mode == "RGBA"
    assert cleared.getpixel((5, 5))[3] == 0  # type: ignore[index] # RGB
    assert cleared.getpixel((50, 50)) == (180, 30, 30, 255)


def test_what_is_added_is_the_only_thing_that_changes() -> None:
    before = Image.new("RGB", (400, 300), (200, 220, 200))
    after = change("add a green hat", encode_picture(before)).picture
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    left, _, right, bottom = changed
    assert 120 < left < 200 < right < 280 and bottom < 110


def test_transparency_stays() -> None:
    picture = Image.new("RGBA", (60, 40), (10, 200, 30, 0))
    picture.paste((200, 40, 40, 255), (20, 10, 40, 30))
    changed = edit_any("make it grey and mirror it", encode_picture(picture))
    assert changed.mode == "RGBA" and changed.getpixel((2, 2))[3] == 0  # type: ignore[index] # RGB


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
