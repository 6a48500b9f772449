"""Draws what is in one panel: scattered points, parts of a pie, boxes, a map of values."""

from __future__ import annotations

from typing import Any

from bot.charts.draw.figure import COLOURS, GRID, QUIET
from bot.charts.draw.labels import (
    build_day_formatter,
    format_number,
    set_number_axis,
    split_label,
)
from bot.charts.draw.marks import (
    Handles,
    convert_to_floats,
    draw_trend,
    finish_bars,
    set_categories,
)
from bot.charts.result import ChartData, Panel, Series

_SMALLEST_SHARE = 0.03
_CELL_CHARS, _MAX_ROWS, _LIGHT = 48, 20, 0.55


def draw_scatter(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw points."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    handles, count = Handles(), sum(len(one.values) for one in panel.series)
    for place, one in enumerate(panel.series):
        xs, ys = [float(x) for x in one.xs], convert_to_floats(one)
        colour, size = COLOURS[place % len(COLOURS)], 30 if count < 300 else 10
        handles.append(
            (axes.scatter(xs, ys, s=size, color=colour, alpha=0.75, linewidths=0), one.name)
        )
        if one.trend:
            ends = sorted(zip(xs, one.trend, strict=True))
            draw_trend(
                axes,
                Series("", (), trend=(ends[0][1], ends[-1][1])),
                place,
                [ends[0][0], ends[-1][0]],
            )
    _finish_scatter(axes, data, language)
    if data.x_kind == "date":
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(build_day_formatter(language)))
    return handles if len(panel.series) > 1 else []


def _finish_scatter(axes: Any, data: ChartData, language: str) -> None:
    if data.log:
        axes.set_yscale("log")
    set_number_axis(axes.yaxis, language, data.unit, is_log=data.log)
    set_number_axis(axes.xaxis, language, "")
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_ylabel(split_label(data.y_label, 40), color=QUIET)
    axes.set_xlabel(split_label(data.x_label, 60), color=QUIET)


def draw_pie(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw the parts of a whole, with their share; the names are in the legend."""
    values = [0.0 if value is None else float(value) for value in panel.series[0].values]
    total = sum(values) or 1.0
    shares = [f"{format_number(round(value / total * 100, 1), language)} %" for value in values]
    pairs = zip(shares, values, strict=True)
    shown = [share if value / total >= _SMALLEST_SHARE else "" for share, value in pairs]
    wedges, _ = axes.pie(
        values, startangle=90, counterclock=False, radius=1.1,
        colors=[COLOURS[place % len(COLOURS)] for place in range(len(values))],
        labels=shown, wedgeprops={"edgecolor": "white", "linewidth": 1.2},
        textprops={"fontsize": 10, "color": "black"},
    )  # fmt: skip
    names = [f"{name} ({share})" for name, share in zip(data.categories, shares, strict=True)]
    return list(zip(wedges, names, strict=True))


def draw_boxes(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw boxes from the quarters of numbers; whiskers reach to the lowest and the highest."""
    low, q1, middle, q3, high = (convert_to_floats(one) for one in panel.series)
    stats = [
        {"label": "", "whislo": low[place], "q1": q1[place], "med": middle[place], "q3": q3[place],
         "whishi": high[place], "fliers": []}
        for place in range(len(data.categories))
    ]  # fmt: skip
    axes.bxp(
        stats, positions=range(len(stats)), widths=0.6, patch_artist=True, showfliers=False,
        boxprops={"facecolor": "#A6CBE3", "edgecolor": COLOURS[0]},
        medianprops={"color": "#D55E00", "linewidth": 2},
        whiskerprops={"color": COLOURS[0]}, capprops={"color": COLOURS[0]},
    )  # fmt: skip
    finish_bars(axes, data, Panel(panel.series), language, lies=False)
    return []


def draw_heatmap(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw values as colours, and as numbers where there is room."""
    rows = [convert_to_floats(one) for one in panel.series]
    picture = axes.imshow(rows, aspect="auto", cmap="cividis")
    set_categories(axes, data, language)
    axes.set_xlim(-0.5, len(data.categories) - 0.5)
    axes.set_yticks(range(len(rows)), [split_label(one.name, 22) for one in panel.series])
    bar = axes.figure.colorbar(picture, ax=axes, shrink=0.85)
    set_number_axis(bar.ax.yaxis, language, data.unit)
    bar.outline.set_visible(False)
    _write_cells(axes, picture, panel, language)
    return []


def _write_cells(axes: Any, picture: Any, panel: Panel, language: str) -> None:
    """Write the numbers into a map of values, where there is room for them."""
    texts = [
        [None if value is None else format_number(value, language) for value in one.values]
        for one in panel.series
    ]
    longest = max((len(text) for row in texts for text in row if text), default=0)
    if longest * len(texts[0]) > _CELL_CHARS or len(texts) > _MAX_ROWS:
        return
    for y, row in enumerate(texts):
        for x, text in enumerate(row):
            if text is not None:
                is_light = picture.norm(float(panel.series[y].values[x] or 0)) > _LIGHT
                colour = "black" if is_light else "white"
                axes.text(x, y, text, ha="center", va="center", fontsize=8.5, color=colour)
