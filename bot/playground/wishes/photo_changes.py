"""Changes the pixels of a picture that was sent, as a wish says, and tells what was done. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from bot.playground.drawing.captions import can_write, write_caption
from bot.playground.drawing.filters import apply_filters
from bot.playground.drawing.kinds.things import THINGS
from bot.playground.drawing.kinds.worn import WEARS
from bot.playground.drawing.photos import add_thing, add_worn, fit_form
from bot.playground.drawing.regions import clear_region, find_region, measure_share, paint_region
from bot.playground.drawing.scene import SIZES
from bot.playground.wishes.scenes import Deed, list_unknown_forms, mix_colour
from bot.playground.wishes.wish import Wish, WishedThing

_SKY_BASE = (130, 170, 210)
_MAX_CAPTION, _MAX_CLEARED = 60, 0.95


@dataclass(slots=True)
class ChangedPhoto:
    """A picture, what was done to it, and the words that could not be followed."""

    picture: Image.Image
    deeds: list[Deed] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def change_photo(picture: Image.Image, wish: Wish, variation: int) -> ChangedPhoto:
    """Change a picture, RGB or RGBA, of which only the pixels are known."""
    changed = ChangedPhoto(picture)
    changed.failed += [word for word in (wish.place, wish.light, *(wish.swap or ())) if word]
    changed.failed += [word for word in wish.removed if word != "plain"]
    changed.failed += list_unknown_forms(wish)
    _paint(changed, wish)
    if wish.is_transparent or "plain" in wish.removed:
        _clear(changed)
    for number, thing in enumerate(wish.things if wish.swap is None else []):
        _add(changed, thing, number, variation)
    _reshape(changed, wish)
    _write(changed, wish)
    return changed


def _paint(changed: ChangedPhoto, wish: Wish) -> None:
    for part, colour in wish.colours.items():
        if part == "all":
            base = colour.rpartition(" ")[2]
            if base in ("dark", "light"):
                continue
            light = {"dark": ["darken"], "light": ["brighten"]}.get(colour.split(" ")[0], [])
            changed.picture = apply_filters(changed.picture, [f"tint {base}", *light])
            changed.deeds.append(Deed("tinted", ("", colour)))
            continue
        mask = None
        if part != "ground":
            mask = find_region(changed.picture, from_all_edges=part == "plain")
        if mask is None:
            changed.failed.append(part)
            continue
        rgb = mix_colour(colour, _SKY_BASE)
        changed.picture = paint_region(changed.picture, mask, rgb)
        share = max(1, round(100 * measure_share(mask)))
        changed.deeds.append(Deed("painted_photo", (part, colour), share))


def _clear(changed: ChangedPhoto) -> None:
    if changed.picture.mode == "RGBA" and changed.picture.getchannel("A").getextrema()[0] == 0:
        return  # it is transparent already
    mask = find_region(changed.picture, from_all_edges=True)
    if mask is None or measure_share(mask) > _MAX_CLEARED:
        changed.failed.append("plain")
        return
    changed.picture = clear_region(changed.picture, mask)
    changed.deeds.append(Deed("transparent"))


def _add(changed: ChangedPhoto, wished: WishedThing, number: int, variation: int) -> None:
    if wished.is_wear:
        base = WEARS[wished.word].colour
        colour = mix_colour(wished.colour, base) if wished.colour else None
        changed.picture = add_worn(changed.picture, wished.word, colour, variation)
        changed.deeds.append(Deed("worn_photo", (wished.word, wished.colour)))
        return
    base = THINGS[wished.word].colour
    colour = mix_colour(wished.colour, base) if wished.colour else None
    changed.picture = add_thing(changed.picture, wished.word, colour, number)
    changed.deeds.append(Deed("added", (wished.word, wished.colour)))
    if wished.count > 1:
        changed.failed.append(str(wished.count))
    for worn in wished.worn:
        changed.failed.append(worn.word)


def _reshape(changed: ChangedPhoto, wish: Wish) -> None:
    if wish.form in SIZES:
        changed.picture = fit_form(changed.picture, SIZES[wish.form])
        changed.deeds.append(Deed("form", (wish.form,)))
    changed.picture = apply_filters(changed.picture, wish.filters)
    changed.deeds += [Deed("filter", tuple(name.split(" ")[:1])) for name in wish.filters]


def _write(changed: ChangedPhoto, wish: Wish) -> None:
    if wish.words and not all(map(can_write, wish.words)):
        changed.failed.append(wish.words)
    elif wish.words:
        changed.picture = changed.picture.copy()
        write_caption(changed.picture, wish.words[:_MAX_CAPTION])
        changed.deeds.append(Deed("written", (wish.words[:_MAX_CAPTION],)))
