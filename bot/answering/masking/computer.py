"""Finds the part of a picture that a question is about, and makes its mask.

Where it is not clear which part is meant, asks back with what was found, which costs nothing. See
`bot.files.masking` for the pixels, and `surroundings.py` for what is put back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.answering.computing.computation import Computation
from bot.answering.masking import context, sentences
from bot.answering.masking.material import build_files
from bot.domain.conversation import ThreadHistory
from bot.domain.errors import ChoiceNeeded, EaselError, UserError
from bot.domain.files import FileContext, FileRef, GeneratedFile, Image
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.pictures.areas import EditMask, MarkedArea, plan_grid
from bot.domain.questions import Question
from bot.files.masking.maker import FoundAreas, MaskMaker
from bot.files.masking.names import AREAS_STEM, GRID_ALT, GRID_STEM, build_preview_name
from bot.files.preparer import FilePreparer, build_person_owner
from bot.files.sandbox.pool import TaskOwner
from bot.observability.error_codes import get_error_code
from bot.request.parse import ParsedRequest

log = structlog.get_logger(__name__)

# What is found by colour alone is taken without asking from this weight on.
_CLEAR_WEIGHT, _POINTED_WEIGHT = 0.75, 0.85


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
        try:
            found = await self._find(question, request, history, files)
        except UserError:
            raise
        except EaselError as error:
            log.info("no_mask", code=get_error_code(error))
            return None
        if found is None:
            return None
        picture, marked, areas = found
        return await self._build(question, request, history, files, picture, marked, areas)

    async def _find(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> tuple[Image, Image | None, FoundAreas] | None:
        """Return the picture that is changed, its marked copy, and the areas; None for no part."""
        area, owner = request.area, build_person_owner(question.asker)
        if area.cells and (not area.is_bare or context.was_grid_shown(history)):
            picture = await self._find_picture(question, history, files)
            if picture is None:
                return None
            cells = await self._mask_cells(picture, request, owner)
            return None if cells is None else (picture, None, cells)
        if (area.numbers or area.is_all) and context.were_areas_shown(history):
            ref = context.find_newest_upload(history)
            return None if ref is None else await self._choose(question, request, ref, owner)
        pair = context.find_marked_pair(files)
        if pair is not None:
            found = await self._maker.find_areas(pair[1].data, pair[0].data, owner=owner)
            return (*pair, found) if found.mask else None
        if area.marks or area.points:
            return await self._find_by_colour(question, request, history, files)
        return None

    async def _mask_cells(
        self, picture: Image, request: ParsedRequest, owner: TaskOwner
    ) -> FoundAreas | None:
        grid = plan_grid(picture.width, picture.height)
        outside = [cell for cell in request.area.cells if not grid.has_cell(cell)]
        if outside and request.area.is_bare:
            return None
        if outside:
            raise UserError(
                "no such cell",
                user_message=Message(
                    sentences.NO_SUCH_CELL,
                    name=picture.label,
                    cell=outside[0].name,
                    last=grid.last_cell.name,
                ),
            )
        boxes = [grid.get_shares(cell) for cell in request.area.cells]
        return await self._maker.mask_cells(picture.data, boxes, owner=owner)

    async def _choose(
        self, question: Question, request: ParsedRequest, ref: FileRef, owner: TaskOwner
    ) -> tuple[Image, Image | None, FoundAreas] | None:
        """Return the areas that were chosen by their numbers, found again as they were shown."""
        picture = await self._file_preparer.load_picture(question.thread, ref, question.asker)
        if picture is None:
            return None
        numbers = request.area.numbers
        found = await self._maker.find_areas(picture.data, numbers=numbers, owner=owner)
        count = len(found.areas)
        if count and any(number > count for number in numbers):
            message = Message(
                sentences.NO_SUCH_AREA,
                plural=sentences.NO_SUCH_AREAS,
                name=picture.label,
                count=count,
                number=max(numbers),
            )
            raise UserError("no such area", user_message=message)
        chosen = tuple(
            area for number, area in enumerate(found.areas, 1) if not numbers or number in numbers
        )
        return (picture, None, replace(found, areas=chosen)) if found.mask else None

    async def _find_by_colour(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
    ) -> tuple[Image, Image | None, FoundAreas] | None:
        """Find marks on a picture without its original; ask back where that is unclear."""
        picture = context.find_whole_picture(files.new_images)
        if picture is None and request.area.marks:
            ref = context.find_newest_upload(history)
            if ref is not None:
                thread, asker = question.thread, question.asker
                picture = await self._file_preparer.load_picture(thread, ref, asker)
        if picture is None:
            return None
        owner = build_person_owner(question.asker)
        found = await self._maker.find_areas(picture.data, shows=True, owner=owner)
        if _is_clear(request, found.areas) or (question.go_on and found.mask):
            return picture, None, found
        if question.go_on or not request.area.marks or request.is_inquiry:
            return None
        raise await self._ask_back(picture, found, owner)

    async def _ask_back(self, picture: Image, found: FoundAreas, owner: TaskOwner) -> ChoiceNeeded:
        """Return the question which area is meant, with the areas or the grid on the picture."""
        name, count = picture.name, len(found.areas)
        if count and found.preview:
            text = sentences.build_choice(name, count)
            alt_text = Message(sentences.AREAS_ALT, plural=sentences.AREAS_ALTS, name=name,
                               count=count)  # fmt: skip
            preview, mimetype, stem = found.preview, "image/jpeg", AREAS_STEM
        else:
            drawn = await self._maker.draw_grid(name, picture.data, owner=owner)
            text = Message(sentences.NO_MARKS, name=name)
            alt_text = Message(GRID_ALT, name=name)
            preview, mimetype, stem = drawn.data, drawn.mimetype, GRID_STEM
        file_name = build_preview_name(stem, name, mimetype)
        file = GeneratedFile(file_name, mimetype, preview, alt_text=alt_text)
        return ChoiceNeeded("which area", user_message=text, attachments=(file,))

    async def _find_picture(
        self, question: Question, history: ThreadHistory, files: FileContext
    ) -> Image | None:
        """Return the picture that cells are named of: the question's, the named, or the newest."""
        for images in (files.new_images, files.earlier_images):
            picture = context.find_whole_picture(images)
            if picture is not None:
                return picture
        ref = context.find_newest_picture(history)
        if ref is None or question.files:
            return None
        return await self._file_preparer.load_picture(question.thread, ref, question.asker)

    async def _build(
        self,
        question: Question,
        request: ParsedRequest,
        history: ThreadHistory,
        files: FileContext,
        picture: Image,
        marked: Image | None,
        found: FoundAreas,
    ) -> Computation:
        mask = EditMask(
            found.mask,
            found.width,
            found.height,
            picture.file_id,
            picture.name,
            picture.data,
            tuple(area.box for area in found.areas),
        )
        tinted = None
        drawing = self._list_model_infos()[0].drawing
        if marked is None and (drawing is None or not drawing.has_masks):
            owner = build_person_owner(question.asker)
            tinted = await self._maker.tint_area(picture.data, found.mask, owner=owner)
        wish = context.find_earlier_wish(history, request.area) if request.area.chooses else ""
        is_marked = marked is None and not request.area.cells
        files = build_files(files, picture, marked, mask, tinted)
        notes = sentences.list_model_notes(
            mask, picture, wish, is_tinted=tinted is not None, is_marked=is_marked
        )
        return Computation(replace(files, area_notes=tuple(notes)))


def _is_clear(request: ParsedRequest, areas: Sequence[MarkedArea]) -> bool:
    """Whether no doubt is left which of the areas that were found by colour are meant."""
    if not areas:
        return False
    weights = [area.weight for area in areas]
    if request.area.points:
        return len(areas) == 1 and weights[0] >= _POINTED_WEIGHT
    # Strokes of a brush belong together; outlines do if the words say that there are several.
    is_one = len(areas) == 1 or all(area.kind == "brush" for area in areas)
    return (is_one or request.area.is_plural) and min(weights) >= _CLEAR_WEIGHT
