"""Decides where each thing of a scene stands, and how large. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.playground.drawing.kinds.things import THINGS, find_top
from bot.playground.drawing.scene import Scene, Thing
from bot.playground.drawing.scenery import choose_plain, find_horizon

_PER_ROW = 6
# Across, and the size, of a thing that stands alone, by the number of the variation.
_ALONE = ((0.5, 1.0, False), (0.32, 0.85, True), (0.6, 1.0, False), (0.5, 0.7, True))
_SKY_ACROSS = (0.78, 0.72, 0.24, 0.5)
# Things on which another one sits in the middle instead of on the top.
_SADDLES = {"bicycle": -0.16, "horse": -0.06, "boat": 0.18, "ship": 0.18, "elephant": -0.16,
            "chair": 0.06, "whale": -0.16, "cow": -0.3}  # fmt: skip


class Spot(NamedTuple):
    """Where a thing is drawn: its middle and its size in pixels."""

    thing: Thing
    x: float
    y: float
    size: float
    mirrored: bool = False


def place_things(scene: Scene, size: tuple[int, int]) -> list[Spot]:
    """Return every single thing of the scene with its place, what is farthest away first."""
    spots = list[Spot]()
    for layer in ("sky", "back", "ground"):
        group = [thing for thing in scene.things if _find_layer(scene, thing) == layer]
        hosts = [thing for thing in group if not _find_host(scene, thing)]
        single = [thing for thing in hosts for _ in range(thing.count)]
        for spot in _place_group(scene, layer, single, size):
            spots += [spot, *_add_riders(scene, spot, spots, size[0])]
    return spots


def _find_host(scene: Scene, thing: Thing) -> Thing | None:
    hosts = (one for one in scene.things if one is not thing and one.word == thing.host)
    return next(hosts, None)


def _find_layer(scene: Scene, thing: Thing) -> str:
    """Return the layer of a thing; what stands on another one is drawn with it."""
    host = _find_host(scene, thing)
    if host is not None and not host.host:
        return _find_layer(scene, host)
    layer = THINGS[thing.word].layer
    # A picture of a mountain alone, or of a star, shows it large; so does a logo.
    is_alone = all(THINGS[one.word].layer == layer for one in scene.things)
    is_flat = choose_plain(scene) is not None or scene.is_transparent
    return "ground" if is_flat and is_alone else layer


def _place_group(
    scene: Scene, layer: str, things: Sequence[Thing], size: tuple[int, int]
) -> Iterator[Spot]:
    """Place what stands on nothing else: in rows, on the ground or in the sky."""
    row_count = -(-len(things) // _PER_ROW)
    longest = -(-len(things) // max(1, row_count))
    rows = [things[at : at + longest] for at in range(0, len(things), longest or 1)]
    for number, row in enumerate(reversed(rows)):
        depth = len(rows) - 1 - number  # rows behind are smaller and higher
        for position, thing in enumerate(row):
            across = (position + 1) / (len(row) + 1)
            yield _place_one(scene, layer, thing, Position(across, longest, depth), size)


class Position(NamedTuple):
    """Where in its row: across, from 0 to 1; how long the longest row is; the row's number."""

    across: float
    row_length: int
    depth: int


def _place_one(
    scene: Scene, layer: str, thing: Thing, position: Position, size: tuple[int, int]
) -> Spot:
    (width, height), count, depth = size, position.row_length, position.depth
    variant = (scene.variation - 1) % len(_ALONE)
    short, x = min(size), width * position.across
    across, scale, mirrored = _ALONE[variant]
    room = 1.15 * width / (count + 1)
    if layer == "sky":
        x = width * _SKY_ACROSS[variant] if count == 1 else x
        y = height * ((0.27 if thing.worn else 0.2) + 0.14 * depth)
        return Spot(thing, x, y, min(short * 0.3, room * 0.8) * thing.scale, mirrored)
    if layer == "back":
        y = height * (find_horizon(scene) - 0.23)
        return Spot(thing, x, y, min(short * 0.6, room * 1.2) * thing.scale, mirrored)
    if scene.is_logo:
        large = min(short * 0.42, room) * thing.scale * scale
        return Spot(thing, x, height * (0.4 if scene.title else 0.5), large, mirrored)
    large = short * 0.62 if count == 1 else min(short * 0.5, room)
    large *= thing.scale * scale * 0.9**depth
    x = width * across if count == 1 else x
    return Spot(thing, x, height * (0.88 - 0.14 * depth) - large * 0.46, large, mirrored)


def _add_riders(scene: Scene, host: Spot, before: Sequence[Spot], width: int) -> list[Spot]:
    """Return what stands on a thing, or before it: its share, if there are several such things."""
    riders = [one for one in scene.things if _find_host(scene, one) is host.thing]
    number = sum(spot.thing is host.thing for spot in before)
    single = [rider for rider in riders for _ in range(rider.count)][number :: host.thing.count]
    return [
        _place_rider(host, rider, (place - (len(single) - 1) / 2) * 0.36, width)
        for place, rider in enumerate(single)
    ]


def _place_rider(host: Spot, rider: Thing, shift: float, width: int) -> Spot:
    kind = host.thing.word
    if rider.is_on_host:
        size = host.size * (0.6 if kind in _SADDLES else 0.5) * rider.scale
        top = _SADDLES.get(kind, find_top(kind).y)
        y = host.y + top * host.size - size * 0.44
        return Spot(rider, host.x + shift * host.size, y, size, host.mirrored)
    size = host.size * 0.7 * rider.scale
    x = min(host.x + (shift + 0.12) * host.size, width - size / 2)
    return Spot(rider, x, host.y + host.size * 0.52 - size * 0.46, size, host.mirrored)
