"""Finds which pictures a message names: by file, by page, by frame, by number. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.files import Image, ParsedFile
from bot.domain.pages import find_place, select_pages
from bot.domain.pictures.closeup import PictureChoice
from bot.domain.pictures.in_files import list_levels
from bot.domain.pictures.names import find_called_names


def list_named(
    pictures: Sequence[Image], file_names: Mapping[str, str], choice: PictureChoice
) -> list[Image]:
    """Return those of a question's pictures that its message names; none if it names none.

    `file_names` are by the ids of the files. “Page 3” is one page of the file that is called, or of
    each file that has pages.
    """
    by_file = dict[str, list[Image]]()
    for one in pictures:
        by_file.setdefault(one.file_id, []).append(one)
    called = _list_called(by_file, file_names, choice)
    if called:
        return called
    is_alike = len(by_file) == 1 or len(by_file) == len(pictures)
    return _select_parts(pictures, choice) or (
        _select_position(pictures, choice.number) if is_alike else []
    )


def select_inner_pictures(
    file_id: str, parsed_file: ParsedFile, choice: PictureChoice
) -> tuple[Image, ...]:
    """Return those of the pictures of an archive, a mail or a document sent earlier that are sent
    again: the named ones, or all of the newest file where pictures are wanted."""
    pictures, names = parsed_file.pictures, {file_id: parsed_file.name}
    inner = {name for one in pictures for name in list_levels(one, parsed_file.name)[1:]}
    if find_called_names(choice.text, inner):
        return tuple(list_named(pictures, names, choice))
    is_meant = file_id == choice.newest_id or find_called_names(choice.text, [parsed_file.name])
    return tuple(_select_meant(pictures, choice)) if choice.is_wanted and is_meant else ()


def select_frame(pictures: Sequence[Image], number: int) -> tuple[Image, ...]:
    """Return the frame of an animation that has a number; none if that is not among them."""
    return tuple(one for one in pictures if find_place(one) == ("frame", number))


def _list_called(
    by_file: Mapping[str, Sequence[Image]], file_names: Mapping[str, str], choice: PictureChoice
) -> list[Image]:
    """List what is meant of each file that is called, or in which one is."""
    placed = [
        (one, list_levels(one, file_names[file_id]))
        for file_id, found in by_file.items()
        for one in found
    ]
    called = find_called_names(choice.text, {name for _, levels in placed for name in levels})
    # “B.png in a.zip” is no other b.png, and nothing else in a.zip.
    most = {
        name: max(len(called.intersection(levels)) for _, levels in placed if name in levels)
        for name in called
    }
    groups = dict[tuple[str, ...], list[Image]]()
    for one, levels in placed:
        hits = called.intersection(levels)
        if not any(most[name] == len(hits) for name in hits):
            continue
        depth = max(index for index, name in enumerate(levels, 1) if name in hits)
        # Called by their own names, or together with what lies next to them.
        around = () if 1 < depth == len(levels) else levels[:depth]
        groups.setdefault((one.file_id, *around), []).append(one)
    listed = list[Image]()
    for (_, *around), found in groups.items():
        listed += _select_meant(found, choice) if around else _select_parts(found, choice) or found
    return listed


def _select_meant(pictures: Sequence[Image], choice: PictureChoice) -> list[Image]:
    """Return those of the pictures of one file that a message names by a number, else all."""
    found = _select_parts(pictures, choice) or _select_position(pictures, choice.number)
    return found or list(pictures)


def _select_parts(pictures: Sequence[Image], choice: PictureChoice) -> list[Image]:
    """Return the pages, frames or pictures that a message names by their own numbers."""
    places = [("frame", choice.number), ("picture", choice.number)]
    numbered = [one for one in pictures if find_place(one) in places]
    return select_pages(pictures, choice.pages) or numbered


def _select_position(pictures: Sequence[Image], number: int) -> list[Image]:
    """Return the picture at a position from 1, -1 for the last."""
    if not 0 < abs(number) <= len(pictures):
        return []
    return [pictures[number - 1 if number > 0 else number]]
