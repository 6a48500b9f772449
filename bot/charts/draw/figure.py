"""Opens a figure in a process that may write no file, and writes it as PNG and SVG."""

from __future__ import annotations

import functools
import io
import logging
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

# Told apart by colour-blind people, too (Okabe and Ito, "Color universal design"), then lighter
# and darker ones of the same.
COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#4D4D4D",
    "#7FB8D8", "#F2CF80", "#80CEB9", "#E5BCD3",
)  # fmt: skip
QUIET, GRID, PAPER = "#595959", "#E3E3E3", "#FFFFFF"
HATCHES = ("", "", "", "", "", "", "", "", "///", "\\\\\\", "...", "xxx")
_DPI, _NO_FOLDER = 150, "/nonexistent/easel"
_FONTS = (
    "Noto Sans CJK JP", "Noto Sans JP", "Noto Sans CJK SC", "IPAexGothic", "IPAGothic",
    "TakaoGothic", "VL Gothic", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
    "Noto Sans Thai",
)  # fmt: skip


_MORE_FONTS = dict[str, None]()


def load_library() -> Any:
    """Import matplotlib where nothing can be written: it wants a folder for its cache of fonts."""
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    os.environ["MPLCONFIGDIR"] = _NO_FOLDER
    with mock.patch.object(tempfile, "mkdtemp", return_value=_NO_FOLDER):
        import matplotlib as mpl
        from matplotlib import font_manager  # noqa: F401 - looks for the fonts, and keeps them
        from matplotlib.backends import backend_agg, backend_svg  # noqa: F401 - loaded here
    return mpl


def add_fonts(paths: Iterable[str]) -> None:
    """Let labels be written with these fonts too, where the others lack a letter."""
    _MORE_FONTS.update(dict.fromkeys(paths))


def choose_fonts(texts: Iterable[str]) -> list[str]:
    """Return the families that have the letters of `texts`: few, because each is held open."""
    families = ["DejaVu Sans"]
    for letter in sorted(set("".join(texts))):
        path = _find_font(letter)
        if path is not None and (family := _add_font(path)) and family not in families:
            families.append(family)
    return families


def can_write(text: str) -> bool:
    """Whether the fonts have all letters of `text`."""
    return text.isascii() or all(_find_font(c) is not None for c in text if not c.isspace())


@functools.cache
def _find_font(letter: str) -> str | None:
    """Return the first font that has `letter`, None where none has it."""
    return next((path for path in _list_paths() if ord(letter) in _read_letters(path)), None)


def _list_paths() -> Iterator[str]:
    from matplotlib import font_manager

    yield font_manager.findfont("DejaVu Sans")
    installed = set(font_manager.get_font_names())
    yield from (font_manager.findfont(name) for name in _FONTS if name in installed)
    yield from _MORE_FONTS


@functools.cache
def _read_letters(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError, ValueError):
        return frozenset()


@functools.cache
def _add_font(path: str) -> str:
    """Return the family of a font that matplotlib knows from now on; "" if it cannot be read."""
    from matplotlib import font_manager

    try:
        font_manager.fontManager.addfont(path)
    except (OSError, RuntimeError, ValueError):
        return ""
    return str(font_manager.fontManager.ttflist[-1].name)


@contextmanager
def open_figure(width: float, height: float, texts: Iterable[str]) -> Iterator[Any]:
    """Yield a figure of this size in inches, on which `texts` can be written."""
    mpl = load_library()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: Any = {
        "font.family": choose_fonts(texts), "text.parse_math": False, "axes.axisbelow": True,
        "axes.unicode_minus": True, "font.size": 11, "svg.fonttype": "none",
        "svg.hashsalt": "easel", "axes.edgecolor": QUIET, "hatch.linewidth": 0.6,
    }  # fmt: skip
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
        FigureCanvasAgg(figure)
        yield figure


def write_figure(figure: Any) -> tuple[bytes, bytes]:
    """Return a figure as PNG and as SVG."""
    png, svg = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", dpi=_DPI, facecolor=PAPER, metadata={"Software": None})
    figure.savefig(svg, format="svg", facecolor=PAPER, metadata={"Date": None, "Creator": None})
    return png.getvalue(), svg.getvalue()


def clean_axes(axes: Any) -> None:
    """Take away the lines that show nothing."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, colors="#333333")
    axes.set_facecolor(PAPER)
