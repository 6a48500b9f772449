"""What can be done to a picture without a model, and what was done. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from bot.domain.pictures.sizes import PictureSize

FORMATS = ("jpg", "png", "webp")


class OperationKind(StrEnum):
    """One thing that is done to a picture."""

    CROP = "crop"  # to a shape or a size, with the subject kept
    CUT = "cut"  # an amount off each side
    TRIM = "trim"  # a border of one colour off
    PAD = "pad"  # to a shape or a size, with margins; or by an amount on each side
    FIT = "fit"  # to a size, by whichever of the two keeps more
    RESIZE = "resize"
    ROTATE = "rotate"
    STRAIGHTEN = "straighten"  # by some degrees, with the corners cut off
    FLIP = "flip"
    GREY = "grey"
    PRINT = "print"  # how many of its pixels are an inch; none of them changes
    STRIP = "strip"
    CONVERT = "convert"
    COMPRESS = "compress"  # to a number of bytes at most, or as small as it still looks well


Edges: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; of the other fields each kind has its own.

    `size` is exact, `shape` only a ratio (16, 9). Of a resize to one side, the other is 0 in
    `shape`; with both, these are the most that its sides may have. `is_limit`: what is smaller
    stays so. `percent` is of the size, `degrees` are clockwise, `is_vertical` flips upside down.
    `colour` is that of margins: #rrggbb, `transparent`, or "" for one that suits the picture; of a
    trimmed border, "" for any. `extension` is one of `FORMATS`. `edges` are what is cut off or
    added on the left, top, right and bottom: below 1 a share of the side, else pixels; what is cut
    may be negative, which is all but that. With `max_bytes` of 0 the smallest file is wanted. `dpi`
    is that of a print.
    """

    kind: OperationKind
    size: PictureSize | None = None
    shape: tuple[int, int] | None = None
    percent: int = 0
    degrees: float = 0
    is_vertical: bool = False
    colour: str = ""
    extension: str = ""
    edges: Edges | None = None
    max_bytes: int = 0
    is_limit: bool = False
    dpi: int = 0

    def serialize(self) -> dict[str, Any]:
        """Return the operation as JSON has it."""
        return asdict(self)


def parse_operation(values: Mapping[str, Any]) -> Operation:
    """Read what `serialize` returned."""
    size, shape = values["size"], values["shape"]
    return Operation(
        OperationKind(values["kind"]),
        None if size is None else PictureSize(**size),
        None if shape is None else (shape[0], shape[1]),
        values["percent"],
        values["degrees"],
        values["is_vertical"],
        values["colour"],
        values["extension"],
        _parse_edges(values["edges"]),
        values["max_bytes"],
        values["is_limit"],
        values["dpi"],
    )


def _parse_edges(values: Sequence[float] | None) -> Edges | None:
    if values is None:
        return None
    left, top, right, bottom = values
    return left, top, right, bottom


class Step(StrEnum):
    """Something that was done to a picture on the way, and is told."""

    CROPPED = "cropped"
    MOSTLY_CROPPED = "mostly cropped"
    PADDED = "padded"
    ENLARGED = "enlarged"
    SHRUNK = "shrunk"
    TURNED = "turned"
    MIRRORED = "mirrored"
    METADATA = "metadata"
    TRIMMED = "trimmed"
    CUT = "cut"
    GREY = "grey"
    STRAIGHT = "straight"
    COARSER = "coarser"
    FIRST_FRAME = "first frame"
    FIRST_PAGE = "first page"
    ON_WHITE = "on white"


@dataclass(frozen=True, slots=True)
class EditReport:
    """What was done to a picture of `before` pixels, and what came of it.

    `wanted` is the size that was asked for where it would have taken more than twice the pixels
    there are, or more than are made.
    """

    before: tuple[int, int]
    after: PictureSize
    steps: tuple[Step, ...] = ()
    wanted: PictureSize | None = None


def serialize_report(report: EditReport) -> dict[str, Any]:
    """Return the report as JSON has it."""
    wanted = report.wanted
    return {
        "before": list(report.before),
        "after": [report.after.width, report.after.height, report.after.dpi],
        "steps": [step.value for step in report.steps],
        "wanted": None if wanted is None else [wanted.width, wanted.height, wanted.dpi],
    }


def parse_report(values: Mapping[str, Any]) -> EditReport:
    """Read what `serialize_report` returned, or raise `ValueError`, `TypeError`, `LookupError`."""
    width, height = (int(side) for side in values["before"])
    wanted = values["wanted"]
    return EditReport(
        (width, height),
        PictureSize(*(int(part) for part in values["after"])),
        tuple(Step(step) for step in values["steps"][: len(Step)]),
        None if wanted is None else PictureSize(*(int(part) for part in wanted)),
    )


@dataclass(frozen=True, slots=True)
class PaletteColour:
    """A colour of a picture as #rrggbb, and the share of the picture that has it."""

    hex: str
    share: float


# What is done to a file, and not to what it shows.
_OF_FILES = frozenset((OperationKind.PRINT, OperationKind.COMPRESS))


@dataclass(frozen=True, slots=True)
class EditPicture:
    """`crop v2 to 16:9`, `v2 --rotate 90 --flip`, “flip the second picture”.

    The picture is that of `version`, or the one at `position` of several, from 0; -1 or neither
    means the newest. `names` are those of files, of which `position` is one of that name. `page` is
    that of a file with several, from 1, -1 the last, 0 none. `versions` are several, `is_all` means
    all that came together, and `is_pair` that these are two. `is_of_photo`: “it” may be what the
    picture shows, so that only one that was sent is meant, whose things cannot be changed by words.
    """

    operations: tuple[Operation, ...]
    version: int | None = None
    position: int | None = None
    names: tuple[str, ...] = ()
    page: int = 0
    versions: tuple[int, ...] = ()
    is_all: bool = False
    is_pair: bool = False
    is_of_photo: bool = False

    @property
    def is_wish(self) -> bool:
        """Whether a model could be meant, of a picture that it drew; it makes no file smaller and
        sets no dpi."""
        return self.is_of_photo and not any(one.kind in _OF_FILES for one in self.operations)


@dataclass(frozen=True, slots=True)
class ShowPalette:
    """`palette of v2`. The picture is named as that of an `EditPicture`."""

    version: int | None = None
    count: int = 6
    position: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparePixels:
    """`difference between v1 and v2`; `is_overlay`: `overlay v1 and v2`.

    The pictures are those of `versions`, at `positions` of several, or with these `names`; without
    any the newest two are meant.
    """

    versions: tuple[int, int] | None = None
    is_overlay: bool = False
    positions: tuple[int, int] | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowGrid:
    """`grid v2`: the picture with its numbered grid. Without a `version` the newest is meant."""

    version: int | None = None
    position: int | None = None
    names: tuple[str, ...] = ()


PictureEdit = EditPicture | ShowPalette | ComparePixels | ShowGrid


def list_sources(versions: Sequence[int]) -> str:
    """Return versions as `made_from` names them."""
    return ", ".join(f"v{version}" for version in versions)


def is_same_at_each_scale(operation: Operation) -> bool:
    """Whether an operation does the same to a picture that is to be made smaller as to the small
    one: none that counts pixels, and none that makes a large picture larger still."""
    match operation.kind:
        case OperationKind.ROTATE:
            return operation.degrees % 90 == 0
        case OperationKind.CUT:
            return all(abs(edge) < 1 for edge in operation.edges or ())
        case OperationKind.PAD:
            return operation.size is not None
        case kind:
            return kind is not OperationKind.STRAIGHTEN


def compute_resized_sides(size: tuple[int, int], operation: Operation) -> tuple[float, float]:
    """Return the sides that a resize to one side, or within two, wants."""
    width, height = size
    columns, rows = operation.shape or size
    if not (columns and rows):
        scale = columns / width if columns else rows / height
        return columns or width * scale, rows or height * scale
    scale = min(columns / width, rows / height)
    scale = min(scale, 1.0) if operation.is_limit else scale
    return width * scale, height * scale
