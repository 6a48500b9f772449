"""Finishes a chart whose numbers are there: its order, its scale, its trend, its unit. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.charts import messages
from bot.charts.computing.grouping import Plan
from bot.charts.computing.trend import compute_trend
from bot.charts.result import ChartData, Panel
from bot.charts.spec import ChartSpec
from bot.domain.messages import Message


def find_unit(spec: ChartSpec, plan: Plan) -> str:
    """Return the unit of all that is plotted; "" where it has none, or several."""
    if spec.unit:
        return spec.unit
    counted = ("count", "distinct")
    units = {
        source.column.unit if source is not None and measure.aggregate not in counted else ""
        for measure, source in plan.measures
    }
    return units.pop() if len(units) == 1 else ""


def finish_chart(data: ChartData, spec: ChartSpec, notes: list[Message]) -> ChartData:
    """Sort, add the trend and the scale, as far as the kind and the numbers allow them."""
    data = _sort(data, spec)
    values = [value for one in data.series for value in one.values if value is not None]
    is_positive = bool(values) and all(value > 0 for value in values)
    wants_log = spec.log and data.kind not in ("pie", "heatmap")
    if wants_log and not is_positive:
        notes.append(messages.LOG_REFUSED)
    data = replace(
        data,
        log=wants_log and is_positive,
        x_label=spec.x_label or data.x_label,
        y_label=spec.y_label or data.y_label,
    )
    if spec.trend == "none":
        return data
    if data.x_kind == "text" or data.kind in ("pie", "box", "heatmap", "histogram"):
        notes.append(messages.TREND_ORDER)
        return data
    return _add_trends(data, spec)


def _add_trends(data: ChartData, spec: ChartSpec) -> ChartData:
    def add(panel: Panel) -> Panel:
        lines = []
        for one in panel.series:
            if data.kind == "scatter":
                xs = [float(x) for x in one.xs]
            elif data.x_kind == "number":
                xs = [float(category) for category in data.categories]
            else:
                xs = [float(place) for place in range(len(one.values))]
            kind = "linear" if data.kind == "scatter" else spec.trend
            lines.append(replace(one, trend=compute_trend(kind, xs, one.values, spec.window)))
        return replace(panel, series=tuple(lines))

    drawn = replace(data, panels=tuple(add(panel) for panel in data.panels))
    return replace(drawn, has_trend=any(one.trend for one in drawn.series))


def _sort(data: ChartData, spec: ChartSpec) -> ChartData:
    if spec.sort == "natural" or data.x_kind != "text" or data.kind in ("histogram", "scatter"):
        return data
    first = [one.values for one in data.series]
    totals = [
        sum((line[place] or Decimal(0) for line in first), Decimal(0))
        for place in range(len(data.categories))
    ]
    order = sorted(range(len(totals)), key=totals.__getitem__, reverse=spec.sort == "descending")
    panels = tuple(
        replace(
            panel,
            series=tuple(
                replace(one, values=tuple(one.values[place] for place in order))
                for one in panel.series
            ),
        )
        for panel in data.panels
    )
    return replace(data, categories=tuple(data.categories[place] for place in order), panels=panels)
