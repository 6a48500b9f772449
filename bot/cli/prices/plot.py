"""Draw what models cost since when as a PNG: a panel for each model, a step for each change."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from typing import Any

from bot.cli.drawing import (
    COLOURS,
    QUIET_COLOUR,
    clean_axes,
    format_dollar_ticks,
    make_drawable,
    open_figure,
    write_titles,
)
from bot.cli.prices.text import AMOUNTS, format_day
from bot.domain.costs import PriceChange

_MAX_MODELS = 8
_MIN_SECONDS = 7 * 86_400.0
# Also told apart where one lies on another.
_STYLES = {
    "input": (COLOURS[0], "-", 3.2),
    "cached": (COLOURS[4], "--", 2.2),
    "output": (COLOURS[5], "-", 2.2),
    "picture": (COLOURS[2], ":", 2.6),
    "drawing_text": (COLOURS[3], "-.", 1.8),
    "drawing_image": (COLOURS[1], "-.", 1.8),
}


def draw_prices(changes: Sequence[PriceChange], now: float, path: Path) -> None:
    """Draw the history up to the Unix time `now` into `path`. Raises `NotNow`."""
    models = list_models(changes)
    shown = models[:_MAX_MODELS]
    with open_figure(path, (9.0, 1.4 + 2.2 * max(1, len(shown)))) as figure:
        more = f" ({len(shown)} of {len(models)} models)" if len(models) > len(shown) else ""
        title = f"US dollars per million tokens, up to {format_day(now)}{more}"
        write_titles(figure, title)
        if not shown:
            axes = figure.add_subplot()
            axes.text(0.5, 0.5, "No price is known yet", ha="center", transform=axes.transAxes)
            axes.set_axis_off()
            return
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        handles: dict[str, Any] = {}
        for axes, key in zip(panels, shown, strict=True):
            history = [change for change in changes if (change.provider, change.model) == key]
            handles |= _draw_history(axes, history, now)
            name = f"{make_drawable(key[1], key[1])}, {key[0]}"
            axes.set_title(name, loc="left", fontsize=10, color=QUIET_COLOUR)
        _mark_days(panels[-1], min(change.at for change in changes), now)
        labels = [AMOUNTS[name] for name in handles]
        figure.legend(
            handles.values(), labels, loc="outside lower left", ncols=6, frameon=False, fontsize=9
        )


def list_models(changes: Sequence[PriceChange]) -> list[tuple[str, str]]:
    """Return provider and name of all models; first those with the most changes."""
    counts: dict[tuple[str, str], int] = {}
    for change in changes:
        key = (change.provider, change.model)
        counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))


def _draw_history(axes: Any, history: Sequence[PriceChange], now: float) -> dict[str, Any]:
    clean_axes(axes)
    axes.yaxis.grid(visible=True, color="#E3E3E3", linewidth=0.8)
    days = [*(_convert(change.at) for change in history), _convert(now)]
    handles, highest = {}, 0.0
    for name, (colour, line, width) in _STYLES.items():
        amounts = [
            nan if change.price is None else float(getattr(change.price, name))
            for change in history
        ]
        if name.startswith("drawing") and not any(amount > 0 for amount in amounts):
            continue
        highest = max([highest, *(amount for amount in amounts if amount > 0)])
        (handles[name],) = axes.step(
            days, [*amounts, amounts[-1]], where="post", color=colour, linestyle=line,
            linewidth=width, solid_capstyle="butt", marker="o", markersize=width + 2,
            markevery=list(range(len(history))),
        )  # fmt: skip
    axes.set_ylim(0, highest * 1.12 or 1)
    format_dollar_ticks(axes.yaxis, highest or 1)
    return handles


def _mark_days(axes: Any, first: float, now: float) -> None:
    dates: Any = importlib.import_module("matplotlib.dates")

    first = min(first, now - _MIN_SECONDS)
    margin = (now - first) / 50
    axes.set_xlim(_convert(first - margin), _convert(now + margin))
    locator = dates.AutoDateLocator(minticks=3, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))


def _convert(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
