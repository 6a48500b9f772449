"""Edits a picture: crop, cut, trim, pad, fit, resize, turn, flip, save. Asks no model.

Synchronous and heavy; runs in a sandbox process. Decoding, with its limits, is in
`bot.files.readers.pictures`, what operations do in `work.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.pictures.operations import EditReport, Operation, OperationKind, Step
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.compressing import Compressed, compress
from bot.files.editing.encoding import choose_extension, encode
from bot.files.editing.opening import OpenedPicture
from bot.files.editing.work import Work


@dataclass(frozen=True, slots=True)
class Edited:
    """The bytes of a picture with its file ending, and what was done to it."""

    data: bytes = field(repr=False)
    extension: str
    report: EditReport


def edit(
    name: str,
    opened: OpenedPicture,
    operations: Sequence[Operation],
    earlier: Sequence[Operation] = (),
) -> Edited:
    """Do `operations` in order. All metadata is dropped, but for the dpi of a print where no pixel
    is scaled. Raises `UnreadableError`.

    `earlier` are those that made the picture which is edited of the one that is opened: they are
    done again, and not told.
    """
    work = Work(name, opened)
    for operation in earlier:
        work.run(operation)
    if earlier:
        work.forget_steps()
    before = work.size
    # How it is printed holds for all pixels that it has in the end.
    for operation in sorted(operations, key=lambda one: one.kind is OperationKind.PRINT):
        work.run(operation)
    work.finish()
    all_of_them = (*earlier, *operations)
    wanted = [one.extension for one in all_of_them if one.kind is OperationKind.CONVERT]
    extension = wanted[-1] if wanted else choose_extension(opened.mimetype, work.picture)
    saved = _save(name, work, extension, all_of_them)
    steps = [*work.steps, *([Step.ON_WHITE] if saved.is_flattened else [])]
    steps += [Step.SHRUNK] if saved.picture is not work.picture else []
    steps += [Step.COARSER] if saved.is_coarser else []
    after = PictureSize(*saved.picture.size, work.dpi)
    report = EditReport(before, after, tuple(dict.fromkeys(steps)), work.wanted)
    return Edited(saved.data, saved.extension, report)


def _save(name: str, work: Work, extension: str, operations: Sequence[Operation]) -> Compressed:
    limits = [one.max_bytes for one in operations if one.kind is OperationKind.COMPRESS]
    dpi = work.dpi or work.own_dpi
    if limits:
        return compress(name, work.picture, extension, dpi, limits[-1])
    data, is_flattened = encode(name, work.picture, extension, dpi)
    return Compressed(data, extension, work.picture, is_flattened)
