"""Changes a scene as a wish says, and tells what was done, as values. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.playground.drawing.kinds.things import THINGS
from bot.playground.drawing.kinds.worn import WEARS
from bot.playground.drawing.scene import SIZES, Scene, Thing, Worn
from bot.playground.drawing.scenery import choose_plain
from bot.playground.wishes.scenes import (
    MAX_THINGS,
    Changed,
    Deed,
    build_thing,
    choose_colour,
    keep_writable,
    list_unknown_forms,
    mix_colour,
    paint_parts,
)
from bot.playground.wishes.wish import MAX_COUNT, Wish, WishedThing


def change_scene(scene: Scene, wish: Wish) -> Changed:
    """Change a scene as wished; what cannot be done is in `failed`."""
    changed = Changed(scene)
    for step in (_move, _swap, _remove, _add, _paint_parts, _paint_whole, _reshape, _write):
        step(changed, wish)
    return changed


def _find_subject(scene: Scene) -> Thing | None:
    on_ground = [thing for thing in scene.things if THINGS[thing.word].layer == "ground"]
    return next(iter([*on_ground, *scene.things]), None)


def _put(changed: Changed, old: Thing, new: Thing) -> None:
    things = tuple(new if thing is old else thing for thing in changed.scene.things)
    changed.scene = replace(changed.scene, things=things)


def _swap(changed: Changed, wish: Wish) -> None:
    if wish.swap is None:
        return
    old_word, new_word = wish.swap
    things = changed.scene.things
    old = next((one for one in things if one.word == old_word), None)
    old = old if old_word else _find_subject(changed.scene)
    wished = next((one for one in wish.things if one.word == new_word), None)
    wish.things = [one for one in wish.things if one is not wished]
    if old is None or wished is None:
        changed.failed.append(old_word or new_word)
        return
    new = build_thing(wished, changed)
    count = new.count if wished.count else old.count
    _put(changed, old, replace(new, count=count, worn=(*old.worn, *new.worn)))
    names = (old.word, new_word, "several" if old.count > 1 else "")
    changed.deeds.append(Deed("swapped", names, count))


def _remove(changed: Changed, wish: Wish) -> None:
    for word in wish.removed:
        scene = changed.scene
        if word == "caption" and (scene.caption or scene.title):
            changed.scene = replace(scene, caption="", title="")
        elif word == "plain" and not scene.is_transparent:
            changed.scene = replace(scene, is_transparent=True, plain=None)
        else:
            things = tuple(
                replace(one, worn=tuple(worn for worn in one.worn if not _is_a(worn.word, word)))
                for one in scene.things
                if one.word != word
            )
            if things == scene.things:
                changed.failed.append(word)
                continue
            changed.scene = replace(scene, things=things)
        changed.deeds.append(Deed("removed", (word,)))


def _is_a(word: str, asked: str) -> bool:
    """Whether it is what is asked for: a cap is a hat, too."""
    return word == asked or (asked == "hat" and word.endswith(("hat", "cap", "crown")))


def _add(changed: Changed, wish: Wish) -> None:
    for wished in wish.things:
        same = [one for one in changed.scene.things if one.word == wished.word]
        subject = _find_subject(changed.scene)
        if wished.is_wear and not same:
            if subject is None:
                changed.failed.append(wished.word)
            else:
                _dress(changed, subject, wished)
        elif same and _is_meant(wish, wished):
            _change_thing(changed, same[0], wished)
        elif len(changed.scene.things) >= MAX_THINGS:
            changed.failed.append(wished.word)
        else:
            thing = build_thing(wished, changed)
            changed.scene = replace(changed.scene, things=(*changed.scene.things, thing))
            changed.deeds.append(Deed("added", _name(wished), thing.count))


def _is_meant(wish: Wish, wished: WishedThing) -> bool:
    """Whether the thing that is there is meant, and not one more of it."""
    if wish.is_new:
        return False
    if wished.is_made and not wished.count:
        return True
    return wish.refers or bool(wished.worn) or not {"add", "draw"} & wish.verbs


def _dress(changed: Changed, thing: Thing, wished: WishedThing) -> None:
    worn = Worn(wished.word, choose_colour(wished, WEARS[wished.word].colour))
    kept = tuple(one for one in thing.worn if not _is_same_place(one.word, worn.word))
    _put(changed, thing, replace(thing, worn=(*kept, worn)))
    changed.deeds.append(Deed("worn", (*_name(wished), thing.word)))


def _is_same_place(word: str, other: str) -> bool:
    return WEARS[word].place == WEARS[other].place


def _change_thing(changed: Changed, thing: Thing, wished: WishedThing) -> None:
    """Change the thing that is there already: its colour, size, number, and what it wears."""
    base = thing.colour or THINGS[thing.word].colour
    if wished.colour:
        new = replace(thing, colour=mix_colour(wished.colour, base))
        _put(changed, thing, new)
        changed.deeds.append(Deed("coloured", (thing.word, wished.colour)))
        thing = new
    if wished.scale != 1.0:
        new = replace(thing, scale=max(0.3, min(1.6, thing.scale * wished.scale)))
        _put(changed, thing, new)
        changed.deeds.append(Deed("larger" if wished.scale > 1 else "smaller", (thing.word,)))
        thing = new
    if wished.count > MAX_COUNT:
        changed.failed.append(str(wished.count))
    if wished.count and wished.count not in (1, thing.count):
        new = replace(thing, count=min(wished.count, MAX_COUNT))
        _put(changed, thing, new)
        changed.deeds.append(Deed("counted", (thing.word,), new.count))
    for worn in wished.worn:
        current = next(one for one in changed.scene.things if one.word == thing.word)
        _dress(changed, current, worn)


def _name(wished: WishedThing) -> tuple[str, str]:
    return wished.word, wished.colour


def _paint_parts(changed: Changed, wish: Wish) -> None:
    parts = {part: colour for part, colour in wish.colours.items() if part != "all"}
    is_flat = choose_plain(changed.scene) is not None or changed.scene.is_transparent
    for part, colour in parts.items():
        if is_flat and part in ("sky", "ground"):
            changed.failed.append(part)
            continue
        changed.scene = paint_parts(changed.scene, replace(wish, colours={part: colour}))
        changed.deeds.append(Deed("painted", (part, colour)))


def _paint_whole(changed: Changed, wish: Wish) -> None:
    colour, subject = wish.colours.get("all", ""), _find_subject(changed.scene)
    if colour and subject is not None:
        wished = WishedThing(subject.word, colour)
        _change_thing(changed, subject, wished)
    elif colour:
        changed.scene = replace(changed.scene, plain=mix_colour(colour, (255, 255, 255)))
        changed.deeds.append(Deed("painted", ("plain", colour)))


def _move(changed: Changed, wish: Wish) -> None:
    scene, light = changed.scene, "" if wish.light == "day" else wish.light
    if wish.place and wish.place != scene.place:
        scene = replace(scene, place=wish.place, sky=None, ground=None, plain=None)
        changed.deeds.append(Deed("moved", (wish.place,)))
    if wish.light and light != scene.light:
        scene = replace(scene, light=light, sky=None, ground=None, plain=None)
        changed.deeds.append(Deed("moved", (wish.light,)))
    changed.scene = replace(scene, is_transparent=False) if scene != changed.scene else scene


def _reshape(changed: Changed, wish: Wish) -> None:
    scene = changed.scene
    changed.failed += list_unknown_forms(wish)
    if wish.form in SIZES and wish.form != scene.form:
        scene = replace(scene, form=wish.form)
        changed.deeds.append(Deed("form", (wish.form,)))
    if wish.is_transparent and not scene.is_transparent:
        scene = replace(scene, is_transparent=True, plain=None)
        changed.deeds.append(Deed("transparent"))
    if wish.is_new and not wish.things:
        scene = replace(scene, variation=scene.variation + 1)
        changed.deeds.append(Deed("another"))
    changed.deeds += [Deed("filter", tuple(name.split(" ")[:1])) for name in wish.filters]
    changed.scene = replace(scene, filters=add_filters(scene.filters, wish.filters))


def add_filters(filters: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Return all filters in their order, at most sixteen."""
    return (*filters, *more)[-16:]


def _write(changed: Changed, wish: Wish) -> None:
    words = keep_writable(wish.words, changed)
    if not words:
        return
    scene = changed.scene
    changed.scene = replace(scene, title=words) if scene.is_logo else replace(scene, caption=words)
    changed.deeds.append(Deed("written", (words,)))
