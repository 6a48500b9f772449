"""Asks which part of a picture is meant, with what was found on it. Costs nothing."""

from __future__ import annotations

from bot.answering.masking import sentences
from bot.domain.errors import ChoiceNeeded
from bot.domain.files import GeneratedFile, Image
from bot.domain.messages import Message
from bot.files.masking.maker import FoundAreas, MaskMaker
from bot.files.masking.names import AREAS_STEM, GRID_ALT, GRID_STEM, build_preview_name
from bot.files.sandbox.pool import TaskOwner


async def ask_back(
    maker: MaskMaker, picture: Image, found: FoundAreas, owner: TaskOwner
) -> ChoiceNeeded:
    """Return the question which area is meant, with the areas or the grid on the picture.

    Raises `UnreadableError` where the grid cannot be drawn.
    """
    name, count = picture.name, len(found.areas)
    if count and found.preview:
        text = sentences.build_choice(name, count)
        alt_text = sentences.build_areas_alt_text(name, count)
        preview, mimetype, stem = found.preview, "image/jpeg", AREAS_STEM
    else:
        drawn = await maker.draw_grid(name, picture.data, owner=owner)
        text, alt_text = Message(sentences.NO_MARKS, name=name), Message(GRID_ALT, name=name)
        preview, mimetype, stem = drawn.data, drawn.mimetype, GRID_STEM
    file_name = build_preview_name(stem, name, mimetype)
    file = GeneratedFile(file_name, mimetype, preview, alt_text=alt_text)
    return ChoiceNeeded("which area", user_message=text, attachments=(file,))
