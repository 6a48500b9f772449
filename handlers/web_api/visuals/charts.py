"""Builds Slack's block of the chart that an answer carries. Pure.

The block is a plain dict: slack_sdk drops kinds that it does not know. Source: docs.slack.dev,
"Data visualization block".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.delivery.escaper import escape_plain
from bot.domain.answers.chart_fence import NativeChart, split_fence
from bot.domain.safe_text import SafeText


def split_chart(text: str) -> tuple[NativeChart | None, str]:
    """Return the chart that `text` begins with, and the words, which are as safe as `text`."""
    chart, start = split_fence(text)
    return (chart, text[start:]) if start else (None, text)


def build_chart_block(chart: NativeChart) -> dict[str, Any]:
    """Return the block that shows `chart`."""
    labels = [escape_plain(label) for label in chart.labels]
    drawn: dict[str, Any] = {"type": chart.kind}
    if chart.kind == "pie":
        ((_, values),) = chart.series
        drawn["segments"] = _build_points(labels, values)
    else:
        drawn["series"] = [
            {"name": escape_plain(name), "data": _build_points(labels, values)}
            for name, values in chart.series
        ]
        drawn["axis_config"] = {"categories": labels, **_build_axis_labels(chart)}
    return {"type": "data_visualization", "title": escape_plain(chart.title), "chart": drawn}


def _build_points(labels: list[SafeText], values: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]


def _build_axis_labels(chart: NativeChart) -> Mapping[str, str]:
    named = {"x_label": chart.x_label, "y_label": chart.y_label}
    return {name: escape_plain(label) for name, label in named.items() if label}
