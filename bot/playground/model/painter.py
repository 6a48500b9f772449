"""Draws a real picture from the words of a prompt: a scene, its things, a caption. Pure."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont

from bot.playground.model.animals import THINGS
from bot.playground.model.colours import COLOURS, RGB, mix
from bot.playground.model.shapes import Pen

Canvas = ImageDraw.ImageDraw
_SHADOW_CASTERS = ("fox", "cat", "dog", "tree", "house", "robot", "car")
_OVERSAMPLE = 2  # pictures are drawn larger and then shrunk, which smooths every edge
_MAX_SMOOTHED_PIXELS = 2_500_000
# About a million pixels each.
_SIZES = {
    "1:1": (1024, 1024), "3:2": (1248, 832), "2:3": (832, 1248), "4:3": (1184, 864),
    "3:4": (864, 1184), "5:4": (1152, 896), "4:5": (896, 1152), "16:9": (1536, 864),
    "9:16": (864, 1536), "21:9": (1536, 672),
}  # fmt: skip
_ASPECT_PATTERN = re.compile(r"(?<![\d:])\d{1,2} ?: ?\d{1,2}(?![\d:])")
_WORD_PATTERN = re.compile(r"[a-z]+")
_QUOTED_PATTERN = re.compile(r"[\"“«„']([^\"”»“']{1,60})[\"”»“']")

# scene word -> sky above, sky below, ground
_SCENES: dict[str, tuple[RGB, RGB, RGB]] = {
    "night": ((16, 20, 58), (58, 62, 120), (34, 52, 62)),
    "sunset": ((92, 66, 140), (250, 160, 96), (96, 74, 84)),
    "sea": ((150, 206, 240), (222, 240, 248), (44, 116, 170)),
    "snow": ((176, 200, 222), (232, 240, 246), (246, 249, 252)),
    "forest": ((170, 212, 190), (224, 240, 214), (66, 118, 72)),
    "desert": ((250, 214, 150), (252, 236, 200), (222, 176, 110)),
    "day": ((130, 190, 238), (226, 242, 250), (126, 182, 104)),
}
_SCENE_WORDS = {
    "night": "night", "moon": "night", "stars": "night", "dark": "night", "midnight": "night",
    "sunset": "sunset", "sunrise": "sunset", "evening": "sunset", "dusk": "sunset",
    "sea": "sea", "ocean": "sea", "beach": "sea", "boat": "sea", "ship": "sea", "water": "sea",
    "fish": "sea", "snow": "snow", "winter": "snow", "ice": "snow", "forest": "forest",
    "woods": "forest", "jungle": "forest", "desert": "desert", "sand": "desert",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to draw, as the prompt names it."""

    word: str
    colour: RGB
    count: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """What a prompt asks to see: the scene's name, its things, a caption and the size.

    Of a transparent one, there is nothing behind the things.
    """

    name: str
    things: tuple[Thing, ...]
    caption: str
    width: int
    height: int
    is_transparent: bool = False


def parse_scene(prompt: str) -> Scene:
    """Find things, colours, numbers, scene, caption and shape in the words of `prompt`."""
    quoted = _QUOTED_PATTERN.search(prompt)
    words = _WORD_PATTERN.findall(_QUOTED_PATTERN.sub(" ", prompt.lower()))
    things: list[Thing] = []
    for index, word in enumerate(words):
        single = word.removesuffix("s") if word.removesuffix("s") in THINGS else word
        if single in THINGS and single not in [thing.word for thing in things]:
            colour = _find_colour(words, index) or THINGS[single][1]
            things.append(Thing(single, colour, _find_count(words, index, plural=single != word)))
    names = [_SCENE_WORDS[word] for word in words if word in _SCENE_WORDS]
    by_light = [name for name in names if name in ("sunset", "night")]
    scene_name = next(iter(by_light + names), "day")
    if not any(THINGS[thing.word][2] == "ground" for thing in things):
        plain = next((COLOURS[word] for word in words if word in COLOURS), COLOURS["teal"])
        if not things:
            things.append(Thing("circle", plain))
    width, height = _find_size(prompt.lower())
    caption = quoted[1] if quoted else ""
    is_transparent = "transparent background" in prompt.lower()
    return Scene(scene_name, tuple(things[:6]), caption, width, height, is_transparent)


def paint(prompt: str, size: tuple[int, int] | None = None) -> bytes:
    """Return a PNG of what `prompt` asks for; the same prompt gives the same picture.

    Its size is `size`, or one for the shape that the words ask for.
    """
    scene = parse_scene(prompt)
    if size is not None:
        scene = replace(scene, width=size[0], height=size[1])
    rng = random.Random(prompt)
    # A very large one is smooth enough by itself, and would take seconds.
    times = _OVERSAMPLE if scene.width * scene.height <= _MAX_SMOOTHED_PIXELS else 1
    width, height = scene.width * times, scene.height * times
    picture = Image.new("RGBA" if scene.is_transparent else "RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    if not scene.is_transparent:
        _draw_background(draw, scene.name, (width, height), rng)
    for place in ("sky", "back", "ground"):
        _draw_things(draw, scene, place, (width, height))
    small = picture.resize((scene.width, scene.height), Image.Resampling.LANCZOS)
    if scene.caption:
        write_caption(small, scene.caption)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def write_caption(picture: Image.Image, text: str) -> None:
    """Write `text` along the lower edge of `picture`."""
    draw = ImageDraw.Draw(picture, "RGBA")
    size = max(14, min(picture.height // 12, int(picture.width * 1.5 / max(len(text), 1))))
    font = ImageFont.load_default(size)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    x, y = (picture.width - (right - left)) / 2, picture.height - (bottom - top) - size
    draw.rectangle((0, y - size / 2, picture.width, picture.height), fill=(20, 20, 28, 170))
    draw.text((x, y - top / 2), text, font=font, fill=(255, 255, 250, 255))


def _draw_background(draw: Canvas, name: str, size: tuple[int, int], rng: random.Random) -> None:
    width, height = size
    above, below, ground = _SCENES[name]
    horizon = int(height * 0.68)
    for y in range(height):
        in_sky = y < horizon
        share = y / horizon if in_sky else 0.35 * (y - horizon) / (height - horizon)
        colour = mix(above, below, share) if in_sky else mix(ground, (24, 28, 36), share)
        draw.line((0, y, width, y), fill=colour)
    pen = Pen(draw, 0, 0, width)
    aspect = height / width
    if name == "night":
        for _ in range(90):
            x, down = rng.random(), rng.random() * 0.55 * aspect
            pen.draw_disc(x, down, rng.uniform(0.0008, 0.0024), (236, 236, 214))
    elif name == "sea":
        for _ in range(26):
            x, down = rng.random(), rng.uniform(0.7, 1) * aspect
            pen.draw_arc(
                (x, down, x + 0.07, down + 0.016), 200, 340, fill=(190, 222, 240), width=0.0025
            )
    elif name != "sunset":
        _draw_clouds(pen, aspect, mix(below, (255, 255, 255), 0.6), rng)


def _draw_clouds(pen: Pen, aspect: float, colour: RGB, rng: random.Random) -> None:
    for _ in range(3):
        x, down = rng.random(), rng.uniform(0.08, 0.3) * aspect
        for step in range(4):
            pen.draw_disc(x + step * 0.038, down, 0.033, colour, tall=0.6)


def _draw_things(draw: Canvas, scene: Scene, layer: str, size: tuple[int, int]) -> None:
    width, height = size
    things = [
        (thing.word, thing.colour)
        for thing in scene.things
        if THINGS[thing.word][2] == layer
        for _ in range(thing.count)
    ]
    short = min(width, height)
    for number, (word, colour) in enumerate(things):
        x = width * (number + 1) / (len(things) + 1)
        if layer == "sky":
            sky_x = x if len(things) > 1 else width * 0.78
            pen = Pen(draw, sky_x, height * 0.2, short * 0.3)
        elif layer == "back":
            pen = Pen(draw, x, height * 0.45, short * 0.6)
        else:
            room = 1.15 * width / (len(things) + 1)
            large = short * 0.62 if len(things) == 1 else min(short * 0.5, room)
            pen = Pen(draw, x, height * 0.88 - large * 0.46, large)
            if word in _SHADOW_CASTERS:
                pen.draw_ellipse(
                    (-0.4, 0.44, 0.4, 0.52), fill=mix(_SCENES[scene.name][2], (0, 0, 0), 0.4)
                )
        THINGS[word][0](pen, colour)


def _find_colour(words: list[str], index: int) -> RGB | None:
    for word in reversed(words[max(0, index - 3) : index]):
        if word in COLOURS:
            return COLOURS[word]
        if word.removesuffix("s") in THINGS or word in ("and", "under", "with", "by"):
            return None
    return None


_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}


def _find_count(words: list[str], index: int, *, plural: bool) -> int:
    count = next((_NUMBERS[w] for w in words[max(0, index - 3) : index] if w in _NUMBERS), 0)
    return count or (3 if plural else 1)


def _find_size(prompt: str) -> tuple[int, int]:
    named = _ASPECT_PATTERN.search(prompt)
    if named and (size := _SIZES.get(named[0].replace(" ", ""))):
        return size
    if re.search(r"\bwide|landscape|panorama|banner", prompt):
        return _SIZES["16:9"]
    if re.search(r"portrait|\btall\b|poster", prompt):
        return _SIZES["9:16"]
    return _SIZES["1:1"]
