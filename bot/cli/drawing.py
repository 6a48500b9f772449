"""What all charts share: colours, fonts, a figure in a file. Needs matplotlib, which takes long."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.domain.errors import NotNow

# Told apart by colour-blind people, too (Okabe and Ito, "Color universal design").
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
OTHERS_COLOUR, UNCONFIRMED_COLOUR, QUIET_COLOUR = "#8C8C8C", "#A6CBE3", "#595959"
MAX_NAME_CHARS = 32
_MARGIN = 0.015  # of the width of a figure
# For names in other scripts, where one of these is installed.
_MORE_FONTS = (
    "Noto Sans CJK JP", "Noto Sans JP", "Noto Sans CJK SC", "IPAexGothic", "Noto Sans Arabic",
    "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "Hiragino Sans",
    "Arial Unicode MS",
)  # fmt: skip


@contextmanager
def open_figure(path: Path, size: tuple[float, float]) -> Iterator[Any]:
    """Yield a figure of `size` inches, and write it to `path` as PNG. Raises `NotNow`."""
    # The library caches fonts in a folder of its own, which it may not be able to write.
    os.environ.setdefault("MPLCONFIGDIR", tempfile.mkdtemp(prefix="easel-plot-"))
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # A dollar sign is a dollar sign.
    style: Any = {"font.family": _list_fonts(), "text.parse_math": False, "axes.axisbelow": True}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure
        try:
            figure.savefig(path, format="png", dpi=150)
        except OSError as error:
            raise NotNow([f"--plot {path}: {error.strerror or error}"]) from error


def make_drawable(name: str, fallback: str) -> str:
    """Return `name` without the signs that no installed font has, and cut; else `fallback`."""
    from matplotlib import font_manager

    paths = [font_manager.findfont(family) for family in _list_fonts()]
    fonts = [font_manager.get_font(path) for path in paths]
    drawable = "".join(
        sign
        for sign in name
        if sign.isprintable() and any(f.get_char_index(ord(sign)) for f in fonts)
    ).strip()
    shown = drawable if any(sign.isalnum() for sign in drawable) else fallback
    return shown if len(shown) <= MAX_NAME_CHARS else shown[: MAX_NAME_CHARS - 1] + "…"


def write_titles(figure: Any, title: str, lines: Sequence[str] = ()) -> None:
    """Write a title with smaller `lines` below it, which have the whole width of the figure."""
    # The layout leaves room for the title only, so the room for the lines is part of it.
    room = "\n ".join([title, *([""] * len(lines))])
    figure.suptitle(room, x=_MARGIN, ha="left", fontsize=13, weight="bold")
    y = 1 - 0.33 / figure.get_figheight()
    figure.text(
        _MARGIN, y, "\n".join(lines), va="top", fontsize=9, color=QUIET_COLOUR, linespacing=1.5
    )


def clean_axes(axes: Any) -> None:
    """Take away the lines that show nothing."""
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, colors=QUIET_COLOUR)


def format_dollar_ticks(axis: Any, most: float) -> None:
    """Mark amounts at an axis that ends at about `most`, with as many digits as they need."""
    from matplotlib.ticker import MaxNLocator

    digits = 0 if most >= 8 else 2 if most >= 0.08 else 4 if most >= 0.0008 else 9
    # Not in steps of 2.5, as is usual: these would need a digit more, or be wrong by rounding.
    steps = [1, 2, 5, 10]
    # Amounts are wider than they are high.
    is_narrow = axis.axis_name == "x"
    axis.set_major_locator(MaxNLocator(5 if is_narrow else "auto", steps=steps))
    axis.set_major_formatter(lambda value, _position: f"${value:,.{digits}f}")


def _list_fonts() -> list[str]:
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in _MORE_FONTS if name in installed)]
