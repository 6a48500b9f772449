"""Draws what is behind the things of a picture: sky and ground, stars, waves, clouds. Pure."""

from __future__ import annotations

import random

from PIL import ImageDraw

from bot.playground.drawing.colours import RGB, mix
from bot.playground.drawing.pen import Pen, darken, lighten
from bot.playground.drawing.scene import Scene

# place -> sky above, sky below, ground
PLACES: dict[str, tuple[RGB, RGB, RGB]] = {
    "meadow": ((130, 190, 238), (226, 242, 250), (126, 182, 104)),
    "sea": ((150, 206, 240), (222, 240, 248), (44, 116, 170)),
    "snow": ((176, 200, 222), (232, 240, 246), (246, 249, 252)),
    "forest": ((170, 212, 190), (224, 240, 214), (66, 118, 72)),
    "desert": ((250, 214, 150), (252, 236, 200), (222, 176, 110)),
    "city": ((160, 196, 226), (230, 236, 242), (130, 134, 142)),
    "space": ((8, 8, 26), (24, 18, 52), (70, 66, 84)),
    "indoors": ((240, 226, 204), (248, 238, 222), (176, 130, 88)),
}
# light -> sky above, sky below, and what is mixed into the ground
LIGHTS: dict[str, tuple[RGB, RGB, RGB]] = {
    "night": ((16, 20, 58), (58, 62, 120), (16, 24, 46)),
    "sunset": ((92, 66, 140), (250, 160, 96), (92, 60, 80)),
    "rain": ((104, 118, 136), (168, 180, 192), (84, 100, 106)),
}
_HORIZONS = (0.68, 0.62, 0.74, 0.58)
_PLAIN_LOGO = (250, 248, 244)


def choose_colours(scene: Scene) -> tuple[RGB, RGB, RGB]:
    """Return the colours of the sky above and below, and of the ground."""
    above, below, ground = PLACES[scene.place]
    if scene.light:
        above, below, shade = LIGHTS[scene.light]
        ground = mix(ground, shade, 0.7)
    if scene.sky is not None:
        above, below = darken(scene.sky, 0.12), lighten(scene.sky, 0.35)
    return above, below, scene.ground or ground


def choose_plain(scene: Scene) -> RGB | None:
    """Return the one colour behind everything; None where there are sky and ground."""
    return scene.plain or (_PLAIN_LOGO if scene.is_logo else None)


def find_horizon(scene: Scene) -> float:
    """Return the share of the height at which the sky ends."""
    return _HORIZONS[(scene.variation - 1) % len(_HORIZONS)]


def draw_scenery(draw: ImageDraw.ImageDraw, scene: Scene, size: tuple[int, int]) -> None:
    """Fill the picture with what is behind its things."""
    width, height = size
    plain = choose_plain(scene)
    if plain is not None:
        draw.rectangle((0, 0, width, height), fill=plain)
        return
    above, below, ground = choose_colours(scene)
    horizon = int(height * find_horizon(scene))
    for y in range(height):
        in_sky = y < horizon
        share = y / horizon if in_sky else 0.35 * (y - horizon) / (height - horizon)
        colour = mix(above, below, share) if in_sky else mix(ground, (24, 28, 36), share)
        draw.line((0, y, width, y), fill=colour)
    # The same scenery has the same clouds and stars, whatever else of it changes.
    rng = random.Random(f"{scene.place} {scene.light} {scene.variation} {scene.seed}")
    _draw_details(Pen(draw, 0, 0, width), scene, height / width, rng)


def _draw_details(pen: Pen, scene: Scene, aspect: float, rng: random.Random) -> None:
    horizon = find_horizon(scene)
    if scene.light == "night" or scene.place == "space":
        for _ in range(90):
            x, down = rng.random(), rng.random() * (horizon - 0.13) * aspect
            pen.draw_disc(x, down, rng.uniform(0.0008, 0.0024), (236, 236, 214))
    elif scene.light == "" and scene.place not in ("indoors", "desert"):
        _draw_clouds(pen, aspect, rng)
    draw_place = _PLACE_DETAILS.get(scene.place)
    if draw_place is not None:
        draw_place(pen, choose_colours(scene)[2], horizon, aspect, rng)
    if scene.light == "rain":
        for _ in range(140):
            x, down = rng.random(), rng.random() * aspect
            pen.draw_line((x, down, x - 0.008, down + 0.03), (196, 208, 222), 0.0015)


def _draw_waves(pen: Pen, ground: RGB, horizon: float, aspect: float, rng: random.Random) -> None:
    for _ in range(26):
        x, down = rng.random(), rng.uniform(horizon + 0.02, 1) * aspect
        box = (x, down, x + 0.07, down + 0.016)
        pen.draw_arc(box, 200, 340, fill=lighten(ground, 0.65), width=0.0025)


def _draw_houses(pen: Pen, ground: RGB, horizon: float, aspect: float, rng: random.Random) -> None:
    for number in range(9):
        left, tall = number / 9 + rng.uniform(-0.02, 0.02), rng.uniform(0.12, 0.34)
        box = (left, (horizon - tall) * aspect, left + rng.uniform(0.07, 0.1), horizon * aspect)
        pen.draw_box(box, fill=mix(darken(ground, 0.2), (70, 84, 120), rng.random()))


def _draw_firs(pen: Pen, ground: RGB, horizon: float, aspect: float, rng: random.Random) -> None:
    for number in range(14):
        x, tall = number / 13 + rng.uniform(-0.02, 0.02), rng.uniform(0.14, 0.3) * aspect
        foot, colour = horizon * aspect + 0.01, darken(ground, rng.uniform(0.15, 0.4))
        pen.draw_polygon([(x, foot - tall), (x - 0.05, foot), (x + 0.05, foot)], colour)


def _draw_dunes(pen: Pen, ground: RGB, horizon: float, aspect: float, rng: random.Random) -> None:
    for number in range(4):
        x, wide = number / 3, rng.uniform(0.2, 0.34)
        box = (x - wide, horizon * aspect - 0.05, x + wide, horizon * aspect + 0.05)
        pen.draw_chord(box, 180, 360, fill=darken(ground, 0.08 + 0.05 * (number % 2)))


def _draw_flakes(
    pen: Pen, _ground: RGB, _horizon: float, aspect: float, rng: random.Random
) -> None:
    for _ in range(70):
        pen.draw_disc(rng.random(), rng.random() * aspect, 0.004, (255, 255, 255))


def _draw_clouds(pen: Pen, aspect: float, rng: random.Random) -> None:
    for _ in range(3):
        x, down = rng.random(), rng.uniform(0.08, 0.3) * aspect
        for step in range(4):
            pen.draw_disc(x + step * 0.038, down, 0.033, (248, 251, 253), tall=0.6)


_PLACE_DETAILS = {
    "sea": _draw_waves,
    "city": _draw_houses,
    "forest": _draw_firs,
    "desert": _draw_dunes,
    "snow": _draw_flakes,
}
