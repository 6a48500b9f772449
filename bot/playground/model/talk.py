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

from bot.playground.model.colours import find_main_colours
from bot.playground.model.data import build_json_answer
from bot.playground.model.editor import edit
from bot.playground.model.painter import paint

_DRAW_PATTERN = re.compile(
    r"\b(draw|paint|sketch|generate|illustrate|picture of|image of|create (a|an|the|some)"
    r"|zeichne|male|dessine)\b",
    re.IGNORECASE,
)
_EDIT_PATTERN = re.compile(
    r"\b(make|turn|rotate|crop|flip|mirror|tint|colou?r|blur|invert|sharpen|brighten|darken|edit"
    r"|change|add|shrink|resize|caption|frame|sepia|gr[ae]y|black[- ]and[- ]white)\b",
    re.IGNORECASE,
)
_DESCRIBE_PATTERN = re.compile(
    r"\b(describe|picture|photo|image|see|show|what is (this|that|it))\b", re.IGNORECASE
)
_SUM_PATTERN = re.compile(
    r"(?:^|\b(?:what(?:'s| is)|how much is|calculate|compute|plus)\s+)"
    r"(-?\d+(?:\.\d+)?)\s*([-+*/x×÷:])\s*(-?\d+(?:\.\d+)?)(?![\d-])",
    re.IGNORECASE,
)
_WORD_COUNT_PATTERN = re.compile(r"(\d{2,4})\s+words", re.IGNORECASE)
_SENDER_PATTERN = re.compile(r"^<@[UW][A-Z0-9]+>:\s*")
_CODE_ANSWER = """A small function for “{question}”:

```python
def answer() -> str:
    return {literal}
```

It takes no arguments."""
_HAIKU_ANSWER = """*Slow fan, patient disk —*
*the cursor blinks like a star.*
*Tea first, then answers.*"""
_REASONING = "**Looking at the question**\n\nThey ask: {}"
_ASPECT_RATIO_PATTERN = re.compile(r"aspect ratio (\d+:\d+)")
_VARIATION_PATTERN = re.compile(r"variation (\d) of")
_VARIATION_EDITS = ("", "mirror it", "make it sepia", "invert it")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ORDINAL_PATTERN = re.compile(
    rf"\b({'|'.join(_ORDINALS)}) (?:one|picture|image|photo|file)\b", re.I
)
_ANNOTATION_NOTE = "marks drawn on it"
_SUMMARY_INSTRUCTION = "Write down what of this thread"
_NOTE_PATTERN = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class PlayedRequest:
    """A request as the played model understands it. The newest picture is last.

    `fresh`: a picture came with this very question, not only earlier in the thread.
    """

    question: str
    earlier: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    has_new_picture: bool = True
    schema: Mapping[str, Any] | None = None  # the answer is to be data that fits it
    draws: bool = True
    shows_reasoning: bool = False  # aloud
    notes: tuple[str, ...] = ()  # what Easel itself added to the question
    source_text: str = ""  # the question with its line breaks
    file_descriptions: tuple[str, ...] = ()  # files, by name and pages


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """The answer: text, then pictures as PNG; before it what was thought, if that is told."""

    text: str
    pictures: tuple[bytes, ...] = ()
    reasoning: str = ""


def extract_question(text: str) -> str:
    """The person's own words, without the notes and names that Easel adds."""
    return " ".join(_NOTE_PATTERN.sub(" ", _SENDER_PATTERN.sub("", text.strip())).split())


def extract_lines(text: str) -> str:
    """As `plain_question`, line by line."""
    return _NOTE_PATTERN.sub(" ", _SENDER_PATTERN.sub("", text.strip())).strip()


def answer(request: PlayedRequest) -> PlayedAnswer:
    """Answer in words, as data, with a new picture, or with a changed one."""
    said = _build_answer(request)
    return (
        replace(said, reasoning=_REASONING.format(request.question[:80]))
        if request.shows_reasoning
        else said
    )


def _build_answer(request: PlayedRequest) -> PlayedAnswer:
    question = request.question
    if request.schema is not None or not request.draws:
        return PlayedAnswer(_answer_in_words(request))
    if request.file_descriptions and not request.pictures and not _DRAW_PATTERN.search(question):
        return PlayedAnswer(_describe_files(request))
    if request.pictures and _EDIT_PATTERN.search(question) and not _DRAW_PATTERN.search(question):
        changed, done = edit(_select_picture(request), question)
        return PlayedAnswer(f"Here is your picture, {' and '.join(done)}.", (changed,))
    if _DRAW_PATTERN.search(question):
        return PlayedAnswer(
            f"Here it is: “{question}”.",
            (_apply_variation(request, paint(_add_aspect_ratio(request))),),
        )
    if request.pictures and (request.has_new_picture or _DESCRIBE_PATTERN.search(question)):
        return PlayedAnswer(_describe_pictures(request))
    return PlayedAnswer(_answer_text(question, request.earlier))


def _add_aspect_ratio(request: PlayedRequest) -> str:
    """The question with the shape that Easel wants, which the painter reads from words."""
    wanted = _ASPECT_RATIO_PATTERN.search(" ".join(request.notes))
    return f"{request.question} in {wanted[1]}" if wanted else request.question


def _apply_variation(request: PlayedRequest, picture: bytes) -> bytes:
    """The picture as the variation that is wanted."""
    which = _VARIATION_PATTERN.search(" ".join(request.notes))
    how = _VARIATION_EDITS[(int(which[1]) - 1) % len(_VARIATION_EDITS)] if which else ""
    return edit(picture, how)[0] if how else picture


def _select_picture(request: PlayedRequest) -> bytes:
    """The newest picture; of one that was drawn on, the one without the marks."""
    if any(_ANNOTATION_NOTE in note for note in request.notes):
        return request.pictures[0]
    which = _ORDINAL_PATTERN.search(request.question)
    place = _ORDINALS.index(which[1].lower()) if which else -1
    return request.pictures[place] if place < len(request.pictures) else request.pictures[-1]


def _answer_in_words(request: PlayedRequest) -> str:
    if request.schema is not None:
        seen = [describe_picture(data) for data in request.pictures]
        return build_json_answer(request.schema, request.source_text or request.question, seen)
    if any(_SUMMARY_INSTRUCTION in text for text in request.notes):
        return _summarize(request.earlier)
    return (
        _describe_pictures(request)
        if request.pictures
        else _answer_text(request.question, request.earlier)
    )


def _summarize(earlier: tuple[str, ...]) -> str:
    """What was said, in short: the beginning of each message, two hundred words together."""
    share = max(40, 1_200 // max(1, len(earlier)))
    return "\n".join(f"- {text[:share]}" for text in earlier if text)


def _describe_files(request: PlayedRequest) -> str:
    """What of files it was given: it reads none, and says what a model would read."""
    head = f"You asked: “{request.question}”" if request.question else "You sent files."
    return "\n".join([head, "", "I was given:", *(f"- {one}" for one in request.file_descriptions)])


def _describe_pictures(request: PlayedRequest) -> str:
    lines = [f"You asked: “{request.question}”", ""] if request.question else []
    lines += [f"- I was given {one}" for one in request.file_descriptions]
    lines += [""] if request.file_descriptions else []
    for number, data in enumerate(request.pictures, 1):
        lines.append(f"{number}. {describe_picture(data)}")
    lines += ["", "Ask me to change it: grey, rotate, tint, or add a caption."]
    return "\n".join(lines)


def describe_picture(data: bytes) -> str:
    """Size, format, light and main colours of a picture."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height, kind = picture.width, picture.height, picture.format
        colours = find_main_colours(picture)
        levels = picture.convert("L").resize((1, 1)).getpixel((0, 0))
    level = levels if isinstance(levels, int | float) else 0
    light = "dark" if level < 85 else "bright" if level > 170 else "balanced"
    form = "square" if width == height else "wide" if width > height else "tall"
    seen = " and ".join(colours) or "many colours"
    return f"A {form} {kind} picture of **{width} × {height}** pixels, {light}, mostly {seen}."


def _answer_text(question: str, earlier: tuple[str, ...]) -> str:
    words = question.split()
    sums = _SUM_PATTERN.search(question)
    long = _WORD_COUNT_PATTERN.search(question)
    if sums:
        return _calculate(sums)
    if long:
        return _write_essay(question, min(int(long[1]), 3000))
    if re.match(r"(say|repeat|echo)\b", question, re.IGNORECASE) and len(words) > 1:
        return question.split(None, 1)[1]
    if re.search(r"\b(code|function|python|script)\b", question, re.IGNORECASE):
        return _CODE_ANSWER.format(question=question, literal=repr(question[:60]))
    if re.search(r"\bhaiku\b", question, re.IGNORECASE):
        return _HAIKU_ANSWER
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


def _calculate(match: re.Match[str]) -> str:
    left, sign, right = float(match[1]), match[2], float(match[3])
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
        f"{match[1]} {sign} {match[3]} = **{result:g}**"
        if abs(result) < 1e6
        else f"= **{result:,.0f}**"
    )


def _write_essay(question: str, count: int) -> str:
    words = (question.split() or ["words"]) * (count // max(len(question.split()), 1) + 1)
    words = words[:count]
    paragraphs = [" ".join(words[at : at + 60]) + "." for at in range(0, count, 60)]
    return "\n\n".join(paragraph[:1].upper() + paragraph[1:] for paragraph in paragraphs)
