"""Draws a chart: its panels, its title, its legend. See `marks.py` for what is in a panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.charts.draw.distributions import draw_boxes, draw_heatmap, draw_pie, draw_scatter
from bot.charts.draw.figure import QUIET, can_write, clean_axes, open_figure, write_figure
from bot.charts.draw.labels import split_label
from bot.charts.draw.marks import draw_areas, draw_bars, draw_lines, is_horizontal
from bot.charts.result import ChartData, Panel

# Inches, at which letters of eleven points can be read on a telephone 375 pixels wide.
_WIDTH, _HEIGHT = 6.4, 4.3
_BAR_INCHES = 0.34
_DRAWN: Mapping[str, Callable[[Any, ChartData, Panel, str], list[tuple[Any, str]]]] = {
    "bar": draw_bars, "grouped": draw_bars, "stacked": draw_bars, "histogram": draw_bars,
    "line": draw_lines, "area": draw_areas, "scatter": draw_scatter, "pie": draw_pie,
    "box": draw_boxes, "heatmap": draw_heatmap,
}  # fmt: skip


def draw_chart(data: ChartData, language: str) -> tuple[bytes, bytes, bool]:
    """Return a chart as PNG and SVG, and whether numbers had to stand for names without a font."""
    columns = 1 if len(data.panels) == 1 else 2
    rows = -(-len(data.panels) // columns)
    height = _choose_height(data) if rows == 1 and columns == 1 else 2.9 * rows
    with open_figure(_WIDTH, min(height, 18), _list_texts(data)) as figure:
        shown, is_numbered = _replace_unwritable(data)
        if shown.title and (can_write(shown.title)):
            figure.suptitle(
                split_label(shown.title, 46),
                x=0.015,
                ha="left",
                fontsize=14,
                weight="bold",
                color="black",
            )
        handles: list[tuple[Any, str]] = []
        grid = figure.subplots(
            rows, columns, squeeze=False, sharey=data.kind != "pie" and columns > 1
        )
        for place, axes in enumerate(grid.flat):
            if place >= len(shown.panels):
                axes.set_axis_off()
                continue
            clean_axes(axes)
            panel = shown.panels[place]
            handles = _DRAWN[data.kind](axes, shown, panel, language) or handles
            if panel.name:
                axes.set_title(split_label(panel.name, 30), fontsize=11, loc="left", color=QUIET)
        _add_legend(figure, handles)
        png, svg = write_figure(figure)
    return png, svg, is_numbered


def _choose_height(data: ChartData) -> float:
    if data.kind == "pie":
        return _HEIGHT
    if is_horizontal(data):
        count = len(data.categories) * (len(data.panels[0].series) if data.kind == "grouped" else 1)
        return min(max(3.0, 1.3 + _BAR_INCHES * count * (0.7 if data.kind == "grouped" else 1)), 16)
    if data.kind == "heatmap":
        return max(3.5, 1.6 + 0.3 * len(data.panels[0].series))
    return _HEIGHT


def _list_texts(data: ChartData) -> list[str]:
    texts = [data.title, data.x_label, data.y_label, data.right_label, *data.categories]
    return texts + [one.name for one in data.series] + [panel.name for panel in data.panels]


def _replace_unwritable(data: ChartData) -> tuple[ChartData, bool]:
    """Return the chart with numbers in place of the names for which there is no font."""
    bad = {text for text in _list_texts(data) if not can_write(text)}
    if not bad:
        return data, False
    categories = [
        f"#{place}" if text in bad else text for place, text in enumerate(data.categories, 1)
    ]
    panels = tuple(
        Panel(
            tuple(
                replace(one, name=f"#{place}" if one.name in bad else one.name)
                for place, one in enumerate(panel.series, 1)
            ),
            f"#{number}" if panel.name in bad else panel.name,
        )
        for number, panel in enumerate(data.panels, 1)
    )
    labels = {
        text: "" if text in bad else text
        for text in (data.title, data.x_label, data.y_label, data.right_label)
    }
    shown = replace(data, categories=tuple(categories), panels=panels, title=labels[data.title])
    shown = replace(shown, x_label=labels[data.x_label], y_label=labels[data.y_label])
    return replace(shown, right_label=labels[data.right_label]), True


def _add_legend(figure: Any, handles: list[tuple[Any, str]]) -> None:
    if not handles:
        return
    # Matplotlib leaves out what begins like this.
    names = [split_label(name, 26).lstrip("_") or "_" for _, name in handles]
    columns = 4 if max(map(len, names)) < 14 else 3 if max(map(len, names)) < 20 else 2
    figure.legend(
        [handle for handle, _ in handles], names, loc="outside lower left",
        ncols=min(columns, len(names)), frameon=False, fontsize=10, handlelength=1.3,
        handleheight=1.0, labelcolor="black",
    )  # fmt: skip
