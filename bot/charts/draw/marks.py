"""Draws what is in one panel: bars, lines, areas, points, parts, boxes, a map of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.charts.draw.figure import COLOURS, GRID, HATCHES, QUIET
from bot.charts.draw.labels import (
    format_category,
    format_number,
    set_number_axis,
    shorten_years,
    split_label,
)
from bot.charts.result import ChartData, Panel, Series

Handles: TypeAlias = list[tuple[Any, str]]
_MAX_TICKS, _MAX_VALUES, _ROOM_CHARS = 13, 12, 58
_GAP, _SMALLEST_SHARE = 0.8, 0.03


def is_horizontal(data: ChartData) -> bool:
    """Whether the bars lie: where their names are long or many."""
    if data.kind not in ("bar", "grouped", "stacked") or data.x_kind != "text":
        return False
    longest = max(map(len, data.categories), default=0)
    return len(data.categories) > 8 or longest * len(data.categories) > 60 or longest > 14


def convert_to_floats(one: Series) -> list[float]:
    """Return the numbers of a series for drawing."""
    return [float("nan") if value is None else float(value) for value in one.values]


def _build_style(place: int) -> dict[str, Any]:
    return {
        "color": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)] or None,
        "edgecolor": "white", "linewidth": 0.5,
    }  # fmt: skip


def draw_bars(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw bars: alone, side by side or on top of each other, lying where names are long."""
    lies, count = is_horizontal(data), len(panel.series)
    draw = axes.barh if lies else axes.bar
    right = _open_right_axis(axes, data, panel, language) if not lies else None
    width = _GAP / count if data.kind == "grouped" else (0.98 if data.kind == "histogram" else _GAP)
    bottoms, handles = [0.0] * len(data.categories), Handles()
    for place, one in enumerate(panel.series):
        shift = (place - (count - 1) / 2) * width if data.kind == "grouped" else 0.0
        places = [number + shift for number in range(len(data.categories))]
        target = right.bar if right is not None and one.axis == "right" else draw
        values, style = convert_to_floats(one), _build_style(place)
        if data.kind == "stacked":
            solid = [0.0 if value != value else value for value in values]
            drawn = target(places, solid, width, **{"left" if lies else "bottom": bottoms}, **style)
            bottoms = [low + value for low, value in zip(bottoms, solid, strict=True)]
        else:
            drawn = target(places, values, width, **style)
        handles.append((drawn[0], one.name))
        draw_trend(axes, one, place)
    finish_bars(axes, data, panel, language, lies=lies)
    return handles if count > 1 else []


def finish_bars(axes: Any, data: ChartData, panel: Panel, language: str, *, lies: bool) -> None:
    """Draw the axes of bars, and the numbers at them."""
    value_axis = axes.xaxis if lies else axes.yaxis
    if data.log:
        (axes.set_xscale if lies else axes.set_yscale)("log")
    unit = data.unit if data.kind != "histogram" else ""
    set_number_axis(value_axis, language, unit, is_log=data.log)
    value_axis.grid(visible=True, color=GRID, linewidth=0.8)
    axes.spines["bottom"].set_visible(not lies)
    if lies:
        axes.spines["left"].set_visible(True)
        axes.set_yticks(
            range(len(data.categories)), [split_label(one, 26) for one in data.categories]
        )
        axes.set_ylim(len(data.categories) - 0.4, -0.6)
        axes.set_xlabel(data.y_label, color=QUIET)
    else:
        set_categories(axes, data, language)
        axes.set_ylabel(split_label(data.y_label, 40), color=QUIET)
        axes.set_xlabel(split_label(data.x_label, 60), color=QUIET)
    if any(value is not None and value < 0 for one in panel.series for value in one.values):
        (axes.axvline if lies else axes.axhline)(0, color=QUIET, linewidth=0.8)
    if len(panel.series) == 1 and len(data.categories) <= _MAX_VALUES and not data.log:
        room = _ROOM_CHARS // (1 if len(data.panels) == 1 else 2)
        _write_values(axes, panel.series[0], language, room, lies=lies)


def _write_values(axes: Any, one: Series, language: str, room: int, *, lies: bool) -> None:
    """Write the numbers at the bars, where they are few enough to be read."""
    texts = ["" if value is None else format_number(value, language) for value in one.values]
    if not lies and max(map(len, texts), default=0) * len(texts) > room:
        return
    axes.margins(**{"x" if lies else "y": 0.12})
    for place, (value, text) in enumerate(zip(one.values, texts, strict=True)):
        if value is None:
            continue
        sign = -1 if value < 0 else 1
        spot = (float(value), place) if lies else (place, float(value))
        offset = (4 * sign, 0) if lies else (0, 3 * sign)
        align = (
            {"ha": "left" if sign > 0 else "right", "va": "center"}
            if lies
            else {"ha": "center", "va": "bottom" if sign > 0 else "top"}
        )
        axes.annotate(
            text,
            spot,
            xytext=offset,
            textcoords="offset points",
            fontsize=9.5,
            color=QUIET,
            **align,
        )


def set_categories(axes: Any, data: ChartData, language: str) -> None:
    """Write the names below an axis, as many as have room."""
    count = len(data.categories)
    step = max(1, -(-count // _MAX_TICKS))
    labels = [format_category(one, data.bucket, language) for one in data.categories[::step]]
    labels = shorten_years(labels, data.bucket)
    widest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    # A small chart is half as wide.
    room = _ROOM_CHARS // (1 if len(data.panels) == 1 else 2)
    shown, is_crowded = labels, widest * len(labels) > room
    if is_crowded:
        shown = [split_label(label, max(8, room // len(labels))) for label in labels]
        lines = [line for label in shown for line in label.split("\n")]
        is_crowded = max(map(len, lines)) * len(labels) > room
        shown = [split_label(label, 20) for label in labels] if is_crowded else shown
    axes.set_xticks(
        range(0, count, step), shown,
        rotation=40 if is_crowded else 0, ha="right" if is_crowded else "center",
        rotation_mode="anchor" if is_crowded else "default",
    )  # fmt: skip
    axes.set_xlim(-0.6, count - 0.4)


def draw_lines(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw lines over an ordered axis; where something is missing, they go straight on."""
    right = _open_right_axis(axes, data, panel, language)
    xs, handles = _place_categories(data), Handles()
    for place, one in enumerate(panel.series):
        points = [
            (x, float(value)) for x, value in zip(xs, one.values, strict=True) if value is not None
        ]
        target = right if right is not None and one.axis == "right" else axes
        (line,) = target.plot(
            [x for x, _ in points], [y for _, y in points], color=COLOURS[place % len(COLOURS)],
            linewidth=2.2, marker="o" if len(points) <= 40 else None, markersize=4.5,
            linestyle="-" if place < 8 else "--",
        )  # fmt: skip
        handles.append((line, one.name))
        draw_trend(target, one, place, xs)
    _finish_course(axes, data, language)
    return handles if len(panel.series) > 1 else []


def draw_areas(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw areas on top of each other."""
    xs = _place_categories(data)
    # A time in which nothing is known is no zero: the areas go straight on.
    known = [place for place in range(len(xs)) if _is_known(panel, place)]
    layers = [[float(one.values[place] or 0) for place in known] for one in panel.series]
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(layers))]
    style: dict[str, Any] = {"alpha": 0.9, "edgecolor": "white", "linewidth": 0.6}
    drawn = axes.stackplot([xs[place] for place in known], *layers, colors=colours, **style)
    _finish_course(axes, data, language)
    names = [one.name for one in panel.series]
    return list(zip(drawn, names, strict=True)) if len(names) > 1 else []


def _is_known(panel: Panel, place: int) -> bool:
    return any(one.values[place] is not None for one in panel.series)


def _place_categories(data: ChartData) -> list[float]:
    if data.x_kind == "number":
        return [float(one) for one in data.categories]
    return [float(place) for place in range(len(data.categories))]


def _finish_course(axes: Any, data: ChartData, language: str) -> None:
    if data.log:
        axes.set_yscale("log")
    set_number_axis(axes.yaxis, language, data.unit, is_log=data.log)
    axes.yaxis.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_ylabel(split_label(data.y_label, 40), color=QUIET)
    axes.set_xlabel(split_label(data.x_label, 60), color=QUIET)
    if data.x_kind == "number":
        set_number_axis(axes.xaxis, language, "")
    else:
        set_categories(axes, data, language)


def _open_right_axis(axes: Any, data: ChartData, panel: Panel, language: str) -> Any:
    if not data.right_label or all(one.axis == "left" for one in panel.series):
        return None
    right = axes.twinx()
    right.spines[["top", "left", "bottom"]].set_visible(False)
    right.tick_params(length=0, colors="#333333")
    right.set_ylabel(split_label(data.right_label, 40), color=QUIET)
    set_number_axis(right.yaxis, language, "")
    return right


def draw_trend(axes: Any, one: Series, place: int, xs: Sequence[float] = ()) -> None:
    """Draw the trend of a series, if it has one."""
    if not one.trend:
        return
    pairs = zip(xs or range(len(one.trend)), one.trend, strict=True)
    points = [(x, value) for x, value in pairs if value is not None]
    axes.plot(
        [x for x, _ in points], [y for _, y in points], color=COLOURS[place % len(COLOURS)],
        linewidth=1.6, linestyle=(0, (5, 3)), alpha=0.9,
    )  # fmt: skip
