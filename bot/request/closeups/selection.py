"""Decides which pictures a question wants to see closely, from its words and its thread. Pure.

See `bot.files.detail.plan` for how much of them is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.domain.model_info import ModelInfo
from bot.domain.pages import parse_page_numbers
from bot.domain.pictures.closeup import (
    NO_LOOK,
    NO_PICTURES,
    Closeup,
    PageLook,
    PictureChoice,
    ViewOptions,
)
from bot.domain.pictures.names import find_called_names
from bot.request.closeups.parse import is_about_looks, parse_closeup
from bot.request.file_references import PAGED_ENDINGS
from bot.request.parse import ParsedRequest

# “What is the total?” is about the picture that was sent a moment ago, if one was.
_RECENT_TURNS = 12
# “Picture 2 of deck.pptx”: what sentences of Easel's call it as well.
_PICTURE_NUMBER_PATTERN = re.compile(
    r"\b(?:picture|image|photo|frame|bild|foto|imagen|fotograma) (?:no\.? ?|nr\.? ?)?(\d{1,3})\b"
    r"|画像 ?(\d{1,3})|(\d{1,3})フレーム",
    re.IGNORECASE,
)
_PAGED_ENDINGS = (*PAGED_ENDINGS, ".doc", ".ppt", ".odt", ".odp")
# More turns, and more of each, are not read for that.
_MAX_TURNS, _MAX_CHARS, _MAX_READ_CHARS = 48, 200, 2_000


def build_view_options(
    request: ParsedRequest, model_info: ModelInfo, choice: PictureChoice = NO_PICTURES
) -> ViewOptions:
    """Return how closely pictures are shown for a request, which may name some by its `choice`.

    One that is to be changed is sent once, as a whole: parts would be drawn as well.
    """
    return ViewOptions(
        find_closeup(request),
        choice,
        draws=_is_drawing(request),
        takes_original=model_info.takes_original,
        takes_webp=model_info.takes_webp,
        context_tokens=model_info.context_tokens - model_info.longest_answer,
    )


def _is_drawing(request: ParsedRequest) -> bool:
    """Whether a request is for a picture: a new one, or a change of one."""
    is_edit = request.wants_edit and not (request.is_inquiry or request.is_zoom)
    return request.wants_picture or is_edit


def build_page_look(
    request: ParsedRequest,
    own_files: Sequence[FileRef],
    earlier: Sequence[FileRef],
    turns: Sequence[Turn] = (),
) -> PageLook:
    """Return of which files a question wants to see how pages look.

    Those are its own, else those of the `earlier` ones that it calls by name, else the newest; none
    if it is about a picture. A word such as “table” alone is surely about an earlier file only in a
    question next to one about it, by the `turns` of the thread.
    """
    if request.recipe is not None or _is_drawing(request) or not is_about_looks(request.text):
        return NO_LOOK
    known = [ref for ref in own_files or earlier if not ref.is_gone]
    paged = [ref for ref in known if ref.name.lower().endswith(_PAGED_ENDINGS)]
    called = request.select_named_files(paged)
    means_picture = request.pictures.mentions_picture or bool(request.select_named_files(known))
    if not called and means_picture and not request.pages:
        return NO_LOOK
    meant = called or (paged if own_files else paged[-1:])
    is_newest = meant == (known if own_files else known[-1:])
    is_about = bool(own_files) or _is_about_pages(request, turns, meant)
    return PageLook(
        frozenset(ref.id for ref in meant),
        is_sure=bool(called) or (is_newest and is_about),
        is_zoom=request.is_zoom,
    )


def _is_about_pages(
    request: ParsedRequest, turns: Sequence[Turn], files: Sequence[FileRef]
) -> bool:
    """Whether a message that calls no file is surely about how `files` look."""
    if request.is_zoom or request.closeup.is_named or request.pages:
        return True
    if request.files.mentions_file:
        return True
    said = [turn for turn in turns[-_RECENT_TURNS:] if turn.speaker is Speaker.PERSON][-1:]
    if not request.is_inquiry or not said:
        return False
    brought = {ref.id for ref in said[0].files}
    return any(ref.id in brought for ref in files) or is_about_looks(said[0].text[:_MAX_CHARS])


def find_closeup(request: ParsedRequest) -> Closeup:
    """Return what a message wants to see at full size; a page that it names is to be read."""
    return request.closeup or Closeup(is_wanted=bool(request.pages))


def select_picture_to_look_into(request: ParsedRequest, history: ThreadHistory) -> list[FileRef]:
    """Return the earlier picture that a question looks into without saying that it means one.

    A place in a picture, or a wish to zoom, means the newest; a word such as “row” or “total”
    means it only if it is the newest file, and the thread is still about it.
    """
    known = [ref for ref in history.files if not ref.is_gone]
    pictures = [ref for ref in known if ref.is_declared_picture]
    if not pictures:
        return []
    newest = pictures[-1]
    if request.is_zoom or request.closeup.shares is not None:
        return [newest]
    return [newest] if newest == known[-1] and _is_still_about(newest, history) else []


def _is_still_about(picture: FileRef, history: ThreadHistory) -> bool:
    """Whether a picture was sent or made, or looked into, a short while ago."""
    left = 0
    for turn in history.turns[-_MAX_TURNS:]:
        if any(ref.id == picture.id for ref in turn.files):
            left = _RECENT_TURNS
        elif left and turn.speaker is Speaker.PERSON and parse_closeup(turn.text[:_MAX_CHARS]):
            # “And row 41?” goes on for as long as somebody asks.
            left = _RECENT_TURNS
        elif left:
            left -= 1
    return left > 0


def select_pictures_to_show_closely(
    request: ParsedRequest, own_files: Sequence[FileRef], earlier: Sequence[FileRef]
) -> list[FileRef]:
    """Return those of the `earlier` pictures sent again that the question looks into.

    That is the newest, or all that it calls by version, place or name; none if it comes with
    pictures of its own.
    """
    if not request.closeup or any(ref.is_declared_picture for ref in own_files):
        return []
    references = request.pictures
    is_called = bool(
        references.versions
        or references.position is not None
        or references.steps_back is not None
        or request.select_named_files(earlier)
    )
    return list(earlier) if is_called else list(earlier[-1:])


def find_pages(request: ParsedRequest, history: ThreadHistory) -> tuple[int, ...]:
    """Return the pages of a file that a question is about.

    One that looks into something without naming a page goes on with those that were named last,
    unless a picture was called since.
    """
    if request.pages or not request.closeup:
        return request.pages
    pictures = {ref.name for ref in history.files if ref.is_declared_picture and not _is_tiff(ref)}
    for turn in reversed(history.turns[-_RECENT_TURNS:]):
        is_said, text = turn.speaker is Speaker.PERSON, turn.text[:_MAX_CHARS]
        if is_said and (pages := parse_page_numbers(text)):
            return pages
        if turn.files or (is_said and find_called_names(text, pictures)):
            break
    return ()


def select_scan(
    request: ParsedRequest, pages: Sequence[int], history: ThreadHistory
) -> list[FileRef]:
    """Return the newest file if it is a TIFF and the question is about its pages, or a scan."""
    known = [ref for ref in history.files if not ref.is_gone]
    paged = [ref for ref in known if _is_tiff(ref) or ref.name.lower().endswith(PAGED_ENDINGS)]
    if not paged or not _is_tiff(paged[-1]):
        return []
    is_meant = request.files.mentions_file or request.files.wants_whole_file
    is_about = bool(pages) or (is_meant and paged[-1] is known[-1])
    return paged[-1:] if is_about else []


def _is_tiff(ref: FileRef) -> bool:
    return ref.mimetype == "image/tiff" or ref.name.lower().endswith((".tif", ".tiff"))


def build_picture_choice(
    request: ParsedRequest, pages: tuple[int, ...], history: ThreadHistory
) -> PictureChoice:
    """Return which pictures a question means that is about `pages`."""
    text, position = request.text[:_MAX_READ_CHARS], request.pictures.position
    found = _PICTURE_NUMBER_PATTERN.search(text)
    number = 0 if position is None else position + (position >= 0)
    if found is not None:
        number = int(found[1] or found[2] or found[3])
    known = [ref.id for ref in history.files if not ref.is_gone]
    is_called = request.pictures.mentions_picture
    is_wanted = bool(request.closeup or number or is_called)
    return PictureChoice(text, pages, number, is_wanted, known[-1] if known else "", is_called)
