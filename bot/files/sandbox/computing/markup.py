"""Draws Mermaid, DOT and formulas that stand in answers. Runs in a sandbox process.

Whatever the code says, it becomes an SVG first, which loses all that leads elsewhere (see
`bot.files.readers.vector.svg`), and then pixels. See `bot.files.markup_drawer` for the side of the
service.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageOps

from bot.files.sandbox.computing.dot import draw_dot
from bot.files.sandbox.computing.formulas import draw_formula
from bot.files.sandbox.computing.mermaid import draw_mermaid
from bot.files.sandbox.pipe import Header, Message
from bot.markup.code_blocks import BlockKind
from bot.markup.faults import BrokenMarkupError, UnknownMarkupError

_MARGIN_SHARE = 40
_DRAWERS: Mapping[BlockKind, Callable[[str], Image.Image]] = {
    BlockKind.MERMAID: draw_mermaid,
    BlockKind.DOT: draw_dot,
    BlockKind.FORMULA: draw_formula,
}


def draw_block(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return a PNG on white of one block, or what is wrong with it in the parser's words.

    No picture and no fault: it is nothing that can be drawn here.
    """
    try:
        picture = _DRAWERS[BlockKind(header["kind"])](blobs[0].decode("utf-8", "replace"))
    except BrokenMarkupError as error:
        return {"fault": str(error)}, []
    except UnknownMarkupError:
        return {"fault": ""}, []
    margin = max(12, max(picture.size) // _MARGIN_SHARE)
    framed = ImageOps.expand(picture.convert("RGB"), margin, (255, 255, 255))
    out = io.BytesIO()
    framed.save(out, "PNG", compress_level=6)
    return {"fault": "", "size": list(framed.size)}, [out.getvalue()]
