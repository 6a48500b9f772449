"""Says what was done to a picture: under a drawn one, and with one that was edited. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.messages import Message, MessageList
from bot.domain.pictures.operations import EditReport, Operation, OperationKind, Step
from bot.domain.pictures.sizes import MAX_MADE_SIDE

_STEPS = {
    Step.CROPPED: Message("cropped around what stands out"),
    Step.MOSTLY_CROPPED: Message("cropped around what stands out"),
    Step.PADDED: Message("with margins"),
    Step.ENLARGED: Message("enlarged"),
    Step.SHRUNK: Message("made smaller"),
    Step.TURNED: Message("turned"),
    Step.MIRRORED: Message("mirrored"),
    Step.TRIMMED: Message("without its border"),
    Step.CUT: Message("with a part cut off"),
    Step.GREY: Message("in grey"),
    Step.STRAIGHT: Message("straightened, with the corners cut off"),
    Step.COARSER: Message("saved with less detail"),
    Step.METADATA: Message("without the data about camera and place that was in it"),
    Step.FIRST_FRAME: Message("the first frame only"),
    Step.FIRST_PAGE: Message("the first page only"),
    Step.ON_WHITE: Message("on white, as JPEG knows no transparency"),
}
_EDITED = "{source} is now v{version}: {width:,} × {height:,} pixels, {steps}."
_UNCHANGED = "{source} is now v{version}: {width:,} × {height:,} pixels."
_ALREADY = (
    "{source} is like that already, with {width:,} × {height:,} pixels, so I left it as it is."
)
_NO_BORDER = (
    "{source} has no border of one colour that I could cut off, so I left it as it is. Say how"
    " much goes, as in “cut 20 px off each side”."
)
_ENLARGED_BEFORE = (
    "{source} was enlarged before. More than twice as wide and high as what it was made of would"
    " only blur it, so I left it as it is."
)
_FILE_SIZE = "The file has {after:,} KB now, and had {before:,} KB."
_NOT_SMALLER = "{source} has {before:,} KB, and I cannot make it smaller without harm."
_SMALL_ENOUGH = "{source} has {before:,} KB already, so I left it as it is."
_MOSTLY_CROPPED = (
    "More than half of it is cut off for that shape; to keep all of it, with margins, write “pad"
    " {source} to {shape}”."
)
_PRINT = "Its file says {dpi} dpi: printed, that is {width:.1f} × {height:.1f} cm."
_STRIPPED = "Nothing but its pixels is in it."
_SHORT = "More than twice as wide and high would only blur it, so I stopped there."
_SHORT_PRINT = (
    "More than twice as wide and high would only blur it, so I stopped there: printed in that size"
    " it has {dpi} dpi."
)
_LIMITED = "I make pictures up to {limit:,} pixels a side, so I stopped there."
_LIMITED_PRINT = (
    "I make pictures up to {limit:,} pixels a side, so I stopped there: printed in that size it has"
    " {dpi} dpi."
)
_FITTED = (
    "_The model drew {before_width:,} × {before_height:,} pixels; I made {width:,} × {height:,} of"
    " it: {steps}._"
)
_FITTED_SHORT = (
    "_The model drew {before_width:,} × {before_height:,} pixels; I made {width:,} × {height:,} of"
    " it: {steps}. You asked for {wanted_width:,} × {wanted_height:,}, and more than twice as wide"
    " and high would only blur it._"
)
_FITTED_PRINT = (
    "_The model drew {before_width:,} × {before_height:,} pixels; I made {width:,} × {height:,} of"
    " it: {steps}. You asked for {wanted_width:,} × {wanted_height:,}, and more than twice as wide"
    " and high would only blur it: printed in that size it has {dpi} dpi._"
)
_FITTED_LIMITED = (
    "_The model drew {before_width:,} × {before_height:,} pixels; I made {width:,} × {height:,} of"
    " it: {steps}. You asked for {wanted_width:,} × {wanted_height:,}, and I make pictures up to"
    " {limit:,} pixels a side._"
)
_FITTED_LIMITED_PRINT = (
    "_The model drew {before_width:,} × {before_height:,} pixels; I made {width:,} × {height:,} of"
    " it: {steps}. You asked for {wanted_width:,} × {wanted_height:,}, and I make pictures up to"
    " {limit:,} pixels a side: printed in that size it has {dpi} dpi._"
)
# Of a drawn picture these are not worth telling.
_QUIET_STEPS = {Step.METADATA, Step.FIRST_FRAME, Step.FIRST_PAGE}


def is_unchanged(operations: Sequence[Operation], report: EditReport) -> bool:
    """Whether operations left a picture as it was: it had that shape and size already."""
    kinds = {operation.kind for operation in operations}
    return (
        not kinds & {OperationKind.STRIP, OperationKind.CONVERT, OperationKind.COMPRESS}
        and set(report.steps) <= {Step.METADATA}
        and report.before == report.after.sides
        and not report.after.dpi
    )


def format_unchanged(source: str, operations: Sequence[Operation], report: EditReport) -> Message:
    """Say that `source` was left as it was."""
    if report.wanted is not None:
        return Message(_ENLARGED_BEFORE, source=source)
    if {one.kind for one in operations} == {OperationKind.TRIM}:
        return Message(_NO_BORDER, source=source)
    width, height = report.before
    return Message(_ALREADY, source=source, width=width, height=height)


def format_edit(
    source: str, version: int, operations: Sequence[Operation], report: EditReport
) -> Message:
    """Say what came of `operations` on `source`, which is a version or a file's name."""
    steps = MessageList([_STEPS[step] for step in report.steps], ", ")
    told: Message = Message(
        _EDITED if report.steps else _UNCHANGED,
        source=source,
        version=version,
        width=report.after.width,
        height=report.after.height,
        steps=steps,
    )
    if Step.MOSTLY_CROPPED in report.steps:
        told = MessageList([told, _offer_margins(source, operations, report)], " ")
    if any(operation.kind is OperationKind.PRINT for operation in operations):
        told = MessageList([told, _format_print(report)], " ")
    is_stripped = any(operation.kind is OperationKind.STRIP for operation in operations)
    if is_stripped and Step.METADATA not in report.steps:
        told = MessageList([told, Message(_STRIPPED)], " ")
    if report.wanted is None:
        return told
    dpi = report.after.dpi
    if _is_limited(report):
        short = Message(_LIMITED_PRINT if dpi else _LIMITED, dpi=dpi, limit=MAX_MADE_SIDE)
    else:
        short = Message(_SHORT_PRINT if dpi else _SHORT, dpi=dpi)
    return MessageList([told, short], " ")


def _format_print(report: EditReport) -> Message:
    width, height = (2.54 * side / max(1, report.after.dpi) for side in report.after.sides)
    return Message(_PRINT, dpi=report.after.dpi, width=width, height=height)


def _offer_margins(source: str, operations: Sequence[Operation], report: EditReport) -> Message:
    """Say how to keep what a crop cuts off."""
    size, ratio = report.after, None
    for operation in operations:
        if operation.kind is OperationKind.CROP:
            size, ratio = operation.size or size, operation.shape
    width, height = ratio or size.sides
    shape = f"{width}:{height}" if ratio else f"{width}x{height}"
    return Message(_MOSTLY_CROPPED, source=source, shape=shape)


def format_file_size(before: int, after: int) -> Message:
    """Say how large a file was and is, in bytes."""
    return Message(_FILE_SIZE, before=_count_kb(before), after=_count_kb(after))


def format_not_smaller(source: str, before: int) -> Message:
    """Say that a file stays as large as it is."""
    return Message(_NOT_SMALLER, source=source, before=_count_kb(before))


def format_small_enough(source: str, before: int) -> Message:
    """Say that a file is as small as it was to become."""
    return Message(_SMALL_ENOUGH, source=source, before=_count_kb(before))


def _count_kb(size: int) -> int:
    return -(-size // 1000)


def _is_limited(report: EditReport) -> bool:
    """Whether a picture is smaller than wanted as none is made larger, not to keep it sharp."""
    return max(report.after.sides) == MAX_MADE_SIDE


def format_fit(report: EditReport) -> Message | None:
    """Say what was done to a drawn picture; None where it came as it was wanted."""
    steps = [step for step in report.steps if step not in _QUIET_STEPS]
    if not steps:
        return None
    wanted, dpi = report.wanted or report.after, report.after.dpi
    values: dict[str, Any] = {
        "before_width": report.before[0],
        "before_height": report.before[1],
        "width": report.after.width,
        "height": report.after.height,
        "steps": MessageList([_STEPS[step] for step in steps], ", "),
        "wanted_width": wanted.width,
        "wanted_height": wanted.height,
        "dpi": dpi,
        "limit": MAX_MADE_SIDE,
    }
    if report.wanted is None:
        return Message(_FITTED, **values)
    if _is_limited(report):
        return Message(_FITTED_LIMITED_PRINT if dpi else _FITTED_LIMITED, **values)
    return Message(_FITTED_PRINT if dpi else _FITTED_SHORT, **values)
