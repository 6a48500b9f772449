"""Answers as the played model does, from the words and pictures of a request. Pure.

It repeats and describes what it was sent, and does not pretend to be clever. See `request.py` for
reading a request, `text_answers.py`, `data.py`, `painter.py` and `editor.py` for parts of answers.
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
from bot.playground.model.text_answers import answer_text, summarize_thread
from bot.playground.model.translation import translate_wishes

_DRAW_PATTERN = re.compile(
    r"\b(draw|paint|sketch|generate|illustrate|picture of|image of|create (a|an|the|some))\b",
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
_WHO_PATTERN = re.compile(r"\bwho said\b|\bwer hat (?:was|das)\b.*\bgesagt\b", re.IGNORECASE)
_REASONING = "**Looking at the question**\n\nThey ask: {}"
_ASPECT_RATIO_PATTERN = re.compile(r"aspect ratio (\d+:\d+)")
_BACKGROUND_PATTERN = re.compile(r"transparent background")
_VARIATION_PATTERN = re.compile(r"variation (\d) of")
_VARIATION_EDITS = ("", "mirror it", "make it sepia", "invert it")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ORDINAL_PATTERN = re.compile(
    rf"\b({'|'.join(_ORDINALS)}) (?:one|picture|image|photo|file)\b", re.I
)
_ANNOTATION_NOTE = "marks drawn on it"
_SUMMARY_INSTRUCTION = "Write down what of this thread"
_WORD_LIMIT_PATTERN = re.compile(r"At most (\d+) words")


@dataclass(frozen=True, slots=True)
class PlayedRequest:
    """A request as the played model understands it. The newest picture is last.

    `has_new_picture`: a picture came with this question, not only earlier in the thread.
    """

    question: str
    earlier: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    has_new_picture: bool = True
    schema: Mapping[str, Any] | None = None  # if set, the answer is data that fits it
    draws: bool = True
    size: tuple[int, int] | None = None  # of a new picture, where the provider was asked for one
    shows_reasoning: bool = False
    notes: tuple[str, ...] = ()  # notes in brackets that Easel added to the question
    source_text: str = ""  # the question with its line breaks
    file_descriptions: tuple[str, ...] = ()  # names and pages of the files
    speaker: str = ""  # who asks
    earlier_speakers: tuple[str, ...] = ()  # who says each of `earlier`
    linked: tuple[str, ...] = ()  # the messages that the question links to
    top_logprobs: int | None = None  # as many alternatives to each word are wanted

    @property
    def wishes(self) -> str:
        """The question, and what it wishes in English if it is in another language."""
        return f"{self.question} {translate_wishes(self.question)}".rstrip()


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """The answer: its text, its pictures as PNG, and its reasoning if that is shown.

    `top_logprobs` is the number of alternatives to each word, None for no probabilities.
    """

    text: str
    pictures: tuple[bytes, ...] = ()
    reasoning: str = ""
    top_logprobs: int | None = None


def answer(request: PlayedRequest) -> PlayedAnswer:
    """Answer in words, as data, with a new picture, or with an edited one."""
    played_answer = replace(_build_answer(request), top_logprobs=request.top_logprobs)
    if not request.shows_reasoning:
        return played_answer
    return replace(played_answer, reasoning=_REASONING.format(request.question[:80]))


def _build_answer(request: PlayedRequest) -> PlayedAnswer:
    question, wishes = request.question, request.wishes
    if request.schema is not None or not request.draws or _is_summary_wanted(request):
        return PlayedAnswer(_answer_in_words(request))
    if request.file_descriptions and not request.pictures and not _DRAW_PATTERN.search(wishes):
        return PlayedAnswer(_describe_files(request))
    if request.pictures and _EDIT_PATTERN.search(wishes) and not _DRAW_PATTERN.search(wishes):
        edited, edit_names = edit(_select_picture(request), wishes)
        return PlayedAnswer(f"Here is your picture, {' and '.join(edit_names)}.", (edited,))
    if _DRAW_PATTERN.search(wishes):
        return PlayedAnswer(
            f"Here it is: “{question}”.",
            (_apply_variation(request, paint(_build_drawing_prompt(request), request.size)),),
        )
    if request.pictures and (request.has_new_picture or _DESCRIBE_PATTERN.search(wishes)):
        return PlayedAnswer(_describe_pictures(request))
    return PlayedAnswer(_answer_question(request))


def _is_summary_wanted(request: PlayedRequest) -> bool:
    return any(_SUMMARY_INSTRUCTION in note for note in request.notes)


def _read_word_limit(notes: tuple[str, ...]) -> int:
    match = _WORD_LIMIT_PATTERN.search(" ".join(notes))
    return int(match[1]) if match else 200


def _build_drawing_prompt(request: PlayedRequest) -> str:
    """Add what Easel's notes say of the picture to the wishes, where the painter looks for it."""
    notes = " ".join(request.notes)
    ratio = _ASPECT_RATIO_PATTERN.search(notes)
    background = _BACKGROUND_PATTERN.search(notes)
    shape = f" in {ratio[1]}" if ratio else ""
    return f"{request.wishes}{shape}{f' on a {background[0]}' if background else ''}"


def _apply_variation(request: PlayedRequest, picture: bytes) -> bytes:
    """Edit the picture by the number of the variation in Easel's notes, if there is one."""
    match = _VARIATION_PATTERN.search(" ".join(request.notes))
    words = _VARIATION_EDITS[(int(match[1]) - 1) % len(_VARIATION_EDITS)] if match else ""
    return edit(picture, words)[0] if words else picture


def _select_picture(request: PlayedRequest) -> bytes:
    """Return the picture to edit: the original of an annotated one, the named or the newest."""
    if any(_ANNOTATION_NOTE in note for note in request.notes):
        return request.pictures[0]
    match = _ORDINAL_PATTERN.search(request.question)
    index = _ORDINALS.index(match[1].lower()) if match else -1
    return request.pictures[index] if index < len(request.pictures) else request.pictures[-1]


def _answer_in_words(request: PlayedRequest) -> str:
    if request.schema is not None:
        descriptions = [describe_picture(data) for data in request.pictures]
        question = request.source_text or request.question
        return build_json_answer(request.schema, question, descriptions)
    if _is_summary_wanted(request):
        return summarize_thread(request.earlier, _read_word_limit(request.notes))
    return _describe_pictures(request) if request.pictures else _answer_question(request)


def _answer_question(request: PlayedRequest) -> str:
    """Answer in words; of what was said earlier and of what is linked to, say whose it is."""
    names = ["you" if name in ("", request.speaker) else name for name in request.earlier_speakers]
    said = [*zip(names, request.earlier, strict=False)] or [("you", one) for one in request.earlier]
    if said and _WHO_PATTERN.search(request.question):
        return "\n".join(f"- {name} said: “{text[:120]}”" for name, text in said)
    answered = answer_text(request.question, said)
    quotes = [f"The message you link to says: “{text[:300]}”" for text in request.linked]
    return "\n\n".join([*quotes, answered])


def _describe_files(request: PlayedRequest) -> str:
    """List the files of the request, without reading them."""
    head = f"You asked: “{request.question}”" if request.question else "You sent files."
    return "\n".join(
        [head, "", "I was given:", *(f"- {file}" for file in request.file_descriptions)]
    )


def _describe_pictures(request: PlayedRequest) -> str:
    lines = [f"You asked: “{request.question}”", ""] if request.question else []
    lines += [f"- I was given {file}" for file in request.file_descriptions]
    lines += [""] if request.file_descriptions else []
    for number, data in enumerate(request.pictures, 1):
        lines.append(f"{number}. {describe_picture(data)}")
    lines += ["", "Ask me to change it: grey, rotate, tint, or add a caption."]
    return "\n".join(lines)


def describe_picture(data: bytes) -> str:
    """Describe the size, format, light and main colours of a picture."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height, kind = picture.width, picture.height, picture.format
        colours = find_main_colours(picture)
        pixel = picture.convert("L").resize((1, 1)).getpixel((0, 0))
    brightness = pixel if isinstance(pixel, int | float) else 0
    light = "dark" if brightness < 85 else "bright" if brightness > 170 else "balanced"
    shape = "square" if width == height else "wide" if width > height else "tall"
    mostly = " and ".join(colours) or "many colours"
    return f"A {shape} {kind} picture of **{width} × {height}** pixels, {light}, mostly {mostly}."
