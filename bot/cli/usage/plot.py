"""Draw a chart of usage as a PNG. See `chart.py` for what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.billing.usage_report import TimeSpan
from bot.cli.drawing import (
    COLOURS,
    OTHERS_COLOUR,
    QUIET_COLOUR,
    UNCONFIRMED_COLOUR,
    clean_axes,
    format_dollar_ticks,
    make_drawable,
    open_figure,
    write_titles,
)
from bot.cli.usage.chart import Chart, build_chart, choose_keys, format_bar
from bot.cli.usage.names import Names
from bot.cli.usage.period import list_days
from bot.cli.usage.text import format_cell, format_usd
from storage.engine.database import Database
from storage.reports.usage import sum_usage

_MAX_LABELS = 13
_BAR_INCHES = 0.32


async def plot_usage(
    database: Database, by: Sequence[str], span: TimeSpan, names: Names, path: Path
) -> None:
    """Draw the usage of `span` into `path`. Raises `NotNow` if that cannot be written."""
    keys = choose_keys(by, span)
    chart = build_chart(await sum_usage(database, keys, span), keys, span)
    draw_chart(chart, keys, span, names, path)


def draw_chart(chart: Chart, keys: Sequence[str], span: TimeSpan, names: Names, path: Path) -> None:
    """Draw one chart into `path`. Raises `NotNow`."""
    height = 4.8 if chart.bucket else max(3.0, 1.9 + _BAR_INCHES * len(chart.bars))
    with open_figure(path, (9.0, height)) as figure:
        axes = figure.add_subplot()
        clean_axes(axes)
        write_titles(figure, _format_title(chart, keys), _list_subtitles(chart, span))
        if not chart.total:
            message = (
                "Nothing was used in this time" if not chart.open_usd else "Nothing is booked yet"
            )
            axes.text(0.5, 0.5, message, ha="center", va="center", transform=axes.transAxes)
            axes.set(xticks=[], yticks=[])
            return
        handles = _draw_parts(axes, chart)
        if chart.bucket:
            _mark_times(axes, chart)
        else:
            _mark_names(axes, chart, keys[0], names)
        _add_legend(figure, handles, chart, keys, names)


def _draw_parts(axes: Any, chart: Chart) -> list[Any]:
    """Draw the parts of the bars on top of each other; return what stands for each."""
    places = range(len(chart.bars))
    draw, side = (axes.bar, "bottom") if chart.bucket else (axes.barh, "left")
    ends, handles = [0.0] * len(chart.bars), []
    for index, (name, amounts) in enumerate(chart.parts):
        # Floats are only drawn; sums stay exact.
        values = [float(amount) for amount in amounts]
        colour = OTHERS_COLOUR if name.startswith("others (") else COLOURS[index % len(COLOURS)]
        style: dict[str, Any] = {"color": colour, "edgecolor": "white", "linewidth": 0.4}
        if name == "not confirmed":
            style = {"color": UNCONFIRMED_COLOUR, "edgecolor": COLOURS[0], "linewidth": 0.0}
            style["hatch"] = "////"
        handles.append(draw(places, values, 0.8, **{side: ends}, **style))
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    return handles


def _mark_times(axes: Any, chart: Chart) -> None:
    count = len(chart.bars)
    steps = (1, 2, 3, 4, 6, 7, 8, 12, 14, 24)
    step = next((step for step in steps if -(-count // step) <= _MAX_LABELS), -(-count // 12))
    labels, before = [], None
    for key in chart.bars[::step]:
        labels.append(format_bar(chart.bucket, key, before))
        before = key
    axes.set_xticks(range(0, count, step), labels)
    axes.set_xlim(-0.6, count - 0.4)
    format_dollar_ticks(axes.yaxis, max(map(float, _sum_bars(chart))))
    axes.yaxis.grid(visible=True, color="#E3E3E3", linewidth=0.8)


def _mark_names(axes: Any, chart: Chart, dimension: str, names: Names) -> None:
    count = len(chart.bars)
    shown = [_name_key(names, dimension, key) for key in chart.bars]
    axes.set_yticks(range(count), shown, color="black")
    axes.set_ylim(count - 0.4, -0.6)
    axes.xaxis.grid(visible=True, color="#E3E3E3", linewidth=0.8)
    sums = _sum_bars(chart)
    format_dollar_ticks(axes.xaxis, float(max(sums)))
    axes.set_xlim(0, float(max(sums)) * 1.14)
    for place, amount in enumerate(sums):
        axes.annotate(
            _format_amount(amount),
            (float(amount), place), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=8, color=QUIET_COLOUR,
        )  # fmt: skip


def _add_legend(
    figure: Any, handles: Sequence[Any], chart: Chart, keys: Sequence[str], names: Names
) -> None:
    """Say what the colours are, below the chart, where it covers nothing."""
    if len(keys) == 1 and not chart.estimated:
        return
    dimension = keys[1] if len(keys) > 1 else ""
    labels = [_name_key(names, dimension, name) for name, _ in chart.parts]
    figure.legend(
        handles, labels, loc="outside lower left", ncols=min(4, len(labels)), frameon=False,
        fontsize=9, handlelength=1.2, handleheight=1.0,
    )  # fmt: skip


def _sum_bars(chart: Chart) -> list[Decimal]:
    parts = [amounts for _, amounts in chart.parts]
    return [sum(amounts, Decimal(0)) for amounts in zip(*parts, strict=True)]


def _format_amount(amount: Decimal) -> str:
    return f"${amount:,.2f}" if amount >= 1 else f"${format_usd(amount)}"


def _name_key(names: Names, dimension: str, key: str) -> str:
    # Matplotlib leaves out what begins like this.
    return make_drawable(format_cell(names, dimension, key), key).lstrip("_") or "_"


def _format_title(chart: Chart, keys: Sequence[str]) -> str:
    per = f" per {chart.bucket}" if chart.bucket else f" by {keys[0]}"
    parts = f" and {keys[1]}" if len(keys) > 1 and not chart.bucket else ""
    parts = f", by {keys[1]}" if len(keys) > 1 and chart.bucket else parts
    return f"US dollars{per}{parts}: ${chart.total:,.2f} in all"


def _list_subtitles(chart: Chart, span: TimeSpan) -> list[str]:
    first, last = list_days(span)
    time = f"{first}" if first == last else f"{first} to {last}"
    notes = []
    if chart.estimated:
        notes.append(f"{_format_amount(chart.estimated)} of it not confirmed by the provider")
    if chart.open_usd:
        notes.append(f"at most {_format_amount(chart.open_usd)} more is open")
    lines = [f"{time}, days in {span.zone}", "; ".join(notes)]
    return [line for line in lines if line]
