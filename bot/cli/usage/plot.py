"""Plot usage: bars of US dollars, with estimated costs in a lighter shade."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.domain.costs import UsageRow

_MAX_BARS = 40
_KNOWN_COLOUR, _ESTIMATED_COLOUR = "#4a5bd4", "#b9c0f2"


def plot(rows: Sequence[UsageRow], by: str, path: Path) -> None:
    """Write a PNG of `rows` to `path`. Raises `OSError` if it cannot be written."""
    # The library caches fonts in a folder of its own, which it may not be able to write.
    os.environ.setdefault("MPLCONFIGDIR", tempfile.mkdtemp(prefix="easel-plot-"))
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = list(rows[-_MAX_BARS:] if by == "day" else rows[:_MAX_BARS])
    length = 0.35 * len(shown)
    size = (max(6.0, length + 2), 4.5) if by == "day" else (8.0, max(3.0, length + 1))
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw_bars(axes, shown, upright=by == "day")
    axes.margins(x=0.02, y=0.08)
    total = sum((row.cost for row in rows), Decimal(0))
    axes.set_title(f"Easel: ${total:,.2f} by {by}")
    axes.spines[["top", "right"]].set_visible(False)
    if any(row.estimated for row in shown):
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    figure.savefig(path, format="png", dpi=150)


def _draw_bars(axes: Any, rows: Sequence[UsageRow], *, upright: bool) -> None:
    names = [row.key for row in rows]
    # Floats are only drawn; sums stay exact.
    known = [float(row.cost - row.estimated) for row in rows]
    estimated = [float(row.estimated) for row in rows]
    draw, side = (axes.bar, "bottom") if upright else (axes.barh, "left")
    draw(names, known, color=_KNOWN_COLOUR, label="reported by the provider")
    draw(names, estimated, color=_ESTIMATED_COLOUR, label="estimated", **{side: known})
    if upright:
        axes.tick_params(axis="x", rotation=60)
        axes.set_ylabel("US dollars")
    else:
        axes.invert_yaxis()
        axes.set_xlabel("US dollars")
