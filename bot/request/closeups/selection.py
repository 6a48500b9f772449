"""Decides which pictures a question wants to see closely, from its words and its thread. Pure.

See `bot.files.detail.plan` for how much of them is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversation import Speaker, ThreadHistory
from bot.domain.files import FileRef
from bot.domain.model_info import ModelInfo
from bot.domain.pictures.closeup import ViewOptions
from bot.request.closeups.parse import parse_closeup
from bot.request.parse import ParsedRequest

# “What is the total?” is about the picture that was sent a moment ago, if one was.
_RECENT_TURNS = 12
# More turns, and more of each, are not read for that.
_MAX_TURNS, _MAX_CHARS = 48, 200


def build_view_options(request: ParsedRequest, model_info: ModelInfo) -> ViewOptions:
    """Return how closely pictures are shown for a request.

    One that is to be changed is sent once, as a whole: parts would be drawn as well.
    """
    is_edit = request.wants_edit and not (request.is_inquiry or request.is_zoom)
    return ViewOptions(
        request.closeup,
        draws=request.wants_picture or is_edit,
        takes_original=model_info.takes_original,
        takes_webp=model_info.takes_webp,
        context_tokens=model_info.context_tokens - model_info.longest_answer,
    )


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
