"""The letters of what is drawn here: a font that is there on every machine, in many scripts."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from PIL import ImageFont


@functools.cache
def find_font_folder() -> Path | None:
    """The DejaVu fonts that come with the library for plots, found without importing it."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return folder if (folder / "DejaVuSans.ttf").is_file() else None


@functools.cache
def load_label_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of `size` pixels for labels."""
    folder = find_font_folder()
    if folder is None:
        return ImageFont.load_default(size=size)
    return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)
