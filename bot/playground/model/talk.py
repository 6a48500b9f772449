"""Answers as the played model does, from the words and pictures of a request.

It repeats and measures what it was sent, and does not pretend to be clever. See `request.py` for
reading a request, `text_answers.py`, `data.py` and `pictures.py` for parts of answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.playground.drawing.sketchbook import Sketchbook
from bot.playground.model.acts import Act, choose_act
from bot.playground.model.data import build_json_answer
from bot.playground.model.marked_parts import find_mask, keep_outside
from bot.playground.model.measuring import describe_picture
from bot.playground.model.notations import write_notation
from bot.playground.model.pictures import (
    Pictured,
    Studio,
    draw_architecture,
    fit_to_size,
)
from bot.playground.model.sentences import Speech
from bot.playground.model.text_answers import answer_text, summarize_thread
from bot.playground.wishes.noted import is_about_part, read_noted_wish
from bot.playground.wishes.wish import Wish
from bot.request.recipes import RECIPES

_DESCRIBE_PATTERN = re.compile(
    r"\b(describe|picture|photo|image|see|show|what is (this|that|it)|beschreib\w*|bild|décri\w*"
    r"|describ\w*|imagen|zoom\w*|enlarge|read|look|says?|print|pages?|rows?|columns?|tables?|charts?"
    r"|vergrößer\w*|lies|steht|seite|zeile|agrandi\w*|lis|dit|ligne|tableau|amplía|lee|dice|página"
    r"|fila|tabla)\b|説明|画像|写真|拡大|読|ページ",
    re.IGNORECASE,
)
_WHO_PATTERN = re.compile(r"\bwho said\b|\bwer hat (?:was|das)\b.*\bgesagt\b", re.IGNORECASE)
_MAX_READ = 2_000  # characters of a question in which it is looked for
_REASONING = "**Looking at the question**\n\nThey ask: {}"
_PART_PATTERN = re.compile(r", part \d+ of \d+, ")
_VARIATION_PATTERN = re.compile(r"variation (\d) of")
_ARCHITECTURE = RECIPES["architecture_diagram"].title
_LABELS_PATTERN = re.compile(r"\[Pictures, in order: 1\. ([^\]]*)\]")
_LABEL_END_PATTERN = re.compile(r" \((?:sent now|from earlier)\)(?:; \d+\. )?")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ORDINAL_PATTERN = re.compile(
    rf"\b({'|'.join(_ORDINALS)}) (?:one|picture|image|photo|file)\b", re.I
)
_MEASURED = (
    "I am the playground's model and only measure: what a picture shows I cannot tell. Ask me to"
    " change it: make it grey, rotate it, add a caption or a hat."
)
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
    answers: tuple[str, ...] = ()  # what the model itself said earlier
    seed: str = ""
    mask: bytes | None = None  # only what it uncovers of the first picture changes
    earlier_wish: str = ""  # what was asked before, where this question only says where


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """The answer: its text, its pictures as PNG, and its reasoning if that is shown.

    `top_logprobs` is the number of alternatives to each word, None for no probabilities.
    """

    text: str
    pictures: tuple[bytes, ...] = ()
    reasoning: str = ""
    top_logprobs: int | None = None


class PlayedSpeaker:
    """Answers requests; of the pictures that it drew it knows what they show."""

    def __init__(self) -> None:
        self._studio = Studio(Sketchbook())

    def answer(self, request: PlayedRequest) -> PlayedAnswer:
        """Answer in words, as data, with a new picture, or with a changed one."""
        played_answer = replace(self._build_answer(request), top_logprobs=request.top_logprobs)
        if not request.shows_reasoning:
            return played_answer
        return replace(played_answer, reasoning=_REASONING.format(request.question[:80]))

    def _build_answer(self, request: PlayedRequest) -> PlayedAnswer:
        if request.schema is not None or not request.draws or _is_summary_wanted(request):
            return PlayedAnswer(_answer_in_words(request))
        if request.earlier_wish:
            request = replace(request, question=request.earlier_wish)
        notation = None if request.pictures else write_notation(request.question)
        if notation is not None:
            return PlayedAnswer(notation)
        wish = read_noted_wish(request.question, request.notes)
        speech = Speech(wish.language, request.answers)
        if request.question.startswith(_ARCHITECTURE):
            source = request.source_text.replace(_ARCHITECTURE, "")
            return _convert(draw_architecture(source, speech))
        act = choose_act(
            request.question,
            wish,
            _read_variation(request),
            has_picture=bool(request.pictures),
        )
        if wish.filters == ["double"] and _PART_PATTERN.search(" ".join(request.notes)):
            # “Enlarge the top right” is what parts are sent for.
            return PlayedAnswer(_describe_pictures(request))
        if act not in (Act.TALK, Act.SAY_THERE_IS_NONE):
            return _convert(self._act(act, request, wish, speech), request)
        return PlayedAnswer(_answer_without_picture(request, act, speech))

    def _act(self, act: Act, request: PlayedRequest, wish: Wish, speech: Speech) -> Pictured:
        variation, seed = _read_variation(request) or 1, request.seed
        match act:
            case Act.LIST_ABILITIES:
                return Pictured("\n\n".join(Speech(wish.language, ()).list_abilities()))
            case Act.COMBINE if len(request.pictures) > 1:
                return self._studio.combine(request.pictures, wish, speech)
            case Act.VARY:
                picture = _select_picture(request)
                return self._studio.vary(picture, speech, variation=variation, seed=seed)
            case Act.CHANGE:
                picture = _select_picture(request)
                return self._studio.change(picture, wish, speech, variation=variation, seed=seed)
            case _:
                return self._studio.draw(wish, speech, variation=variation, seed=seed)


def answer(request: PlayedRequest) -> PlayedAnswer:
    """Answer one request, without knowing any picture that was drawn before."""
    return PlayedSpeaker().answer(request)


def _convert(pictured: Pictured, request: PlayedRequest | None = None) -> PlayedAnswer:
    """Convert an answer; its picture has the size and the mask that the provider was given."""
    if pictured.picture is None:
        return PlayedAnswer(pictured.text)
    picture = pictured.picture
    if request is not None:
        mask = find_mask(request.mask, request.notes, request.pictures)
        picture = picture if mask is None else keep_outside(request.pictures[0], picture, mask)
    return PlayedAnswer(
        pictured.text, (fit_to_size(picture, None if request is None else request.size),)
    )


def _answer_without_picture(request: PlayedRequest, act: Act, speech: Speech) -> str:
    if request.file_descriptions and not request.pictures:
        return _describe_files(request)
    if act is Act.SAY_THERE_IS_NONE:
        return "\n\n".join([speech.say("no_picture"), *speech.introduce()])
    if request.pictures and (request.has_new_picture or _DESCRIBE_PATTERN.search(request.question)):
        return _describe_pictures(request)
    return _answer_question(request)


def _read_variation(request: PlayedRequest) -> int:
    """Return the number of the variation in Easel's notes, 0 without one."""
    match = _VARIATION_PATTERN.search(" ".join(request.notes))
    return int(match[1]) if match else 0


def _is_summary_wanted(request: PlayedRequest) -> bool:
    return any(_SUMMARY_INSTRUCTION in note for note in request.notes)


def _read_word_limit(notes: tuple[str, ...]) -> int:
    match = _WORD_LIMIT_PATTERN.search(" ".join(notes))
    return int(match[1]) if match else 200


def _select_picture(request: PlayedRequest) -> bytes:
    """Return the picture to edit: the original of an annotated one, the named or the newest."""
    if is_about_part(request.notes):
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
    if said and _WHO_PATTERN.search(request.question[:_MAX_READ]):
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
    labels = _read_labels(request)
    for number, data in enumerate(request.pictures, 1):
        label = f"{labels[number - 1]}: " if labels else ""
        lines.append(f"{number}. {label}{describe_picture(data)}")
    lines += ["", _MEASURED]
    return "\n".join(lines)


def _read_labels(request: PlayedRequest) -> list[str]:
    """Return what Easel calls each of the pictures, nothing where it does not tell of each."""
    found = _LABELS_PATTERN.search(" ".join(request.notes))
    labels = _LABEL_END_PATTERN.split(found[1])[:-1] if found else []
    return labels if len(labels) == len(request.pictures) else []
