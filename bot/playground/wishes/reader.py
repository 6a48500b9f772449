"""Reads a message into a `Wish`, word by word. Pure.

It knows words and their order, and no grammar: a colour belongs to the thing behind it, or before
it where the language puts it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.playground.wishes.relations import attach_worn, finish_swap, is_one_of_several
from bot.playground.wishes.vocabulary import COLOUR_FOLLOWS, Word, read_words
from bot.playground.wishes.wish import Wish, WishedThing
from bot.playground.wishes.written import (
    NAME_PATTERN,
    NO_WORDS_PATTERN,
    finish_filters,
    read_text,
)

_LIGHTS = {"brighten": "light", "darken": "dark", "night": "dark"}
_MAX_CHARS = 2_000
# What a colour can belong to.
_COLOURED = ("thing", "worn", "part", "logo", "place", "light")


@dataclass(slots=True)
class _State:
    """What is said before a noun, and the last noun."""

    wish: Wish
    colour: str = ""
    number: int = 0
    before: tuple[int, str] | None = None  # “three red” in “three red and two blue houses”
    scale: float = 1.0
    relation: str = ""
    verb: str = ""
    wearing: bool = False
    last: WishedThing | None = None
    last_part: str = ""
    swapped: list[str] = field(default_factory=list)
    has_new: bool = False  # whether one of them stands behind “with” or “into”


def read_wish(text: str) -> Wish:
    """Return what `text` wishes."""
    text = text[:_MAX_CHARS]
    named = NAME_PATTERN.search(text)
    read = read_words(NO_WORDS_PATTERN.sub(" ", text.replace(named[1], " ") if named else text))
    wish = Wish(language=read.language, unknown=read.unknown)
    state = _State(wish)
    words = read.words
    known = [word for at, word in enumerate(words) if word.kind and not _is_of_unknown(words, at)]
    for index in range(len(known)):
        _read_word(state, known, index)
    finish_swap(wish, state.swapped, has_new=state.has_new)
    read_text(wish, text)
    finish_filters(wish, text)
    attach_worn(wish)
    return wish


def _is_of_unknown(words: Sequence[Word], index: int) -> bool:
    """Whether a colour or a number belongs to a thing that is not known: “a red roof”."""
    behind = [word.kind for word in words[index + 1 :] if word.kind not in ("colour", "size")]
    if words[index].kind not in ("colour", "number") or not behind or behind[0] is not None:
        return False
    return next((kind for kind in behind if kind is not None), "") not in _COLOURED


def _read_word(state: _State, known: list[Word], index: int) -> None:
    word, following = known[index], known[index + 1] if index + 1 < len(known) else None
    match word.kind:
        case "colour":
            _read_colour(state, known, index)
        case "thing" | "worn":
            _read_thing(state, word)
        case "with":
            is_first = all(one.kind == "and" for one in known[:index])
            state.wish.refers = state.wish.refers or is_first
            state.wearing = state.verb != "remove"
            state.verb = "" if state.verb == "remove" else state.verb
        case kind:
            read_ahead, read_alone = _LOOKING_AHEAD.get(kind or ""), _ALONE.get(kind or "")
            if read_ahead is not None:
                read_ahead(state, word, following)
            elif read_alone is not None:
                read_alone(state, word)


def _read_verb(state: _State, word: Word) -> None:
    state.wish.verbs.add(word.value)
    state.verb, state.last = word.value, None


def _read_number(state: _State, word: Word) -> None:
    # That of variations is Easel's business.
    number = int(word.value) if word.kind == "number" else 0
    if word.kind == "number" and number == 0:
        state.wish.lost.append(word.text)
    if state.number and state.colour:
        state.before, state.colour = (state.number, state.colour), ""
    state.number = number


def _read_relation(state: _State, word: Word) -> None:
    state.relation = word.value


def _read_reference(state: _State, word: Word) -> None:
    state.wish.refers = True
    state.wish.is_new = state.wish.is_new or word.value == "new"
    state.last_part = "all"


def _read_logo(state: _State, _word: Word) -> None:
    state.wish.is_logo = True
    _paint_part(state, "plain" if state.colour else "")


def _read_words(state: _State, _word: Word) -> None:
    state.wish.wants_words = True
    if state.verb == "remove":
        state.wish.removed.append("caption")


def _read_form(state: _State, word: Word) -> None:
    wish = state.wish
    wish.form = word.value if word.kind == "form" else wish.form
    wish.wants_style = wish.wants_style or word.kind == "style"
    wish.wants_both = wish.wants_both or word.kind == "both"
    if word.kind == "transparent":
        wish.is_transparent, state.last_part = True, ""


def _read_size(state: _State, word: Word, following: Word | None) -> None:
    scale = float(word.value)
    if state.last is not None and (following is None or following.kind not in ("thing", "worn")):
        state.last.scale = scale
    else:
        state.scale = scale


def _read_colour(state: _State, known: list[Word], index: int) -> None:
    before = known[index - 1] if index else None
    light = _LIGHTS.get(before.value, "") if before is not None else ""
    colour = f"{light} {known[index].value}".strip()
    behind = [word for word in known[index + 1 :] if word.kind not in ("colour", "size")]
    if is_one_of_several(known, index):
        behind = [word for word in behind if word.kind not in ("and", "number")]
    is_next = bool(behind) and behind[0].kind in _COLOURED
    follows = state.wish.language in COLOUR_FOLLOWS and before is not None
    if follows and before is not None and before.kind in ("thing", "worn", "part", "colour"):
        is_next = False
    if is_next:
        state.wish.lost += [state.colour] if state.colour else []
        state.colour = colour
    elif state.relation == "on":  # “a red dot on white”
        state.wish.colours["plain"], state.relation = colour, ""
    elif state.last is not None:
        state.wish.lost += [state.last.colour] if state.last.colour else []
        state.last.colour = colour
    else:
        part = state.last_part or "all"
        state.wish.lost += [state.wish.colours[part]] if part in state.wish.colours else []
        state.wish.colours[part] = colour


def _read_thing(state: _State, word: Word) -> None:
    if state.verb == "remove":
        state.wish.removed.append(word.value)
        return
    is_swap = state.verb == "swap" or (state.relation == "into" and state.verb in ("make", "draw"))
    is_new = state.wearing or state.relation == "into"
    if is_swap and word.kind == "worn" and not is_new:
        state.wish.removed.append(word.value)
        return
    if is_swap and word.kind == "thing":
        state.swapped.append(word.value)
        state.has_new = state.has_new or is_new
    thing = WishedThing(word.value, state.colour, state.number, state.scale, word.is_plural)
    thing.is_wear, thing.is_made = word.kind == "worn", state.verb == "make"
    if state.before is not None and not thing.is_wear:
        number, colour = state.before
        state.wish.things.append(WishedThing(word.value, colour, number, state.scale))
    state.before = None
    if state.relation in ("on", "before") and state.last is not None and not thing.is_wear:
        state.last.host, state.last.is_on_host = word.value, state.relation == "on"
    wearers = [one for one in state.wish.things if not one.is_wear]
    if thing.is_wear and state.wearing and wearers:
        wearers[-1].worn.append(thing)
    else:
        state.wish.things.append(thing)
    state.wearing = state.wearing and thing.is_wear
    state.last, state.last_part = thing, ""
    state.colour, state.number, state.scale, state.relation = "", 0, 1.0, ""


def _read_part(state: _State, word: Word, following: Word | None) -> None:
    wish, part = state.wish, word.value
    if word.value == "night" and following is not None and following.kind == "colour":
        return  # “dark blue”
    if state.verb == "remove":
        wish.removed.append(word.value)
        return
    if word.kind == "light":
        wish.lost += [wish.light] if wish.light not in ("", word.value) else []
        wish.light = word.value
        part = "" if word.text.lower() in ("dark", "dunkel") else "sky"
    elif word.kind == "place":
        wish.lost += [wish.place] if wish.place not in ("", word.value) else []
        wish.place, part = word.value, "ground"
    _paint_part(state, part)


def _paint_part(state: _State, part: str) -> None:
    if state.colour:
        state.wish.colours[part or "all"] = state.colour
    state.colour, state.last, state.last_part, state.relation = "", None, part, ""


def _read_filter(state: _State, word: Word, following: Word | None) -> None:
    wish = state.wish
    if word.value in _LIGHTS and following is not None and following.kind == "colour":
        return  # “light blue”
    if word.value in ("halve", "double") and state.last is not None:
        state.last.scale = 0.65 if word.value == "halve" else 1.35
    elif word.value in _LIGHTS and state.last is not None:
        state.last.colour = _LIGHTS[word.value]
    elif word.value in _LIGHTS and state.last_part not in ("", "all"):
        wish.colours[state.last_part] = _LIGHTS[word.value]
    else:
        wish.filters.append(word.value)


_LOOKING_AHEAD: dict[str, Callable[[_State, Word, Word | None], None]] = {
    "size": _read_size,
    "part": _read_part,
    "place": _read_part,
    "light": _read_part,
    "filter": _read_filter,
}
_ALONE: dict[str, Callable[[_State, Word], None]] = {
    "verb": _read_verb,
    "number": _read_number,
    "variation": _read_number,
    "rel": _read_relation,
    "it": _read_reference,
    "same": _read_reference,
    "logo": _read_logo,
    "caption": _read_words,
    "name": _read_words,
    "form": _read_form,
    "style": _read_form,
    "both": _read_form,
    "transparent": _read_form,
}
