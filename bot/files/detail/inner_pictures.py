"""Chooses the pictures within an archive, a mail or a document that a message is about. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import Image, ParsedFile
from bot.domain.pages import find_place
from bot.domain.pictures.closeup import PictureChoice


def select_inner_pictures(
    file_id: str, parsed_file: ParsedFile, choice: PictureChoice
) -> tuple[Image, ...]:
    """Return those of the pictures of a file sent earlier that are sent again."""
    pictures, prefix = parsed_file.pictures, f"{parsed_file.name}: "
    inner_names = [one.name.removeprefix(prefix).lower() for one in pictures]
    named = tuple(
        one
        for one, inner in zip(pictures, inner_names, strict=True)
        if one.name.startswith(prefix) and inner in choice.text
    )
    if named or not choice.is_wanted or file_id != choice.newest_id:
        return named
    number = choice.number
    numbered = tuple(one for one in pictures if find_place(one) == ("picture", number))
    if numbered or not 0 < abs(number) <= len(pictures):
        return numbered or pictures
    return (pictures[number - 1 if number > 0 else number],)


def select_frame(pictures: Sequence[Image], number: int) -> tuple[Image, ...]:
    """Return the frame of an animation that has a number; none if that is not among them."""
    return tuple(one for one in pictures if find_place(one) == ("frame", number))
