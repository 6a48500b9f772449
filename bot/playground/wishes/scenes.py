"""Makes a new scene of a wish. Pure; see `changes.py` for changing one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.playground.drawing.captions import can_write
from bot.playground.drawing.colours import COLOURS, RGB
from bot.playground.drawing.kinds.things import THINGS
from bot.playground.drawing.kinds.worn import WEARS
from bot.playground.drawing.pen import darken, lighten
from bot.playground.drawing.scene import SIZES, Scene, Thing, Worn
from bot.playground.drawing.scenery import choose_colours, choose_plain
from bot.playground.wishes.wish import MAX_COUNT, Wish, WishedThing

MAX_THINGS, _MAX_CAPTION, _PLURAL = 8, 60, 3
_PLACES_OF = {"boat": "sea", "ship": "sea", "fish": "sea", "whale": "sea", "snowman": "snow",
              "penguin": "snow", "cactus": "desert"}  # fmt: skip
_BY_NIGHT = ("moon", "star")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done to a picture: a kind, and what it is about."""

    kind: str
    names: tuple[str, ...] = ()
    count: int = 1


@dataclass(slots=True)
class Changed:
    """A scene, what was done to it, and the words that could not be followed."""

    scene: Scene
    deeds: list[Deed] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def mix_colour(name: str, base: RGB) -> RGB:
    """Return the colour that is named, or `base` darker or lighter: "red", "dark red", "dark"."""
    light, _, colour = name.rpartition(" ")
    if name in ("dark", "light"):
        return darken(base, 0.35) if name == "dark" else lighten(base, 0.4)
    rgb = COLOURS[colour]
    return darken(rgb, 0.4) if light == "dark" else lighten(rgb, 0.45) if light else rgb


def build_scene(wish: Wish) -> Changed:
    """Return a new scene of what is wished, which may hold no things."""
    changed = Changed(Scene(is_logo=wish.is_logo))
    things = tuple(build_thing(thing, changed) for thing in wish.things[:MAX_THINGS])
    changed.failed += [thing.word for thing in wish.things[MAX_THINGS:]]
    things = _colour_whole(things, wish) if not wish.is_logo else things
    by_thing = next((_PLACES_OF[one.word] for one in things if one.word in _PLACES_OF), "meadow")
    by_night = "night" if any(one.word in _BY_NIGHT for one in things) else ""
    light = "" if wish.light == "day" else wish.light or by_night
    scene = replace(changed.scene, things=things, place=wish.place or by_thing, light=light)
    scene = paint_parts(scene, wish)
    changed.failed += list_unknown_forms(wish)
    form = wish.form if wish.form in SIZES else "1:1"
    words = keep_writable(wish.words, changed)
    changed.scene = replace(
        scene,
        form=form,
        is_transparent=wish.is_transparent,
        title=words if wish.is_logo else "",
        caption="" if wish.is_logo else words,
        filters=tuple(wish.filters),
    )
    return changed


def build_thing(wished: WishedThing, changed: Changed) -> Thing:
    count = wished.count or (_PLURAL if wished.is_plural else 1)
    if count > MAX_COUNT:
        changed.failed.append(str(count))
    worn = tuple(Worn(one.word, choose_colour(one, WEARS[one.word].colour)) for one in wished.worn)
    colour = choose_colour(wished, THINGS[wished.word].colour)
    is_under_sky = not wished.is_on_host and wished.host in THINGS
    host = "" if is_under_sky and THINGS[wished.host].layer == "sky" else wished.host
    return Thing(wished.word, colour, min(count, MAX_COUNT), worn, wished.scale, host,
                 wished.is_on_host)  # fmt: skip


def choose_colour(wished: WishedThing, base: RGB) -> RGB | None:
    return mix_colour(wished.colour, base) if wished.colour else None


def _colour_whole(things: tuple[Thing, ...], wish: Wish) -> tuple[Thing, ...]:
    if "all" not in wish.colours or not things:
        return things
    colour = mix_colour(wish.colours["all"], THINGS[things[0].word].colour)
    return (replace(things[0], colour=colour), *things[1:])


def paint_parts(scene: Scene, wish: Wish) -> Scene:
    above, _, ground = choose_colours(scene)
    parts = wish.colours
    if "sky" in parts:
        scene = replace(scene, sky=mix_colour(parts["sky"], above))
    if "ground" in parts:
        scene = replace(scene, ground=mix_colour(parts["ground"], ground))
    if "plain" in parts:
        base = choose_plain(scene) or above
        scene = replace(scene, plain=mix_colour(parts["plain"], base), is_transparent=False)
    return scene


def list_unknown_forms(wish: Wish) -> list[str]:
    return [wish.form] if wish.form and wish.form not in SIZES else []


def keep_writable(words: str, changed: Changed) -> str:
    if words and not all(map(can_write, words)):
        changed.failed.append(words)
        return ""
    return words[:_MAX_CAPTION]
