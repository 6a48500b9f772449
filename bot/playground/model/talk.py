"""What the played model says, from the real words and pictures it was sent. Pure.

It repeats and reasons in a recognisable way; it does not pretend to be clever.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from bot.playground.model.colours import main_colours
from bot.playground.model.data import answer_in
from bot.playground.model.editor import edit
from bot.playground.model.painter import paint

_DRAW = re.compile(
    r"\b(draw|paint|sketch|generate|illustrate|picture of|image of|create (a|an|the|some)"
    r"|zeichne|male|dessine)\b",
    re.IGNORECASE,
)
_EDIT = re.compile(
    r"\b(make|turn|rotate|crop|flip|mirror|tint|colou?r|blur|invert|sharpen|brighten|darken|edit"
    r"|change|add|shrink|resize|caption|frame|sepia|gr[ae]y|black[- ]and[- ]white)\b",
    re.IGNORECASE,
)
_LOOK = re.compile(
    r"\b(describe|picture|photo|image|see|show|what is (this|that|it))\b", re.IGNORECASE
)
_SUM = re.compile(
    r"(?:^|\b(?:what(?:'s| is)|how much is|calculate|compute|plus)\s+)"
    r"(-?\d+(?:\.\d+)?)\s*([-+*/x×÷:])\s*(-?\d+(?:\.\d+)?)(?![\d-])",
    re.IGNORECASE,
)
_LONG = re.compile(r"(\d{2,4})\s+words", re.IGNORECASE)
_SENDER = re.compile(r"^<@[UW][A-Z0-9]+>:\s*")
_CODE = """A small function for “{question}”:

```python
def answer() -> str:
    return {literal}
```

It takes no arguments."""
_HAIKU = """*Slow fan, patient disk —*
*the cursor blinks like a star.*
*Tea first, then answers.*"""
_THOUGHT = "**Looking at the question**\n\nThey ask: {}"
_SHAPE = re.compile(r"aspect ratio (\d+:\d+)")
_VARIATION = re.compile(r"variation (\d) of")
_VARIED = ("", "mirror it", "make it sepia", "invert it")
_PLACES = ("first", "second", "third", "fourth", "fifth")
_ORDINAL = re.compile(rf"\b({'|'.join(_PLACES)}) (?:one|picture|image|photo|file)\b", re.I)
_MARKED = "marks drawn on it"
_TO_FOLD = "Write down what of this thread"
_NOTE = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the played model understands it. The newest picture is last.

    `fresh`: a picture came with this very question, not only earlier in the thread.
    """

    question: str
    earlier: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    fresh: bool = True
    schema: Mapping[str, Any] | None = None  # the answer is to be data that fits it
    draws: bool = True
    thinks: bool = False  # aloud
    notes: tuple[str, ...] = ()  # what Easel itself added to the question
    lines: str = ""  # the question with its line breaks
    given: tuple[str, ...] = ()  # files, by name and pages


@dataclass(frozen=True, slots=True)
class Said:
    """The answer: text, then pictures as PNG; before it what was thought, if that is told."""

    text: str
    pictures: tuple[bytes, ...] = ()
    thought: str = ""


def plain_question(text: str) -> str:
    """The person's own words, without the notes and names that Easel adds."""
    return " ".join(_NOTE.sub(" ", _SENDER.sub("", text.strip())).split())


def plain_lines(text: str) -> str:
    """As `plain_question`, line by line."""
    return _NOTE.sub(" ", _SENDER.sub("", text.strip())).strip()


def answer(asked: Asked) -> Said:
    """Answer in words, as data, with a new picture, or with a changed one."""
    said = _answered(asked)
    return replace(said, thought=_THOUGHT.format(asked.question[:80])) if asked.thinks else said


def _answered(asked: Asked) -> Said:
    question = asked.question
    if asked.schema is not None or not asked.draws:
        return Said(_in_words(asked))
    if asked.given and not asked.pictures and not _DRAW.search(question):
        return Said(_given(asked))
    if asked.pictures and _EDIT.search(question) and not _DRAW.search(question):
        changed, done = edit(_to_edit(asked), question)
        return Said(f"Here is your picture, {' and '.join(done)}.", (changed,))
    if _DRAW.search(question):
        return Said(f"Here it is: “{question}”.", (_varied(asked, paint(_in_shape(asked))),))
    if asked.pictures and (asked.fresh or _LOOK.search(question)):
        return Said(_described(asked))
    return Said(_talked(question, asked.earlier))


def _in_shape(asked: Asked) -> str:
    """The question with the shape that Easel wants, which the painter reads from words."""
    wanted = _SHAPE.search(" ".join(asked.notes))
    return f"{asked.question} in {wanted[1]}" if wanted else asked.question


def _varied(asked: Asked, picture: bytes) -> bytes:
    """The picture as the variation that is wanted."""
    which = _VARIATION.search(" ".join(asked.notes))
    how = _VARIED[(int(which[1]) - 1) % len(_VARIED)] if which else ""
    return edit(picture, how)[0] if how else picture


def _to_edit(asked: Asked) -> bytes:
    """The newest picture; of one that was drawn on, the one without the marks."""
    if any(_MARKED in note for note in asked.notes):
        return asked.pictures[0]
    which = _ORDINAL.search(asked.question)
    place = _PLACES.index(which[1].lower()) if which else -1
    return asked.pictures[place] if place < len(asked.pictures) else asked.pictures[-1]


def _in_words(asked: Asked) -> str:
    if asked.schema is not None:
        seen = [describe(data) for data in asked.pictures]
        return answer_in(asked.schema, asked.lines or asked.question, seen)
    if any(_TO_FOLD in text for text in asked.notes):
        return _folded(asked.earlier)
    return _described(asked) if asked.pictures else _talked(asked.question, asked.earlier)


def _folded(earlier: tuple[str, ...]) -> str:
    """What was said, in short: the beginning of each message, two hundred words together."""
    share = max(40, 1_200 // max(1, len(earlier)))
    return "\n".join(f"- {text[:share]}" for text in earlier if text)


def _given(asked: Asked) -> str:
    """What of files it was given: it reads none, and says what a model would read."""
    head = f"You asked: “{asked.question}”" if asked.question else "You sent files."
    return "\n".join([head, "", "I was given:", *(f"- {one}" for one in asked.given)])


def _described(asked: Asked) -> str:
    lines = [f"You asked: “{asked.question}”", ""] if asked.question else []
    lines += [f"- I was given {one}" for one in asked.given]
    lines += [""] if asked.given else []
    for number, data in enumerate(asked.pictures, 1):
        lines.append(f"{number}. {describe(data)}")
    lines += ["", "Ask me to change it: grey, rotate, tint, or add a caption."]
    return "\n".join(lines)


def describe(data: bytes) -> str:
    """Size, format, light and main colours of a picture."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height, kind = picture.width, picture.height, picture.format
        colours = main_colours(picture)
        levels = picture.convert("L").resize((1, 1)).getpixel((0, 0))
    level = levels if isinstance(levels, int | float) else 0
    light = "dark" if level < 85 else "bright" if level > 170 else "balanced"
    form = "square" if width == height else "wide" if width > height else "tall"
    seen = " and ".join(colours) or "many colours"
    return f"A {form} {kind} picture of **{width} × {height}** pixels, {light}, mostly {seen}."


def _talked(question: str, earlier: tuple[str, ...]) -> str:
    words = question.split()
    sums = _SUM.search(question)
    long = _LONG.search(question)
    if sums:
        return _calculated(sums)
    if long:
        return _essay(question, min(int(long[1]), 3000))
    if re.match(r"(say|repeat|echo)\b", question, re.IGNORECASE) and len(words) > 1:
        return question.split(None, 1)[1]
    if re.search(r"\b(code|function|python|script)\b", question, re.IGNORECASE):
        return _CODE.format(question=question, literal=repr(question[:60]))
    if re.search(r"\bhaiku\b", question, re.IGNORECASE):
        return _HAIKU
    lines = [f"You asked: “{question}”", ""]
    if earlier:
        lines += [f"Earlier in this thread you said: “{earlier[-1][:120]}”", ""]
    longest = max(words, key=len, default="nothing").strip(".,;:!?")
    counted = f"{len(words)} word{'s' if len(words) != 1 else ''}"
    lines += [
        f"That is **{counted}**; the longest is *{longest}*.",
        "",
        "I am the playground's model: I can draw what you name, change a picture you send,"
        " describe it, or work out a sum.",
    ]
    return "\n".join(lines)


def _calculated(found: re.Match[str]) -> str:
    left, sign, right = float(found[1]), found[2], float(found[3])
    if sign in "/÷:" and right == 0:
        return "Dividing by zero has no result."
    result = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "x": left * right,
        "×": left * right,
    }.get(sign, left / right if right else 0.0)
    return (
        f"{found[1]} {sign} {found[3]} = **{result:g}**"
        if abs(result) < 1e6
        else f"= **{result:,.0f}**"
    )


def _essay(question: str, count: int) -> str:
    words = (question.split() or ["words"]) * (count // max(len(question.split()), 1) + 1)
    words = words[:count]
    paragraphs = [" ".join(words[at : at + 60]) + "." for at in range(0, count, 60)]
    return "\n\n".join(paragraph[:1].upper() + paragraph[1:] for paragraph in paragraphs)
