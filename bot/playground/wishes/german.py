"""Says in German what a picture shows and what was done to it. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.playground.drawing.colours import RGB
from bot.playground.drawing.scene import Scene, Thing
from bot.playground.wishes.english import join, name_colour
from bot.playground.wishes.scenes import Deed
from bot.playground.wishes.vocabulary import list_german_names

SURROUNDINGS = {
    "night": "bei Nacht", "sunset": "bei Sonnenuntergang", "sea": "am Meer",
    "meadow": "auf einer Wiese", "snow": "im Schnee", "forest": "im Wald",
    "desert": "in der Wüste", "city": "in der Stadt", "rain": "im Regen",
    "space": "im Weltraum", "indoors": "im Zimmer", "day": "am Tag",
}  # fmt: skip
_FILTERS = {
    "crop": "quadratisch zugeschnitten", "rotate": "gedreht", "mirror": "gespiegelt",
    "grey": "in Grau", "sepia": "in Sepia", "brighten": "heller", "darken": "dunkler",
    "blur": "unscharf", "erase": "übermalt", "invert": "als Negativ", "sharpen": "schärfer",
    "halve": "halb so groß", "double": "doppelt so groß", "border": "mit Rahmen",
    "contrast": "mit mehr Kontrast", "vivid": "in kräftigeren Farben",
    "pale": "in blasseren Farben", "watercolour": "wie ein Aquarell",
    "pencil": "wie eine Bleistiftzeichnung", "pixelate": "in großen Pixeln",
}  # fmt: skip
_PARTS = {"sky": "Himmel", "ground": "Boden", "plain": "Hintergrund", "caption": "Beschriftung"}


def describe_scene(scene: Scene) -> str:
    """Say what a scene shows: only what is in it, as a list without articles."""
    hosts = {thing.host for thing in scene.things}
    things = join(
        [_describe_thing(scene, one) for one in scene.things if one.word not in hosts], " und "
    )
    parts = [things or "ein Bild"]
    if scene.is_logo:
        parts = [f"Logo mit {things}" if things else "Logo"]
        parts += [f"mit dem Namen „{scene.title}“"] if scene.title else []
    if scene.is_transparent:
        parts.append("mit durchsichtigem Hintergrund")
    elif scene.plain is not None:
        parts.append(f"Hintergrund in {_name_colour(scene.plain)}")
    elif not scene.is_logo:
        parts += [SURROUNDINGS[scene.place]] if scene.place != "meadow" else []
        parts += [SURROUNDINGS[scene.light]] if scene.light else []
        parts += [f"Himmel in {_name_colour(scene.sky)}"] if scene.sky else []
        parts += [f"Boden in {_name_colour(scene.ground)}"] if scene.ground else []
    parts += [_FILTERS[name.split(" ")[0]] for name in scene.filters if not name.startswith("tint")]
    parts += [f"mit den Worten „{scene.caption}“"] if scene.caption else []
    return ", ".join(parts)


def _describe_thing(scene: Scene, thing: Thing) -> str:
    name = _count(thing.word, _name_colour(thing.colour) if thing.colour else "", thing.count)
    worn = [
        _count(one.word, _name_colour(one.colour) if one.colour else "", 1) for one in thing.worn
    ]
    host = next((one for one in scene.things if one is not thing and one.word == thing.host), None)
    where = f" auf {name_thing(host.word)}" if host is not None and thing.is_on_host else ""
    where = where or (f" vor {name_thing(host.word)}" if host is not None else "")
    dressed = f"{name} mit {join(worn, ' und ')}" if worn else name
    return f"{dressed}{where}"


def _count(word: str, colour: str, count: int) -> str:
    """Return “Fuchs (rot)”, “2 Füchse”."""
    name = name_thing(word, is_plural=count > 1)
    number = "" if count == 1 else f"{count} " if name != name_thing(word) else f"{count} × "
    return f"{number}{name}{f' in {colour}' if colour else ''}"


def name_thing(word: str, *, is_plural: bool = False) -> str:
    """Return the German word for a thing, or for a part of a picture."""
    names = list_german_names().get(word)
    return _PARTS.get(word, word) if names is None else names[is_plural]


def _name_colour(colour: RGB) -> str:
    return _translate_colour(name_colour(colour))


def _translate_colour(name: str) -> str:
    light, _, base = name.rpartition(" ")
    known = {"dark": "Dunkler", "light": "Heller"}
    if name in known:
        return known[name]
    german = list_german_names()[base][0].title()
    return f"{ {'dark': 'Dunkel', 'light': 'Hell'}[light] }{german.lower()}" if light else german


def _describe_colour(name: str, colour: str) -> str:
    if colour in ("dark", "light"):
        return f"{name} {'dunkler' if colour == 'dark' else 'heller'}"
    return f"{name} in {_translate_colour(colour)}" if colour else name


def describe_deed(deed: Deed) -> str:
    """Say one thing that was done, so that it fits behind “Hier ist dein Bild:”."""
    first, second, third, *_ = (*deed.names, "", "", "")
    return _DEEDS[deed.kind](first, second, third, deed.count)


def _describe_worn(worn: str, colour: str) -> str:
    return f"mit {_describe_colour(name_thing(worn), colour)}"


def _describe_more(thing: str, colour: str, _: str, count: int) -> str:
    return f"dazu {_count(thing, _translate_colour(colour) if colour else '', count)}"


_DEEDS: dict[str, Callable[[str, str, str, int], str]] = {
    "filter": lambda name, *_: _FILTERS[name],
    "tinted": lambda _, colour, *__: f"getönt in {_translate_colour(colour)}",
    "painted": lambda part, colour, *_: _describe_colour(name_thing(part), colour),
    "painted_photo": lambda part, colour, *_: _describe_colour(name_thing(part), colour),
    "coloured": lambda thing, colour, *_: _describe_colour(name_thing(thing), colour),
    "worn": lambda worn, colour, thing, _: f"{name_thing(thing)} {_describe_worn(worn, colour)}",
    "worn_photo": lambda worn, colour, *_: f"{_describe_worn(worn, colour)} in der Mitte",
    "added": _describe_more,
    "removed": lambda thing, *_: f"ohne {name_thing(thing)}",
    "swapped": lambda old, new, _, count: f"{_count(new, '', count)} statt {name_thing(old)}",
    "larger": lambda thing, *_: f"{name_thing(thing)} größer",
    "smaller": lambda thing, *_: f"{name_thing(thing)} kleiner",
    "counted": lambda thing, _, __, count: _count(thing, "", count),
    "moved": lambda name, *_: SURROUNDINGS[name],
    "form": lambda form, *_: f"in {form}",
    "transparent": lambda *_: "mit durchsichtigem Hintergrund",
    "another": lambda *_: "anders gezeichnet",
    "side_by_side": lambda *_: "beide nebeneinander",
    "style": lambda *_: "in den Hauptfarben des anderen",
    "written": lambda words, *_: f"mit den Worten „{words}“",
}
