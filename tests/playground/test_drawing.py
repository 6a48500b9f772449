"""The played model's drawings show what was asked for: things, colours, scene, caption, shape."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot.playground.drawing.colours import COLOURS, RGB
from bot.playground.drawing.kinds.things import THINGS, find_place
from bot.playground.drawing.painter import draw_scene
from bot.playground.drawing.pen import Pen
from bot.playground.drawing.scene import SIZES, Scene, Thing, Worn
from bot.playground.wishes.reader import read_wish
from bot.playground.wishes.scenes import build_scene


def parse_scene(prompt: str) -> Scene:
    return build_scene(read_wish(prompt)).scene


def paint_picture(prompt: str) -> Image.Image:
    picture = draw_scene(parse_scene(prompt))
    assert picture.mode == "RGB"
    return picture


def read_pixel(picture: Image.Image, across: float, down: float) -> RGB:
    """Return the colour at a share of the width and of the height."""
    position = (int(picture.width * across), int(picture.height * down))
    red, green, blue = picture.getpixel(position)  # type: ignore[misc] # RGB
    return int(red), int(green), int(blue)


def measure_share(picture: Image.Image, colour: RGB, *, within: int = 0) -> float:
    """Return the share of pixels whose channels differ from `colour` by at most `within`."""
    small = picture.resize((256, 256), Image.Resampling.NEAREST)
    pixels = small.tobytes()
    pixels_by_colour = Counter(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True))
    matching_counts = [
        count
        for seen, count in pixels_by_colour.items()
        if max(abs(one - other) for one, other in zip(seen, colour, strict=True)) <= within
    ]
    return sum(matching_counts) / (256 * 256)


@pytest.mark.parametrize(
    "prompt",
    [
        "draw a red fox, a blue cat and a purple dog",
        "draw a red bird, a purple fish and a pink tree",
        "draw a red house, a blue flower and a purple boat",
        "draw a purple mountain, a red car and a blue robot",
        "draw a red heart, a blue circle and a purple square",
        "draw a blue triangle, a purple ball and a red ship",
    ],
)
def test_every_thing_stands_there_in_its_own_colour(prompt: str) -> None:
    scene, picture = parse_scene(prompt), paint_picture(prompt)
    assert len(scene.things) == 3
    for thing in scene.things:
        colour = thing.colour or THINGS[thing.word].colour
        assert measure_share(picture, colour, within=30) > 0.002, thing.word


@pytest.mark.parametrize("word", ["sun", "moon", "star"])
def test_what_belongs_in_the_sky_is_in_the_sky(word: str) -> None:
    picture = paint_picture(f"draw a red {word}")
    above = picture.crop((0, 0, picture.width, picture.height // 2))
    below = picture.crop((0, picture.height // 2, picture.width, picture.height))
    assert measure_share(above, COLOURS["red"]) > 0.01
    assert measure_share(below, COLOURS["red"]) == 0


def test_every_word_that_can_be_drawn_has_a_drawing_of_its_own() -> None:
    alone = {word: kind.draw for word, kind in THINGS.items()}
    same = {"boat": "ship", "circle": "ball"}  # by another name
    assert all(alone[word] is alone[other] for word, other in same.items())
    assert len(set(alone.values())) == len(THINGS) - len(same)
    asked_for = (
        "fox cat dog bird fish tree house sun moon star flower mountain boat heart car robot"
    )
    assert set(asked_for.split()) <= set(THINGS)


def test_a_red_fox_under_a_blue_moon_is_just_that() -> None:
    picture = paint_picture("Draw a red fox under a blue moon")
    corner = picture.crop((600, 50, 1000, 350))
    middle = picture.crop((300, 400, 750, 950))
    assert (
        measure_share(corner, COLOURS["blue"]) > 0.1
        and measure_share(corner, COLOURS["red"]) < 0.001
    )
    assert (
        measure_share(middle, COLOURS["red"]) > 0.1 and measure_share(middle, COLOURS["blue"]) == 0
    )
    assert sum(read_pixel(picture, 0.02, 0.02)) < 200  # a moon means night


def test_several_of_a_kind_are_drawn() -> None:
    assert [thing.count for thing in parse_scene("two cats and a dog").things] == [2, 1]
    assert [thing.count for thing in parse_scene("stars over three boats").things] == [3, 3]
    one, three = paint_picture("draw a red circle"), paint_picture("draw three red circles")
    row = [read_pixel(three, part / 100, 0.8) == COLOURS["red"] for part in range(100)]
    rises = sum(now and not before for before, now in itertools.pairwise(row))
    assert rises == 3
    assert measure_share(one, COLOURS["red"]) > 0.1


@pytest.mark.parametrize(
    ("prompt", "place", "light"),
    [
        ("a fox", "meadow", ""),
        ("a fox at night", "meadow", "night"),
        ("a fox under the stars", "meadow", "night"),
        ("a fox at sunset in the forest", "forest", "sunset"),
        ("a boat", "sea", ""),
        ("a house in winter", "snow", ""),
        ("a bird in the woods", "forest", ""),
        ("a car on the sand", "desert", ""),
        ("a dark blue car in the rain", "meadow", "rain"),
    ],
)
def test_the_scene_is_where_the_words_put_it(prompt: str, place: str, light: str) -> None:
    scene = parse_scene(prompt)
    assert (scene.place, scene.light) == (place, light)


def test_scenes_look_different() -> None:
    grounds = {
        name: read_pixel(paint_picture(f"draw a heart {words}"), 0.02, 0.75)
        for name, words in {
            "day": "",
            "night": "at night",
            "sea": "at sea",
            "snow": "in the snow",
            "sunset": "at sunset",
            "forest": "in the forest",
            "desert": "in the desert",
        }.items()
    }
    assert len(set(grounds.values())) == len(grounds)
    assert min(grounds["snow"]) > 200 and max(grounds["night"]) < 80
    assert max(grounds["sea"]) == grounds["sea"][2]
    assert max(grounds["day"]) == grounds["day"][1]


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("", (1024, 1024)),
        ("square", (1024, 1024)),
        ("wide", (1536, 864)),
        ("16:9", (1536, 864)),
        ("as a landscape", (1536, 864)),
        ("portrait", (864, 1536)),
        ("9:16", (864, 1536)),
        ("in 5:4", (1152, 896)),
        ("3 : 2", (1248, 832)),
        ("21:9", (1536, 672)),
        ("at 10:30:00 in 7:5", (1024, 1024)),
    ],
)
def test_the_form_is_the_one_that_was_asked_for(words: str, size: tuple[int, int]) -> None:
    scene = parse_scene(f"draw a fox {words}")
    assert scene.size == size


@pytest.mark.parametrize(("words", "size"), [("wide", (1536, 864)), ("portrait", (864, 1536))])
def test_the_drawing_has_that_form(words: str, size: tuple[int, int]) -> None:
    assert paint_picture(f"draw a fox, {words}").size == size


@pytest.mark.parametrize(
    "prompt", ["draw a red dot on white", "Zeichne einen roten Kreis auf Weiß"]
)
def test_a_colour_that_things_are_on_is_that_of_the_background(prompt: str) -> None:
    scene = parse_scene(prompt)
    assert (scene.things[0].colour, scene.plain) == (COLOURS["red"], COLOURS["white"])


def test_behind_things_on_a_transparent_background_is_nothing() -> None:
    picture = draw_scene(parse_scene("draw a fox on a transparent background"))
    assert picture.mode == "RGBA"
    transparency, pixels = picture.getchannel("A").histogram()[0], picture.width * picture.height
    assert pixels > transparency > pixels / 3


@pytest.mark.parametrize("quoted", ['"Hello"', "“Hello”", "„Hello“", "«Hello»"])
def test_quoted_words_stand_below_and_are_not_drawn(quoted: str) -> None:
    assert parse_scene(f"draw a fox with the words {quoted}").caption == "Hello"
    assert [thing.word for thing in parse_scene('a fox, "my cat"').things] == ["fox"]


def test_the_caption_can_be_read() -> None:
    picture = paint_picture('draw a fox with the words "Happy birthday"')
    strip = picture.crop((0, picture.height - 110, picture.width, picture.height))
    assert measure_share(strip, (255, 255, 250)) > 0.01  # the letters
    assert max(read_pixel(picture, 0.01, 0.99)) < 90  # the band behind them
    assert measure_share(paint_picture("draw a fox"), (255, 255, 250)) == 0


def test_the_same_words_give_the_same_picture_and_a_seed_another() -> None:
    scene = parse_scene("draw a fox")
    assert draw_scene(scene).tobytes() == draw_scene(scene).tobytes()
    assert draw_scene(replace(scene, seed="7")).tobytes() != draw_scene(scene).tobytes()


@pytest.mark.parametrize("word", ["cat", "bird", "horse", "snowman", "car", "lighthouse"])
def test_a_hat_is_above_what_wears_it(word: str) -> None:
    """The hat's own colour is nowhere without it, and with it only above the eyes."""
    bare = Scene((Thing(word),), form="1:1")
    pink = (250, 20, 250)
    dressed = replace(bare, things=(Thing(word, worn=(Worn("cap", pink),)),))
    assert measure_share(draw_scene(bare), pink, within=20) == 0
    picture, place = draw_scene(dressed), find_place(word, "head")
    large = 1024 * 0.62
    brim = int(1024 * 0.88 - large * 0.46 + (place.y + 0.06) * large)
    assert measure_share(picture.crop((0, 0, 1024, brim)), pink, within=20) > 0.002
    assert measure_share(picture.crop((0, brim, 1024, 1024)), pink, within=20) == 0


def test_variations_are_all_different_and_all_have_what_was_asked_for() -> None:
    scene = parse_scene("a red fox with a hat")
    pictures = [draw_scene(replace(scene, variation=number)) for number in (1, 2, 3, 4)]
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert all(measure_share(picture, COLOURS["red"], within=4) > 0.03 for picture in pictures)


def test_another_sky_leaves_everything_else_as_it_is() -> None:
    before = parse_scene("draw a red fox in the forest")
    after = replace(before, sky=COLOURS["purple"])
    old, new = draw_scene(before), draw_scene(after)
    lower = (0, int(1024 * 0.7), 1024, 1024)
    assert old.crop(lower).tobytes() == new.crop(lower).tobytes()
    assert read_pixel(new, 0.02, 0.02) != read_pixel(old, 0.02, 0.02)
    assert measure_share(new, COLOURS["red"]) == measure_share(old, COLOURS["red"]) > 0.05


def test_a_logo_shows_its_name_and_its_thing() -> None:
    scene = parse_scene("a lighthouse logo called North Light")
    assert scene.is_logo and scene.title == "North Light" and scene.things[0].word == "lighthouse"
    unnamed = replace(scene, title="Xy")
    assert draw_scene(scene).tobytes() != draw_scene(unnamed).tobytes()


@pytest.mark.parametrize("word", THINGS)
def test_every_drawing_stays_inside_its_field(word: str) -> None:
    """Nothing reaches far beyond the size it is drawn in, so nothing is cut off alone."""
    colour = Image.new("RGB", (300, 300))
    THINGS[word].draw(Pen(ImageDraw.Draw(colour), 150, 150, 100), (200, 200, 200))
    box = colour.convert("L").getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert left >= 80 and top >= 80 and right <= 225 and bottom <= 215, box


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_words_are_a_scene_of_a_known_size(prompt: str) -> None:
    scene = parse_scene(prompt)
    assert len(scene.things) <= 8 and len(scene.caption) <= 60
    assert scene.form in SIZES
    assert all(1 <= thing.count <= 24 for thing in scene.things)
