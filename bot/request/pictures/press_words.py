"""Writes what is pressed under a picture as the message that a person would have typed. Pure.

So one way leads to an answer, whether something is typed or pressed. See `bot.request.parse`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.files import FileRef
from bot.domain.messages import Message, render
from bot.domain.options import RequestOptions
from bot.domain.pictures.operations import FORMATS
from bot.domain.pictures.presses import VARIATION_COUNT, PictureAction, PictureWish
from bot.domain.safe_text import clean_name
from bot.domain.stores.pictures import PictureOrigin
from bot.request.flags import format_flags, strip_flags
from bot.request.parse import parse_request
from bot.request.recipes.recipe import split_quote

VARIATION_MESSAGE = "A variation of v{version}"
REFERENCE_MESSAGE = "As a reference: {name}"
PERCENTS = (75, 50, 25)
# Of a longer message the end is not looked through for flags.
_MAX_OWN_CHARS = 7_500
_PICTURE_OPTIONS = ("size", "aspect", "quality", "background")
_SOURCE_PATTERN = re.compile(r"v(\d{1,6})")


def can_repeat(request_text: str) -> bool:
    """Whether the same request would draw another picture: what is done here is always the same."""
    return parse_request(request_text).command is None


def choose_options(request_text: str) -> RequestOptions:
    """Return how the picture was wanted that a message asked for."""
    return select_picture_options(parse_request(request_text).options)


def select_picture_options(options: RequestOptions) -> RequestOptions:
    """Return those of `options` that say how a picture is wanted."""
    return RequestOptions(**{name: getattr(options, name) for name in _PICTURE_OPTIONS})


def write_request(
    origin: PictureOrigin, wish: PictureWish, reference: FileRef | None, language: str
) -> str:
    """Return the message that asks for what is wished of the picture, in `language`."""
    version = origin.picture.version
    match wish.action:
        case PictureAction.AGAIN:
            return write_again(origin.request_text)
        case PictureAction.VARY:
            options = replace(choose_options(origin.request_text), variations=VARIATION_COUNT)
            words = render(Message(VARIATION_MESSAGE, version=version), language)
            return f"{words} {format_flags(options)}"
        case PictureAction.CONVERT:
            return _write_conversion(version, wish)
        case _:
            return _write_edit(version, wish, reference, language)


def list_sources(
    origin: PictureOrigin, wish: PictureWish, files: Sequence[FileRef]
) -> tuple[str, ...]:
    """Return the Slack ids of the files that the request takes along; `files` are the thread's.

    What is asked again takes along what the picture was made of.
    """
    present = [ref for ref in files if ref.id and not ref.is_gone]
    if wish.action is not PictureAction.AGAIN:
        named = [ref for ref in present if ref.id == wish.reference_id]
        return tuple(dict.fromkeys([*(ref.id for ref in named), origin.picture.id]))
    names = [name.strip() for name in origin.picture.made_from.split(",")]
    versions = {int(found[1]) for name in names if (found := _SOURCE_PATTERN.fullmatch(name))}
    made_from = [
        ref.id for ref in present if (ref.version in versions if ref.version else ref.name in names)
    ]
    own = [ref.id for ref in origin.files if ref.id]
    return tuple(dict.fromkeys([*made_from, *own]))


def find_reference(wish: PictureWish, files: Sequence[FileRef]) -> FileRef | None:
    """Return the file that is to be a reference, None if the thread has none such."""
    found = (ref for ref in files if ref.id == wish.reference_id and not ref.is_gone)
    return next(found, None) if wish.reference_id else None


def write_again(request_text: str) -> str:
    """Return the message that asks once more for what a picture was made of: for one picture."""
    request = parse_request(request_text)
    if request.command is not None or request.flag_error is not None:
        return request_text
    own, _ = split_quote(request_text)
    flags = format_flags(replace(request.flags, variations=1))
    words = strip_flags(own)
    # More flags than words would be left of a text that is cut before them.
    asked = f"{words} {flags}" if len(words) <= _MAX_OWN_CHARS else f"{flags} {words}"
    return asked.strip() + request_text[len(own) :]


def _write_conversion(version: int, wish: PictureWish) -> str:
    extension = wish.extension if wish.extension in FORMATS else FORMATS[0]
    resize = f" --resize {wish.percent}%" if wish.percent in PERCENTS else ""
    return f"v{version}{resize} --as {extension}"


def _write_edit(version: int, wish: PictureWish, reference: FileRef | None, language: str) -> str:
    paragraphs = [f"v{version}: {wish.words.strip()}"]
    if reference is not None:
        # In code, where a name cannot pass for a flag.
        name = f"v{reference.version}" if reference.version else f"`{clean_name(reference.name)}`"
        paragraphs.append(render(Message(REFERENCE_MESSAGE, name=name), language))
    flags = format_flags(wish.options)
    return " ".join(["\n\n".join(paragraphs), *([flags] if flags else [])])
