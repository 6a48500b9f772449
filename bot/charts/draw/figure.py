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


def list_fonts() -> list[str]:
    """Return the fonts for the labels: with many scripts, as far as they are installed."""
    from matplotlib import font_manager

    families = [_add_font(path) for path in _MORE_FONTS]
    installed = set(font_manager.get_font_names())
    known = [name for name in _FONTS if name in installed]
    return list(dict.fromkeys(["DejaVu Sans", *known, *filter(None, families)]))


def add_fonts(paths: Iterable[str]) -> None:
    """Let labels be written with these fonts too, where the others lack a letter."""
    _MORE_FONTS.update(dict.fromkeys(paths))


@functools.cache
def _add_font(path: str) -> str:
    """Return the family of a font that matplotlib knows from now on; "" if it cannot be read."""
    from matplotlib import font_manager

    try:
        font_manager.fontManager.addfont(path)
    except (OSError, RuntimeError, ValueError):
        return ""
    return str(font_manager.fontManager.ttflist[-1].name)


def can_write(text: str) -> bool:
    """Whether the fonts have all letters of `text`."""
    if text.isascii():
        return True
    from matplotlib import font_manager

    fonts = [font_manager.get_font(font_manager.findfont(name)) for name in list_fonts()]
    return all(any(font.get_char_index(ord(c)) for font in fonts) for c in text if not c.isspace())


@contextmanager
def open_figure(width: float, height: float) -> Iterator[Any]:
    """Yield a figure of this size in inches."""
    mpl = load_library()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: Any = {
        "font.family": list_fonts(), "text.parse_math": False, "axes.axisbelow": True,
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
