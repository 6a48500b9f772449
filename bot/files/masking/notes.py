"""Takes apart what marks and what only explains it: words, and arrows that lead to an outline.

Works on sets of pixels only. Runs in a sandbox process.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pictures.sight import Box
from bot.files.masking.bits import find_box
from bot.files.masking.shapes import ARROW, OUTLINE, Shape

# Letters are so much lower than the largest outline, at least three, and about in one row.
_MAX_LETTER, _MIN_LETTERS = 0.4, 3
# A word: that many letters about as high in one row, near to each other, some of them without a
# hole.
_MIN_WORD, _MIN_OPEN, _SAME_ROW, _MAX_GAP = 5, 2, 0.35, 0.6
# What is around the tip of an arrow that leads to an outline is in it, by that share.
_MIN_SHARED = 0.1


def drop_notes(shapes: list[Shape]) -> list[Shape]:
    """Return the shapes but for words next to an outline and arrows that lead to it."""
    outlines = [shape for shape in shapes if shape.kind == OUTLINE]
    if not outlines:
        return shapes
    largest = max(outlines, key=lambda shape: int(shape.area.sum()))
    high = _MAX_LETTER * _measure_height(find_box(largest.area))
    boxes = [find_box(shape.strokes) for shape in shapes]
    small = [box for box in boxes if _measure_height(box) < high]
    return [
        shape
        for shape, box in zip(shapes, boxes, strict=True)
        if shape is largest
        or not (
            (box in small and _count_in_row(box, small) >= _MIN_LETTERS)
            or (shape.kind == ARROW and _is_led_by(shape, largest))
        )
    ]


def drop_words(shapes: list[Shape]) -> list[Shape]:
    """Return the shapes but for a row of letters, of which some enclose nothing."""
    boxes = [find_box(shape.strokes) for shape in shapes]
    rows = [
        [number for number, other in enumerate(boxes) if _is_beside(box, other)] for box in boxes
    ]
    letters = {
        number
        for row in rows
        if len(row) >= _MIN_WORD and sum(shapes[one].kind != OUTLINE for one in row) >= _MIN_OPEN
        for number in row
        if _measure_gap(number, row, boxes) <= _MAX_GAP * _measure_height(boxes[number])
    }
    return [shape for number, shape in enumerate(shapes) if number not in letters]


def _is_beside(box: Box, other: Box) -> bool:
    """Whether two boxes are in one row and about as high."""
    height = _measure_height(box)
    away = (abs(box[1] - other[1]), abs(box[3] - other[3]))
    return max(away) <= _SAME_ROW * height


def _measure_gap(number: int, row: Sequence[int], boxes: Sequence[Box]) -> int:
    """Return how far a box is from the nearest other one of its row."""
    left, _, right, _ = boxes[number]
    return min(
        max(boxes[other][0] - right, left - boxes[other][2]) for other in row if other != number
    )


def _is_led_by(arrow: Shape, outline: Shape) -> bool:
    return float((arrow.area & outline.area).sum()) > _MIN_SHARED * float(arrow.area.sum())


def _measure_height(box: Box) -> int:
    return box[3] - box[1]


def _count_in_row(box: Box, boxes: Sequence[Box]) -> int:
    """Return how many boxes, with this one, are about in one row with it and as high."""
    middle, height = (box[1] + box[3]) / 2, _measure_height(box)
    return sum(
        abs((one[1] + one[3]) / 2 - middle) <= max(height, _measure_height(one))
        and _measure_height(one) <= 3 * height
        and height <= 3 * _measure_height(one)
        for one in boxes
    )
