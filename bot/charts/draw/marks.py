"""Draws what stands in one panel: bars, lines, areas, points, parts, boxes, a map of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.charts.draw.figure import COLOURS, GRID, HATCHES, QUIET
from bot.charts.draw.labels import (
    build_day_formatter,
    format_category,
    format_number,
    set_number_axis,
    shorten_years,
    wrap,
)
from bot.charts.result import ChartData, Panel, Series

Handles: TypeAlias = list[tuple[Any, str]]
_MAX_TICKS, _MAX_VALUES = 13, 12
_GAP, _SMALLEST_SHARE = 0.8, 0.03


def is_horizontal(data: ChartData) -> bool:
    """Whether the bars lie: where their names are long or many."""
    if data.kind not in ("bar", "grouped", "stacked") or data.x_kind != "text":
        return False
    longest = max(map(len, data.categories), default=0)
    return len(data.categories) > 8 or longest * len(data.categories) > 60 or longest > 14


def _floats(one: Series) -> list[float]:
    return [float("nan") if value is None else float(value) for value in one.values]


def _style(place: int) -> dict[str, Any]:
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
        values, style = _floats(one), _style(place)
        if data.kind == "stacked":
            solid = [0.0 if value != value else value for value in values]
            drawn = target(places, solid, width, **{"left" if lies else "bottom": bottoms}, **style)
            bottoms = [low + value for low, value in zip(bottoms, solid, strict=True)]
        else:
            drawn = target(places, values, width, **style)
        handles.append((drawn[0], one.name))
        _draw_trend(axes, one, place)
    _finish_bars(axes, data, panel, language, lies=lies)
    return handles if count > 1 else []


def _finish_bars(axes: Any, data: ChartData, panel: Panel, language: str, *, lies: bool) -> None:
    value_axis = axes.xaxis if lies else axes.yaxis
    if data.log:
        (axes.set_xscale if lies else axes.set_yscale)("log")
    unit = data.unit if data.kind != "histogram" else ""
    set_number_axis(value_axis, language, unit, is_log=data.log)
    value_axis.grid(visible=True, color=GRID, linewidth=0.8)
    axes.spines["bottom"].set_visible(not lies)
    if lies:
        axes.spines["left"].set_visible(True)
        axes.set_yticks(range(len(data.categories)), [wrap(one, 26) for one in data.categories])
        axes.set_ylim(len(data.categories) - 0.4, -0.6)
        axes.set_xlabel(data.y_label, color=QUIET)
    else:
        _set_categories(axes, data, language)
        axes.set_ylabel(wrap(data.y_label, 40), color=QUIET)
        axes.set_xlabel(wrap(data.x_label, 60), color=QUIET)
    if any(value is not None and value < 0 for one in panel.series for value in one.values):
        (axes.axvline if lies else axes.axhline)(0, color=QUIET, linewidth=0.8)
    if len(panel.series) == 1 and len(data.categories) <= _MAX_VALUES and not data.log:
        _write_values(axes, panel.series[0], language, lies=lies)


def _write_values(axes: Any, one: Series, language: str, *, lies: bool) -> None:
    """Write the numbers at the bars, where they are few enough to be read."""
    texts = ["" if value is None else format_number(value, language) for value in one.values]
    if not lies and max(map(len, texts), default=0) * len(texts) > 75:
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


def _set_categories(axes: Any, data: ChartData, language: str) -> None:
    count = len(data.categories)
    step = max(1, -(-count // _MAX_TICKS))
    labels = [format_category(one, data.bucket, language) for one in data.categories[::step]]
    labels = shorten_years(labels, data.bucket)
    widest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    is_crowded = widest * len(labels) > 66
    axes.set_xticks(
        range(0, count, step), [wrap(label, 20) if is_crowded else label for label in labels],
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
        _draw_trend(target, one, place, xs)
    _finish_course(axes, data, language)
    return handles if len(panel.series) > 1 else []


def draw_areas(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw areas on top of each other."""
    xs = _place_categories(data)
    layers = [
        [0.0 if value is None else float(value) for value in one.values] for one in panel.series
    ]
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(layers))]
    drawn = axes.stackplot(xs, *layers, colors=colours, alpha=0.9, edgecolor="white", linewidth=0.6)
    _finish_course(axes, data, language)
    return [(area, one.name) for area, one in zip(drawn, panel.series, strict=True)][
        : len(layers) * (len(layers) > 1)
    ]


def _place_categories(data: ChartData) -> list[float]:
    if data.x_kind == "number":
        return [float(one) for one in data.categories]
    return [float(place) for place in range(len(data.categories))]


def _finish_course(axes: Any, data: ChartData, language: str) -> None:
    if data.log:
        axes.set_yscale("log")
    set_number_axis(axes.yaxis, language, data.unit, is_log=data.log)
    axes.yaxis.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_ylabel(wrap(data.y_label, 40), color=QUIET)
    axes.set_xlabel(wrap(data.x_label, 60), color=QUIET)
    if data.x_kind == "number":
        set_number_axis(axes.xaxis, language, "")
    else:
        _set_categories(axes, data, language)


def _open_right_axis(axes: Any, data: ChartData, panel: Panel, language: str) -> Any:
    if not data.right_label or all(one.axis == "left" for one in panel.series):
        return None
    right = axes.twinx()
    right.spines[["top", "left", "bottom"]].set_visible(False)
    right.tick_params(length=0, colors="#333333")
    right.set_ylabel(wrap(data.right_label, 40), color=QUIET)
    set_number_axis(right.yaxis, language, "")
    return right


def _draw_trend(axes: Any, one: Series, place: int, xs: Sequence[float] = ()) -> None:
    if not one.trend:
        return
    pairs = zip(xs or range(len(one.trend)), one.trend, strict=True)
    points = [(x, value) for x, value in pairs if value is not None]
    axes.plot(
        [x for x, _ in points], [y for _, y in points], color=COLOURS[place % len(COLOURS)],
        linewidth=1.6, linestyle=(0, (5, 3)), alpha=0.9,
    )  # fmt: skip


def draw_scatter(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw points."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    handles, count = Handles(), sum(len(one.values) for one in panel.series)
    for place, one in enumerate(panel.series):
        xs, ys = [float(x) for x in one.xs], _floats(one)
        colour, size = COLOURS[place % len(COLOURS)], 30 if count < 300 else 10
        handles.append(
            (axes.scatter(xs, ys, s=size, color=colour, alpha=0.75, linewidths=0), one.name)
        )
        if one.trend:
            ends = sorted(zip(xs, one.trend, strict=True))
            _draw_trend(
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
    axes.set_ylabel(wrap(data.y_label, 40), color=QUIET)
    axes.set_xlabel(wrap(data.x_label, 60), color=QUIET)


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
    low, q1, middle, q3, high = (_floats(one) for one in panel.series)
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
    _finish_bars(axes, data, Panel(panel.series), language, lies=False)
    return []


def draw_heatmap(axes: Any, data: ChartData, panel: Panel, language: str) -> Handles:
    """Draw values as colours, and as numbers where there is room."""
    rows = [_floats(one) for one in panel.series]
    picture = axes.imshow(rows, aspect="auto", cmap="cividis")
    _set_categories(axes, data, language)
    axes.set_xlim(-0.5, len(data.categories) - 0.5)
    axes.set_yticks(range(len(rows)), [wrap(one.name, 22) for one in panel.series])
    bar = axes.figure.colorbar(picture, ax=axes, shrink=0.85)
    set_number_axis(bar.ax.yaxis, language, data.unit)
    bar.outline.set_visible(False)
    if len(rows) * len(data.categories) <= 120 and len(data.categories) <= 12:
        norm = picture.norm
        for y, one in enumerate(panel.series):
            for x, value in enumerate(one.values):
                if value is not None:
                    colour = "black" if norm(float(value)) > 0.55 else "white"
                    text = format_number(value, language)
                    axes.text(x, y, text, ha="center", va="center", fontsize=8.5, color=colour)
    return []
