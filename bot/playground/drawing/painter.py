"""Draws a scene: what is behind, its things with what they wear, filters, words. Pure Pillow."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from bot.playground.drawing.captions import write_caption, write_title
from bot.playground.drawing.colours import RGB, mix
from bot.playground.drawing.filters import apply_filters
from bot.playground.drawing.kinds.things import THINGS, find_place
from bot.playground.drawing.kinds.worn import HAT_KINDS, WEARS
from bot.playground.drawing.layout import Spot, place_things
from bot.playground.drawing.pen import Pen
from bot.playground.drawing.scene import Scene, Thing, Worn
from bot.playground.drawing.scenery import choose_colours, choose_plain, draw_scenery

Canvas = ImageDraw.ImageDraw
_OVERSAMPLE = 2  # pictures are drawn larger and then shrunk, which smooths every edge
_BADGE, _INK = (232, 236, 244), (40, 44, 60)
# What wears something of its own colour wears it in another one.
_OTHER_COLOUR = (250, 204, 40)
_MIN_DIFFERENCE = 120


def paint(scene: Scene) -> bytes:
    """Return a PNG of the scene; the same scene gives the same picture."""
    out = io.BytesIO()
    draw_scene(scene).save(out, "PNG")
    return out.getvalue()


def draw_scene(scene: Scene) -> Image.Image:
    """Return the picture of a scene: RGBA if it is transparent, else RGB."""
    size = scene.size[0] * _OVERSAMPLE, scene.size[1] * _OVERSAMPLE
    picture = Image.new("RGBA" if scene.is_transparent else "RGB", size)
    draw = ImageDraw.Draw(picture)
    if not scene.is_transparent:
        draw_scenery(draw, scene, size)
    if scene.is_logo:
        _draw_badge(draw, scene, size)
    for spot in place_things(scene, size):
        _draw_thing(draw, scene, spot)
    small = picture.resize(scene.size, Image.Resampling.LANCZOS)
    if scene.title:
        middle, share = (0.82, 1.4) if scene.things else (0.5, 0.85)
        write_title(small, scene.title, middle, _INK, share=share)
    small = apply_filters(small, scene.filters)
    if scene.caption:
        write_caption(small, scene.caption)
    return small


def _draw_badge(draw: Canvas, scene: Scene, size: tuple[int, int]) -> None:
    """Draw the round field of a logo; of one without a thing and a name, a mark in it."""
    width, height = size
    down = 0.4 if scene.title and scene.things else 0.5
    pen = Pen(draw, width / 2, height * down, min(size))
    pen.draw_disc(0, 0, 0.31, _INK)
    pen.draw_disc(0, 0, 0.29, mix(_BADGE, (255, 236, 210), 0.3 * (scene.variation % 4)))
    if not scene.things and not scene.title:
        pen.draw_polygon([(0, -0.2), (-0.19, 0.14), (0.19, 0.14)], (214, 90, 60))
        pen.draw_disc(0, 0.02, 0.07, (250, 204, 40))


def _draw_thing(draw: Canvas, scene: Scene, spot: Spot) -> None:
    kind = THINGS[spot.thing.word]
    pen = Pen(draw, spot.x, spot.y, spot.size, mirrored=spot.mirrored)
    is_on_ground = kind.layer == "ground" and not spot.thing.host
    if is_on_ground and choose_plain(scene) is None and not scene.is_transparent:
        shadow = mix(choose_colours(scene)[2], (0, 0, 0), 0.4)
        pen.draw_ellipse((-0.4, 0.44, 0.4, 0.52), fill=shadow)
    kind.draw(pen, spot.thing.colour or kind.colour)
    for worn in spot.thing.worn:
        _draw_worn(pen, scene, spot.thing, worn)


def _draw_worn(pen: Pen, scene: Scene, thing: Thing, worn: Worn) -> None:
    word = HAT_KINDS[(scene.variation - 1) % len(HAT_KINDS)] if worn.word == "hat" else worn.word
    wear = WEARS[word]
    wear.draw(
        pen.move(*find_place(thing.word, wear.place)),
        worn.colour or _choose_worn_colour(thing, wear.colour),
    )


def _choose_worn_colour(thing: Thing, usual: RGB) -> RGB:
    own = thing.colour or THINGS[thing.word].colour
    difference = sum(abs(one - other) for one, other in zip(own, usual, strict=True))
    return usual if difference >= _MIN_DIFFERENCE else _OTHER_COLOUR
