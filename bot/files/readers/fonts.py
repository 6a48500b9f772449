"""Finds the font for labels and drawings: it has many scripts and is available everywhere."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from PIL import ImageFont


@functools.cache
def find_font_folder() -> Path | None:
    """Find the DejaVu fonts that come with matplotlib, without importing it."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return folder if (folder / "DejaVuSans.ttf").is_file() else None


@functools.cache
def load_label_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load the font for labels, `size` pixels high."""
    folder = find_font_folder()
    if folder is None:
        return ImageFont.load_default(size=size)
    return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)
