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
def list_font_folders() -> tuple[Path, ...]:
    """Return the folders of all fonts that come along: DejaVu, and one for Japanese."""
    spec = importlib.util.find_spec("matplotlib_fontja")
    japanese = Path(spec.origin).parent / "fonts" if spec and spec.origin else None
    return tuple(folder for folder in (find_font_folder(), japanese) if folder is not None)


@functools.cache
def list_font_files() -> tuple[str, ...]:
    """Return the fonts to draw with: DejaVu, then those for signs that it lacks."""
    folders = list_font_folders()
    names = [*(folder.glob("DejaVu*.ttf") for folder in folders)]
    names += [folder.glob("ipaex*.ttf") for folder in folders]
    return tuple(str(path) for found in names for path in sorted(found))


@functools.cache
def load_label_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load the font for labels, `size` pixels high."""
    folder = find_font_folder()
    if folder is None:
        return ImageFont.load_default(size=size)
    return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)
