"""A picture on its way through several operations, and what was done to it. Asks no model.

Synchronous and heavy; runs in a sandbox process. Which part a crop keeps is in `saliency.py`, what
is cut off in `cutting.py`.
"""

from __future__ import annotations

import math

from PIL import Image

from bot.domain.pictures.operations import (
    Edges,
    Operation,
    OperationKind,
    Step,
    compute_resized_sides,
    is_same_at_each_scale,
)
from bot.domain.pictures.sizes import (
    MAX_ENLARGEMENT,
    MAX_MADE_SIDE,
    MIN_KEPT_SHARE,
    FitPlan,
    PictureSize,
    compute_inner_shape,
    compute_outer_shape,
    plan_fit,
    scale_sides,
)
from bot.files.editing.canvas import (
    draw_on_canvas,
    find_margin_colour,
    remove_colour,
    scale_to,
)
from bot.files.editing.cutting import (
    compute_cut,
    compute_margins,
    compute_upright,
    find_content,
)
from bot.files.editing.opening import OpenedPicture
from bot.files.editing.rotation import turn
from bot.files.editing.saliency import choose_crop
from bot.files.unreadable import build_unreadable_error

_PADS = {OperationKind.CROP: False, OperationKind.PAD: True, OperationKind.FIT: None}
# Less than this share of a side that falls off is rounding, and not told.
_ROUNDING_SHARE = 0.02


class Work:
    """A picture on its way, and what was done to it. It is made smaller at the end only."""

    def __init__(self, name: str, opened: OpenedPicture) -> None:
        self._name = name
        self.picture = opened.picture
        self.steps = list(opened.steps)
        self.dpi = 0
        self.own_dpi = opened.dpi  # that of the file, which holds while no pixel is scaled
        self.wanted: PictureSize | None = None
        # How many times larger `picture` may still become: several operations together are one.
        self._max_scale = float(MAX_ENLARGEMENT)
        self._smaller: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """The size after all that was done so far."""
        return self._smaller or self.picture.size

    def finish(self) -> None:
        """Make the picture as small as it is to be."""
        if self._smaller is not None:
            self.picture = scale_to(self.picture, self._smaller)
            self._smaller = None

    def run(self, operation: Operation) -> None:
        """Do an operation. Raises `UnreadableError`."""
        if not is_same_at_each_scale(operation):
            self.finish()
        match operation.kind:
            case OperationKind.CROP | OperationKind.PAD | OperationKind.FIT:
                self._apply_shape(operation)
            case OperationKind.CUT:
                self._apply_cut(operation.edges or (0, 0, 0, 0))
            case OperationKind.TRIM:
                self._keep(find_content(self.picture, operation.colour), Step.TRIMMED)
            case OperationKind.RESIZE:
                self._apply_resize(operation)
            case OperationKind.GREY:
                self._remove_colour()
            case OperationKind.STRIP | OperationKind.PRINT:
                self.own_dpi, self.dpi = 0, operation.dpi or self.dpi
            case _:
                self._turn(operation)

    def _turn(self, operation: Operation) -> None:
        """Turn or mirror; what is left over is done where the file is written."""
        match operation.kind:
            case OperationKind.ROTATE if degrees := operation.degrees % 360:
                self._turn_by(degrees, operation.colour)
                self.steps.append(Step.TURNED)
            case OperationKind.STRAIGHTEN:
                self._straighten(operation.degrees)
            case OperationKind.FLIP:
                way = Image.Transpose.FLIP_LEFT_RIGHT
                if operation.is_vertical:
                    way = Image.Transpose.FLIP_TOP_BOTTOM
                self._replace(self.picture.transpose(way))
                self.steps.append(Step.MIRRORED)
            case _:
                pass  # done where the file is written

    def forget_steps(self) -> None:
        """Tell from here on."""
        self.steps, self.wanted = [], None

    def _apply_cut(self, edges: Edges) -> None:
        box = compute_cut(self.picture.size, edges)
        if box is None:
            raise build_unreadable_error(self._name, "nothing left", *self.picture.size)
        self._keep(box, Step.CUT)

    def _keep(self, box: tuple[int, int, int, int], step: Step) -> None:
        if box != (0, 0, *self.picture.size):
            self._replace(self.picture.crop(box))
            self.steps.append(step)

    def _remove_colour(self) -> None:
        plain = remove_colour(self.picture)
        if plain is not None:
            self._replace(plain)
            self.steps.append(Step.GREY)

    def _apply_shape(self, operation: Operation) -> None:
        if operation.edges is not None:
            size, place = compute_margins(self.picture.size, operation.edges)
            self._check(size)
            self._add_margins(size, operation.colour, place)
            return
        pads = _PADS[operation.kind]
        if operation.size is not None:
            plan = plan_fit(
                *self.picture.size, operation.size, pads=pads, max_scale=self._max_scale
            )
            self._apply_plan(plan, operation)
        elif operation.shape is not None:
            ratio = operation.shape[0] / operation.shape[1]
            if pads:
                self._pad_to(compute_outer_shape(*self.picture.size, ratio), operation)
            else:
                self._cut_out(compute_inner_shape(*self.picture.size, ratio))

    def _pad_to(self, canvas: tuple[int, int], operation: Operation) -> None:
        if max(canvas) <= MAX_MADE_SIDE:
            self._add_margins(canvas, operation.colour)
            return
        # Of the shape that was asked for, as large as it can be.
        size = PictureSize(*scale_sides(canvas, MAX_MADE_SIDE / max(canvas)))
        self._apply_plan(FitPlan(None, canvas, size), operation)

    def _apply_plan(self, plan: FitPlan, operation: Operation) -> None:
        if plan.crop is not None:
            self._cut_out(plan.crop)
        target = plan.size.sides
        if plan.canvas is not None:
            # Scaled before: a canvas around a large picture would be larger still.
            scale = plan.size.width / plan.canvas[0]
            inner = scale_sides(self.picture.size, scale)
            self._set_size((min(inner[0], target[0]), min(inner[1], target[1])))
            self._add_margins(target, operation.colour)
        else:
            self._set_size(target)
        self.dpi = plan.size.dpi
        self.wanted = operation.size if plan.is_short else None

    def _apply_resize(self, operation: Operation) -> None:
        width, height = self.size
        if operation.size is not None:
            self._apply_shape(Operation(OperationKind.FIT, size=operation.size))
            return
        if operation.percent:
            wanted = (width * operation.percent / 100, height * operation.percent / 100)
        else:
            whole = self.size if operation.is_limit else self.picture.size
            wanted = compute_resized_sides(whole, operation)
        target = scale_sides(wanted, 1)
        scale = min(wanted[0] / self.picture.width, wanted[1] / self.picture.height)
        if scale > self._max_scale or max(target) > MAX_MADE_SIDE:
            self.wanted = PictureSize(*target)
            most = min(self._max_scale, MAX_MADE_SIDE / max(self.picture.size))
            target = scale_sides(self.picture.size, most)
        self._set_size(target)
        # It was for another number of pixels.
        self.dpi = 0

    def _straighten(self, degrees: float) -> None:
        if degrees:
            width, height = compute_upright(self.picture.size, degrees)
            self._turn_by(degrees % 360)
            left, top = (self.picture.width - width) // 2, (self.picture.height - height) // 2
            self._keep((left, top, left + width, top + height), Step.STRAIGHT)

    def _turn_by(self, degrees: float, colour: str = "") -> None:
        if degrees % 90:
            # The diagonal is the most that a turned picture takes.
            self._check((math.ceil(math.hypot(*self.picture.size)), 1))
        self._replace(turn(self.picture, degrees, colour))

    def _cut_out(self, size: tuple[int, int]) -> None:
        width, height = self.picture.size
        if size == (width, height):
            return
        left, top = choose_crop(self.picture, size)
        if width - size[0] > _ROUNDING_SHARE * width or height - size[1] > _ROUNDING_SHARE * height:
            keeps = size[0] * size[1] >= MIN_KEPT_SHARE * width * height
            self.steps.append(Step.CROPPED if keeps else Step.MOSTLY_CROPPED)
        self._replace(self.picture.crop((left, top, left + size[0], top + size[1])))

    def _add_margins(
        self, size: tuple[int, int], colour: str, place: tuple[int, int] | None = None
    ) -> None:
        self.finish()
        if size != self.picture.size:
            margin = find_margin_colour(self.picture, colour)
            self.picture = draw_on_canvas(self.picture, size, margin, place)
            self.steps.append(Step.PADDED)

    def _set_size(self, size: tuple[int, int]) -> None:
        width, height = self.size
        if size != (width, height):
            is_larger = size[0] * size[1] > width * height
            self.steps.append(Step.ENLARGED if is_larger else Step.SHRUNK)
            self.own_dpi = 0
        if size[0] * size[1] > self.picture.width * self.picture.height:
            self._max_scale = max(1.0, self._max_scale * self.picture.width / size[0])
            self.picture = scale_to(self.picture, size)
        self._smaller = size if size != self.picture.size else None

    def _replace(self, picture: Image.Image) -> None:
        """Go on with another picture, which is to be made as many times smaller."""
        scales = [side / full for side, full in zip(self.size, self.picture.size, strict=True)]
        self.picture = picture
        if self._smaller is not None:
            self._smaller = scale_sides(picture.size, max(scales))

    def _check(self, size: tuple[int, int]) -> None:
        """Refuse a size that would be too large, before it is made."""
        if max(size) > MAX_MADE_SIDE:
            raise build_unreadable_error(self._name, "made too large", MAX_MADE_SIDE)
