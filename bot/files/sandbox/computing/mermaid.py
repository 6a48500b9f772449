"""Draws Mermaid by `mmdr`, which follows Mermaid's own parser. Runs in a sandbox process."""

from __future__ import annotations

import re

from PIL import Image

from bot.files.readers.vector.svg import draw_on_white
from bot.markup.faults import BrokenMarkupError, UnknownMarkupError
from bot.markup.mermaid import is_perhaps_newer, prepare_mermaid

_PREFIX = re.compile(r"^Diagram parse error(?: \([\w.-]+\))?: ")


def draw_mermaid(code: str) -> Image.Image:
    """Raises `BrokenMarkupError` with the parser's message, `UnknownMarkupError`."""
    import mmdr

    try:
        svg = mmdr.render(prepare_mermaid(code)).svg()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except ValueError as error:
        message = str(error)
        if "diagram type" in message and is_perhaps_newer(code):
            raise UnknownMarkupError(message) from error
        raise BrokenMarkupError(_PREFIX.sub("", message)) from error
    except BaseException as error:  # a panic of the library is not an Exception
        raise UnknownMarkupError(type(error).__name__) from error
    return draw_on_white("diagram.svg", svg.encode("utf-8", "replace"))
