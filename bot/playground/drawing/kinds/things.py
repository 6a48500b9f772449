"""Everything that can be drawn: how, in which colour, and where it wears a hat. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from PIL import Image, ImageDraw

from bot.playground.drawing.colours import COLOURS, RGB
from bot.playground.drawing.kinds import animals, shapes, sketched_animals, sketched_things
from bot.playground.drawing.kinds.sketch import Shape, build_shape
from bot.playground.drawing.kinds.worn import WEARS, Wear
from bot.playground.drawing.pen import Pen


class Place(NamedTuple):
    """A place on a thing, in units of its size: the middle, and how wide what is worn there is."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Kind:
    """How a thing is drawn: its own colour, and its layer, which is "ground", "back" or "sky".

    Without `head` it has no eyes and no neck, and what it wears sits on its top.
    """

    draw: Shape
    colour: RGB
    layer: str = "ground"
    head: Place | None = None


_DRAWN: dict[str, Shape] = {
    "fox": animals.draw_fox, "cat": animals.draw_cat, "dog": animals.draw_dog,
    "bird": animals.draw_bird, "fish": animals.draw_fish, "tree": shapes.draw_tree,
    "house": shapes.draw_house, "flower": shapes.draw_flower, "mountain": shapes.draw_mountain,
    "boat": shapes.draw_boat, "ship": shapes.draw_boat, "car": shapes.draw_car,
    "robot": shapes.draw_robot, "heart": shapes.draw_heart, "circle": shapes.draw_circle,
    "ball": shapes.draw_circle, "square": shapes.draw_square, "triangle": shapes.draw_triangle,
    "sun": shapes.draw_sun, "moon": shapes.draw_moon, "star": shapes.draw_star,
}  # fmt: skip
_COLOURS: dict[str, RGB] = {
    "fox": (226, 110, 40), "cat": (120, 116, 124), "dog": (176, 120, 70),
    "bird": COLOURS["blue"], "fish": COLOURS["orange"], "tree": COLOURS["green"],
    "house": (214, 170, 120), "flower": COLOURS["pink"], "mountain": (110, 116, 134),
    "boat": (176, 64, 52), "ship": (90, 100, 130), "car": COLOURS["red"],
    "robot": (130, 150, 170), "heart": COLOURS["red"], "circle": COLOURS["blue"],
    "ball": COLOURS["red"], "square": COLOURS["teal"], "triangle": COLOURS["purple"],
    "sun": COLOURS["yellow"], "moon": (236, 232, 210), "star": COLOURS["yellow"],
    "rabbit": (196, 176, 156), "mouse": (150, 148, 156), "bear": (130, 88, 54),
    "owl": (140, 102, 70), "penguin": (46, 50, 62), "horse": (150, 96, 58),
    "elephant": (146, 152, 164), "pig": (240, 168, 176), "lion": (226, 170, 80),
    "cow": (244, 240, 232), "duck": (250, 206, 60), "turtle": (92, 130, 70),
    "snail": (180, 110, 70), "butterfly": (236, 130, 50), "bee": (250, 200, 50),
    "frog": (96, 170, 76), "whale": (70, 120, 180), "person": (70, 120, 190),
    "snowman": (246, 248, 252), "bicycle": (206, 60, 60), "bus": (236, 180, 50),
    "train": (60, 120, 100), "truck": (90, 130, 180), "plane": (222, 228, 236),
    "rocket": (214, 60, 60), "hot air balloon": (220, 90, 70), "lighthouse": (214, 60, 60),
    "castle": (150, 148, 156), "tent": (220, 130, 60), "windmill": (150, 90, 60),
    "bridge": (150, 110, 84), "cactus": (84, 150, 90), "palm": (70, 150, 80),
    "mushroom": (210, 60, 56), "leaf": (96, 170, 84), "apple": (210, 54, 50),
    "banana": (248, 212, 70), "cake": (236, 150, 170), "cup": (80, 130, 180),
    "book": (60, 100, 160), "umbrella": (200, 70, 90), "gift": (200, 60, 80),
    "lamp": (236, 170, 70), "key": (222, 176, 52), "clock": (90, 96, 110),
    "chair": (160, 110, 70), "table": (160, 110, 70), "guitar": (190, 120, 60),
    "phone": (50, 54, 64), "computer": (70, 76, 90), "pizza": (196, 130, 70),
    "ice cream": (246, 190, 200), "flag": (60, 110, 200), "balloon": (220, 70, 80),
    "cloud": (250, 252, 255), "rainbow": (255, 255, 255), "egg": (244, 230, 206),
    "bottle": (80, 150, 110),
}  # fmt: skip
_BACK = ("mountain", "castle", "bridge", "rainbow")
_SKY = ("sun", "moon", "star", "cloud", "plane", "hot air balloon")
# The lower edge of a hat; the eyes are a little below it, the neck further down.
_HEADS: dict[str, Place] = {
    "fox": Place(0, -0.27, 0.3), "cat": Place(0, -0.27, 0.28), "dog": Place(0, -0.28, 0.32),
    "bird": Place(0.2, -0.26, 0.22), "fish": Place(0.2, -0.15, 0.2),
    "robot": Place(0, -0.37, 0.34), "rabbit": Place(0, -0.18, 0.3),
    "mouse": Place(0, -0.2, 0.26), "bear": Place(0, -0.31, 0.32), "owl": Place(0, -0.31, 0.34),
    "penguin": Place(0, -0.36, 0.3), "horse": Place(-0.3, -0.35, 0.2),
    "elephant": Place(-0.26, -0.27, 0.26), "pig": Place(0, -0.27, 0.3),
    "lion": Place(0, -0.3, 0.34), "cow": Place(0, -0.29, 0.28), "duck": Place(-0.2, -0.22, 0.22),
    "turtle": Place(-0.4, 0.09, 0.16), "snail": Place(-0.38, 0.05, 0.14),
    "butterfly": Place(0, -0.26, 0.12), "bee": Place(-0.16, -0.06, 0.18),
    "frog": Place(0, -0.27, 0.3), "whale": Place(-0.16, -0.2, 0.3),
    "person": Place(0, -0.4, 0.24), "snowman": Place(0, -0.38, 0.22),
}  # fmt: skip
_SKETCHES = sketched_animals.SKETCHES | sketched_things.SKETCHES


def _build_kind(word: str) -> Kind:
    draw = _DRAWN[word] if word in _DRAWN else build_shape(_SKETCHES[word])
    layer = "sky" if word in _SKY else "back" if word in _BACK else "ground"
    return Kind(draw, _COLOURS[word], layer, _HEADS.get(word))


def _build_worn_alone(wear: Wear) -> Kind:
    """Build what a person wears as a thing that lies there by itself."""

    def draw(pen: Pen, colour: RGB) -> None:
        wear.draw(pen.move(0, 0.4 if wear.place == "head" else 0, 0.55), colour)

    return Kind(draw, wear.colour)


THINGS: dict[str, Kind] = {word: _build_kind(word) for word in _COLOURS} | {
    word: _build_worn_alone(wear) for word, wear in WEARS.items()
}


@cache
def find_top(word: str) -> Place:
    """Return the top of a thing, by drawing it once: where a hat sits on what has no head."""
    drawn = Image.new("RGB", (120, 120))
    THINGS[word].draw(Pen(ImageDraw.Draw(drawn), 60, 60, 100), (250, 250, 250))
    box = drawn.convert("L").crop((56, 0, 64, 120)).getbbox()
    top = (box[1] - 60) / 100 if box else -0.5
    return Place(0.0, top + 0.02, 0.3)


def find_place(word: str, place: str) -> Place:
    """Return where `word` wears what belongs on its "head", before its "eyes" or on its "neck"."""
    head = THINGS[word].head
    if head is None:
        top = find_top(word)
        return top if place == "head" else Place(top.x, top.y + 0.14, 0.3)
    below = {"head": 0.0, "eyes": 0.45, "neck": 1.15}[place] * head.width
    return Place(head.x, head.y + below, head.width * (0.8 if place == "eyes" else 1.0))
