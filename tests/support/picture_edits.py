"""Changes pictures as a sandbox process does, without one."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from bot.domain.pictures.operations import Operation, OperationKind
from bot.files.editing.edits import Edited, edit
from bot.files.editing.opening import open_picture

CROP, PAD, FIT = OperationKind.CROP, OperationKind.PAD, OperationKind.FIT
RESIZE, ROTATE, FLIP = OperationKind.RESIZE, OperationKind.ROTATE, OperationKind.FLIP
STRIP, CONVERT = OperationKind.STRIP, OperationKind.CONVERT


def draw(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Draw a picture whose upper left quarter is red."""
    picture = Image.new("RGB", (width, height), (230, 230, 240))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(255, 0, 0))
    return picture.convert(mode)


def run(data: bytes, *operations: Operation) -> Edited:
    return edit("a.png", open_picture("a.png", data), operations)


def load(edited: Edited) -> Image.Image:
    return Image.open(io.BytesIO(edited.data))
