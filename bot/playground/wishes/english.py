"""Says in English what a picture shows and what was done to it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.playground.drawing.colours import COLOURS, RGB, find_colour_name
from bot.playground.drawing.scene import Scene, Thing, Worn
from bot.playground.wishes.scenes import Deed

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLURALS = {"mouse": "mice", "fish": "fish", "person": "people", "snowman": "snowmen",
            "leaf": "leaves", "butterfly": "butterflies", "scarf": "scarves", "bus": "buses",
            "fox": "foxes", "glasses": "glasses", "sunglasses": "sunglasses"}  # fmt: skip
_PAIRS = ("glasses", "sunglasses")
SURROUNDINGS = {
    "night": "at night", "sunset": "at sunset", "sea": "by the sea", "meadow": "in a meadow",
    "snow": "in the snow", "forest": "in the forest", "desert": "in the desert",
    "city": "in the city", "rain": "in the rain", "space": "in space", "indoors": "indoors",
    "day": "by day",
}  # fmt: skip
FILTERS = {
    "crop": "cropped to a square", "rotate": "rotated", "mirror": "mirrored", "grey": "grey",
    "sepia": "sepia", "brighten": "brighter", "darken": "darker", "blur": "blurred",
    "erase": "painted over",
    "invert": "inverted", "sharpen": "sharper", "halve": "half the size",
    "double": "twice as large", "border": "with a border", "contrast": "with more contrast",
    "vivid": "in stronger colours", "pale": "in paler colours",
    "watercolour": "like a watercolour", "pencil": "like a pencil drawing",
    "pixelate": "in large pixels",
}  # fmt: skip
_LIGHTS = {"dark": "darker", "light": "lighter"}
PARTS = {"sky": "sky", "ground": "ground", "plain": "background", "caption": "caption"}


def join(parts: Sequence[str], last: str = " and ") -> str:
    """Join parts as a list in a sentence."""
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def describe_scene(scene: Scene) -> str:
    """Say what a scene shows: only what is in it."""
    things = join(
        [_describe_thing(scene, thing) for thing in scene.things if not _is_host(scene, thing)]
    )
    parts = [things or "a picture"]
    if scene.is_logo:
        parts = [f"a logo with {things}" if things else "a logo"]
        parts += [f"named “{scene.title}”"] if scene.title else []
    if scene.is_transparent:
        parts.append("on a transparent background")
    elif scene.plain is not None:
        parts.append(f"on {_add_article(name_colour(scene.plain))} background")
    elif not scene.is_logo:
        parts += [SURROUNDINGS[scene.place]] if scene.place != "meadow" else []
        parts += [SURROUNDINGS[scene.light]] if scene.light else []
        parts += [f"under {_add_article(name_colour(scene.sky))} sky"] if scene.sky else []
        parts += [f"on {name_colour(scene.ground)} ground"] if scene.ground else []
    parts += [FILTERS[name.split(" ")[0]] for name in scene.filters if not name.startswith("tint")]
    parts += [f"with the words “{scene.caption}”"] if scene.caption else []
    return ", ".join(parts)


def _is_host(scene: Scene, thing: Thing) -> bool:
    return any(one.host == thing.word for one in scene.things if one is not thing)


def _describe_thing(scene: Scene, thing: Thing) -> str:
    name = _count(thing.word, name_colour(thing.colour) if thing.colour else "", thing.count)
    worn = [_describe_worn(one) for one in thing.worn]
    host = next((one for one in scene.things if one is not thing and one.word == thing.host), None)
    where = ""
    if host is not None:
        where = f" {'on' if thing.is_on_host else 'in front of'} {_describe_thing(Scene(), host)}"
    return f"{name}{f' with {join(worn)}' if worn else ''}{where}"


def _describe_worn(worn: Worn) -> str:
    return _count(worn.word, name_colour(worn.colour) if worn.colour else "", 1)


def _count(word: str, colour: str, count: int) -> str:
    """Return “a red fox”, “two red foxes”."""
    named = f"{colour} {word}".strip()
    if word in _PAIRS:
        return named
    if count == 1:
        return _add_article(named)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {colour} {pluralize(word)}".replace("  ", " ")


def _add_article(named: str) -> str:
    return f"{'an' if named[0] in 'aeiou' else 'a'} {named}"


def pluralize(word: str) -> str:
    """Return several of a thing."""
    return _PLURALS.get(word, f"{word}s")


def name_colour(colour: RGB) -> str:
    """Return the word for a colour: its own, else the nearest."""
    return next((name for name, rgb in COLOURS.items() if rgb == colour), find_colour_name(colour))


def describe_deed(deed: Deed) -> str:
    """Say one thing that was done, so that it fits behind “Here is your picture,”."""
    first, second, third, *_ = (*deed.names, "", "", "")
    return _DEEDS[deed.kind](first, second, third, deed.count)


def _describe_swap(old: str, new: str, several: str, count: int) -> str:
    return f"with {_count(new, '', count)} instead of the {pluralize(old) if several else old}"


_DEEDS: dict[str, Callable[[str, str, str, int], str]] = {
    "filter": lambda name, *_: FILTERS[name],
    "tinted": lambda _, colour, *__: f"tinted {colour}",
    "painted": lambda part, colour, *_: f"with {_add_article(f'{_compare(colour)} {PARTS[part]}')}",
    "painted_photo": lambda part, colour, *_: (
        f"with {_add_article(f'{_compare(colour)} {PARTS[part]}')}"
    ),
    "coloured": lambda thing, colour, *_: (
        f"with the {thing} {'' if colour in _LIGHTS else 'in '}{_compare(colour)}"
    ),
    "worn": lambda worn, colour, thing, _: f"with {_count(worn, colour, 1)} on the {thing}",
    "worn_photo": lambda worn, colour, *_: f"with {_count(worn, colour, 1)} in the middle",
    "added": lambda thing, colour, _, count: f"with {_count(thing, colour, count)} in it",
    "removed": lambda thing, *_: f"without the {PARTS.get(thing, thing)}",
    "swapped": _describe_swap,
    "larger": lambda thing, *_: f"with a larger {thing}",
    "smaller": lambda thing, *_: f"with a smaller {thing}",
    "counted": lambda thing, _, __, count: f"with {_count(thing, '', count)}",
    "moved": lambda name, *_: SURROUNDINGS[name],
    "form": lambda form, *_: f"in {form}",
    "transparent": lambda *_: "on a transparent background",
    "another": lambda *_: "drawn another way",
    "side_by_side": lambda *_: "both side by side",
    "style": lambda *_: "in the main colours of the other one",
    "written": lambda words, *_: f"with the words “{words}”",
}


def _compare(colour: str) -> str:
    """Return a colour, or how it was changed."""
    return _LIGHTS.get(colour, colour)
