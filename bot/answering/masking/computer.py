"""Finds the part of a picture that a question is about, and makes its mask.

Where it is not clear which part is meant, asks back with what was found, which costs nothing. See
`bot.files.masking` for the pixels, and `surroundings.py` for what is put back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.answering.computing.computation import Computation
from bot.answering.masking import context, sentences
from bot.answering.masking.asked import Asked, Part
from bot.answering.masking.asking_back import ask_back
from bot.answering.masking.doubts import choose_numbers, is_clear, is_drawn, is_each_told
from bot.answering.masking.material import build_files, build_mask
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import UserError
from bot.domain.files import FileContext, FileRef, Image
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.pictures.areas import plan_grid
from bot.domain.pictures.marks import Selection
from bot.domain.questions import Question
from bot.files.masking.maker import MaskMaker
from bot.files.preparer import FilePreparer
from bot.files.unreadable import UnreadableError
from bot.observability.error_codes import get_error_code
from bot.request.parse import ParsedRequest
from bot.request.pictures.areas.answers import is_only_pointing

log = structlog.get_logger(__name__)


class MaskComputer:
    """Implements `Computer` for questions about a part of a picture."""

    def __init__(
        self,
        file_preparer: FilePreparer,
        maker: MaskMaker,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
    ) -> None:
        self._file_preparer = file_preparer
        self._maker = maker
        self._list_model_infos = list_model_infos

    async def compute(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> Computation | None:
        """Return the files with the mask of the part that is meant; None if none is.

        Raises `UserError` for a cell or an area that there is not, `ChoiceNeeded` to ask back.
        """
        if request.recipe is not None or not self._list_model_infos()[0].draws:
            return None
        if not (history.files or files.pictures):
            return None
        area = context.add_earlier_exception(history, request)
        asked = Asked(question, request, history, files, area)
        try:
            part = await self._find(asked)
            return None if part is None else Computation(await self._build_files(asked, part))
        except UnreadableError as error:
            # Then the model gets what it would get without any of this.
            log.info("no_mask", code=get_error_code(error))
            return None

    async def _find(self, asked: Asked) -> Part | None:
        """Return the part of a picture that is meant."""
        history, area = asked.history, asked.area
        is_inquiry = asked.request.is_inquiry  # it changes nothing
        was_asked = context.may_choose_area(history, asked.request)
        # The wrong part would change, and be told as kept: the model reads the words alone.
        if area.is_unclear:
            is_answer = was_asked and area.hints and not is_inquiry
            return await self._find_chosen(asked) if is_answer else None
        names_cells = bool(area.cells or area.missing) and not is_inquiry
        if names_cells and (not area.is_bare or context.has_used_grid(history)):
            return await self._find_cells(asked)
        if was_asked and (area.numbers or area.picks or area.is_all or area.hints):
            chosen = await self._find_chosen(asked)
            if chosen is not None or not area.hints:
                return chosen
        if was_asked and not is_inquiry and await self._is_marked_again(asked):
            # The copy before is no original, it has marks itself.
            return await self._find_by_colour(asked, is_again=True)
        return await self._find_marked(asked)

    async def _find_marked(self, asked: Asked) -> Part | None:
        """Return what is marked on a picture of the question."""
        area, is_inquiry = asked.area, asked.request.is_inquiry
        pair = context.find_marked_pair(asked.files)
        if (pair is not None and is_inquiry) or (area.is_others and area.picks):
            return None
        part = await self._compare(asked, *pair) if pair is not None else None
        # What is called so may be a thing of the picture, which a mask would keep from moving.
        is_within = area.is_inside and not is_inquiry
        if part is None and (area.marks or area.points or is_within):
            return await self._find_by_colour(asked)
        return part

    async def _is_marked_again(self, asked: Asked) -> bool:
        """Whether the picture that was asked about comes again, or another one without words."""
        new = context.find_whole_picture(asked.files.new_images)
        if new is None or is_only_pointing(asked.request.text):
            return new is not None
        shown = await self._load(asked, context.find_newest_upload(asked.history, new.file_id))
        if shown is None or shown.data == new.data:
            return shown is not None
        found = await self._maker.find_areas(new.data, shown.data, owner=asked.owner)
        return bool(found.areas)

    async def _compare(
        self, asked: Asked, clean: Image, marked: Image, *, may_be_other: bool = False
    ) -> Part | None:
        """Return what was drawn on a copy of `clean`, if it looks drawn, or the words say so.

        `may_be_other`: it was not said that it is one, so it has to be the same but for the marks.
        """
        area = asked.area
        find = self._maker.find_on_copy if may_be_other else self._maker.find_areas
        found = await find(
            marked.data,
            clean.data,
            selection=Selection(picks=area.looks),
            inverts=area.is_kept,
            owner=asked.owner,
        )
        # “Everything except B3” is not about what was drawn.
        is_sure = area.marks or area.points or (not area.is_kept and is_drawn(found.areas))
        if found.picked and not is_each_told(area.looks, found.areas):
            return None
        chosen = found.keep_only(found.picked)
        return Part(clean, chosen, marked) if found.mask and is_sure else None

    async def _find_cells(self, asked: Asked) -> Part | None:
        area, picture = asked.area, await self._find_picture(asked)
        if picture is None:
            return None
        sight = picture.sight
        grid = plan_grid(sight.full_width or picture.width, sight.full_height or picture.height)
        outside = (cell.name for cell in area.cells if not grid.has_cell(cell))
        missing = next(outside, area.missing)
        if missing and area.cells and area.is_bare:
            return None
        if missing:
            values = {"cell": missing, "last": grid.last_cell.name}
            message = Message(sentences.NO_SUCH_CELL, name=picture.name, **values)
            raise UserError("no such cell", user_message=message)
        boxes = [grid.get_shares(cell) for cell in area.cells]
        found = await self._maker.mask_cells(
            picture.data, boxes, inverts=area.is_kept, owner=asked.owner
        )
        return Part(picture, found)

    async def _find_picture(self, asked: Asked) -> Image | None:
        """Return the picture that cells are named of: the question's, the named, or the newest."""
        for images in (asked.files.new_images, asked.files.earlier_images):
            picture = context.find_whole_picture(images)
            if picture is not None:
                return picture
        ref = context.find_newest_picture(asked.history)
        return None if asked.question.files else await self._load(asked, ref)

    async def _load(self, asked: Asked, ref: FileRef | None) -> Image | None:
        if ref is None:
            return None
        thread, asker = asked.question.thread, asked.question.asker
        return await self._file_preparer.load_picture(thread, ref, asker)

    async def _find_chosen(self, asked: Asked) -> Part | None:
        """Return the areas that were chosen by their numbers, found again as they were shown."""
        picture = await self._load(asked, context.find_newest_upload(asked.history))
        if picture is None:
            return None
        area, owner = asked.area, asked.owner
        find = partial(self._maker.find_areas, picture.data, inverts=area.is_kept, owner=owner)
        found = await find(selection=Selection(area.numbers, area.looks))
        count = len(found.areas)
        if count and any(number > count for number in area.numbers):
            message = sentences.build_no_such_area(picture.name, count, max(area.numbers))
            raise UserError("no such area", user_message=message)
        numbers = None if area.is_unclear else choose_numbers(area, found)
        if numbers is None:
            # A wish may be about a thing of the picture that looks as none of the marks does.
            is_of_thing = area.rest and not (found.picked or area.is_unclear)
            if asked.request.is_inquiry or is_of_thing:
                return None
            if not asked.question.go_on:
                raise await ask_back(self._maker, picture, await find(shows=True), owner)
        if numbers is None or area.is_others:
            found = await find(selection=Selection(numbers or ()))
        return Part(picture, found.keep_only(numbers or ())) if found.mask else None

    async def _find_by_colour(self, asked: Asked, *, is_again: bool = False) -> Part | None:
        """Find marks on a picture without its original; ask back where that is unclear.

        `is_again`: which of several is meant was asked before, and this is the answer.
        """
        question, area = asked.question, asked.area
        picture = context.find_whole_picture(asked.files.new_images)
        if picture is None and area.marks:
            picture = await self._load(asked, context.find_newest_upload(asked.history))
        if picture is None:
            return None
        if not is_again and picture in asked.files.new_images:
            part = await self._find_on_copy(asked, picture)
            if part is not None:
                return part
        found = await self._maker.find_areas(
            picture.data,
            selection=Selection(picks=area.looks),
            shows=True,
            inverts=area.is_kept,
            owner=asked.owner,
        )
        chosen = found.keep_only(found.picked)
        if is_clear(area, found) or (question.go_on and found.mask):
            return Part(picture, chosen) if found.mask else None
        if question.go_on or not (area.marks or is_again) or asked.request.is_inquiry:
            return None
        raise await ask_back(self._maker, picture, found, asked.owner)

    async def _find_on_copy(self, asked: Asked, picture: Image) -> Part | None:
        """Return what was drawn on a copy or a screenshot of one of the last pictures."""
        if not (asked.area.marks or asked.area.points):
            return None
        for ref in context.list_newest_pictures(asked.history, picture.file_id):
            clean = await self._load(asked, ref)
            if clean is None:
                continue
            part = await self._compare(asked, clean, picture, may_be_other=True)
            if part is not None:
                return part
        return None

    async def _build_files(self, asked: Asked, part: Part) -> FileContext:
        """Return the files with the mask, and what tells the model of it."""
        picture, found, area = part.picture, part.found, asked.area
        mask = build_mask(part, is_inverted=area.is_kept)
        model_info, tinted = self._list_model_infos()[0], None
        drawing = model_info.drawing
        if part.marked is None and (drawing is None or not drawing.has_masks):
            tinted = await self._maker.tint_area(picture.data, found.mask, owner=asked.owner)
        wish = context.find_wish_that_is_narrowed(asked.history, asked.request)
        notes = sentences.list_model_notes(
            mask,
            picture,
            wish,
            is_tinted=tinted is not None,
            is_marked=part.marked is None and not area.cells,
        )
        files = build_files(asked.files, picture, part.marked, mask, tinted)
        room = model_info.context_tokens - model_info.longest_answer
        files = await self._file_preparer.fit_masked(asked.question, files, room)
        return replace(files, area_notes=tuple(notes))
