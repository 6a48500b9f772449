"""What was shown in a thread that words such as “only B3” and “only 2” refer to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileContext, FileRef, Image
from bot.domain.pictures.areas import NO_CHOICE, AreaChoice
from bot.files.masking.names import AREAS_STEM, GRID_STEM
from bot.request.commands import parse_command
from bot.request.parse import ParsedRequest
from bot.request.pictures.areas.answers import (
    has_verb_of_wish,
    is_only_pointing,
    is_only_polite,
    is_taken_back,
)
from bot.request.pictures.areas.parse import parse_area_choice

# Turns after which what was shown is no longer meant.
_RECENT_TURNS = 8
_MAX_WISH_CHARS = 400
# Pictures of a thread that one is compared with, to find what was drawn on it.
_MAX_ORIGINALS = 3
# What is left of “only B3, please” once the cell is taken out.
_MIN_WISH_CHARS = 4


def has_used_grid(history: ThreadHistory) -> bool:
    """Whether Easel has shown a grid of late, or the person has named cells of one."""
    return any(
        _has_file(turn, GRID_STEM) or _has_named_cells(turn)
        for turn in history.turns[-_RECENT_TURNS:]
    )


def _has_named_cells(turn: Turn) -> bool:
    choice = parse_area_choice(turn.text) if turn.speaker is Speaker.PERSON else NO_CHOICE
    return bool(choice.cells) and not choice.is_bare


def may_choose_area(history: ThreadHistory, request: ParsedRequest) -> bool:
    """Whether Easel's newest answer asked which area is meant, and `request` may answer it."""
    return _has_shown_areas(history) and not is_taken_back(request.text)


def _has_shown_areas(history: ThreadHistory) -> bool:
    own = [turn for turn in history.turns if turn.speaker is Speaker.EASEL]
    return bool(own) and _has_file(own[-1], AREAS_STEM)


def _has_file(turn: Turn, stem: str) -> bool:
    return turn.speaker is Speaker.EASEL and any(ref.name.startswith(stem) for ref in turn.files)


def find_wish_that_is_narrowed(history: ThreadHistory, request: ParsedRequest) -> str:
    """Return the earlier wish to which a message only adds which part is meant; "" for none."""
    area = request.area
    if is_taken_back(request.text):
        return ""
    if area.chooses:
        return "" if len(area.rest) >= _MIN_WISH_CHARS else _find_earlier_wish(history)
    marks_again = _has_shown_areas(history) and not _has_own_wish(request)
    return _find_earlier_wish(history) if marks_again else ""


def _has_own_wish(request: ParsedRequest) -> bool:
    if is_only_pointing(request.text):
        return False
    is_wish = request.wants_edit or request.wants_picture or has_verb_of_wish(request.text)
    return is_wish or request.area.marks


def add_earlier_exception(history: ThreadHistory, request: ParsedRequest) -> AreaChoice:
    """Return what a message chooses, to stay if the wish before was for all but that."""
    area = request.area
    earlier = parse_area_choice(find_wish_that_is_narrowed(history, request))
    return replace(
        area,
        is_kept=area.is_kept or earlier.is_kept,
        is_unclear=area.is_unclear or earlier.is_unclear,
    )


def _find_earlier_wish(history: ThreadHistory) -> str:
    """Return what was wished last, "" if it was taken back."""
    for turn in reversed(history.turns[-_RECENT_TURNS:]):
        if turn.speaker is not Speaker.PERSON or not turn.text.strip():
            continue
        if is_only_polite(turn.text):
            if is_taken_back(turn.text):
                return ""
            continue
        chosen = parse_area_choice(turn.text)
        is_bare_choice = chosen.chooses and len(chosen.rest) < _MIN_WISH_CHARS
        only_excludes = chosen.is_unclear and chosen.hints and not has_verb_of_wish(turn.text)
        if parse_command(turn.text) is None and not (is_bare_choice or only_excludes):
            return turn.text[:_MAX_WISH_CHARS]
    return ""


def find_whole_picture(images: Sequence[Image]) -> Image | None:
    """Return the newest picture that is shown whole; of several frames the first."""
    whole = [image for image in images if image.sight.box is None]
    if not whole:
        return None
    newest = whole[-1].file_id
    return next(image for image in whole if image.file_id == newest)


def find_newest_upload(history: ThreadHistory, other_than: str = "") -> FileRef | None:
    """Return the newest picture of a person's own that is still there.

    `other_than`: the id of a file that is not meant.
    """
    pictures = _list_pictures(history, other_than)
    return next((ref for ref in reversed(pictures) if not ref.version), None)


def find_newest_picture(history: ThreadHistory) -> FileRef | None:
    """Return the newest picture of the thread that is still there."""
    return next(iter(list_newest_pictures(history)), None)


def list_newest_pictures(history: ThreadHistory, other_than: str = "") -> list[FileRef]:
    """Return the last pictures of the thread that are still there but one, the newest first."""
    return _list_pictures(history, other_than)[: -_MAX_ORIGINALS - 1 : -1]


def _list_pictures(history: ThreadHistory, other_than: str) -> list[FileRef]:
    return [
        ref
        for ref in history.files
        if ref.is_declared_picture and not ref.is_gone and ref.id != other_than
    ]


def find_marked_pair(files: FileContext) -> tuple[Image, Image] | None:
    """Return a picture and the copy of it that a person drew on; None unless there is one pair."""
    if len(files.annotations) != 1:
        return None
    annotation = files.annotations[0]
    clean = [one for one in files.earlier_images if one.label == annotation.original_name]
    marked = [one for one in files.new_images if one.label == annotation.annotated_name]
    return (clean[-1], marked[-1]) if clean and marked else None
