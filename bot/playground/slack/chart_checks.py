"""Checks the block of a chart as Slack does. Pure.

Source: docs.slack.dev, "Data visualization block".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MAX_CHARTS, MAX_TITLE_CHARS, MAX_LABEL_CHARS, MAX_AXIS_CHARS = 2, 50, 20, 50
MAX_SEGMENTS, MAX_SERIES, MAX_POINTS = 12, 12, 20

Block = Mapping[str, Any]


def is_chart(block: Block) -> bool:
    """Whether a chart has its title and its data, within Slack's bounds, and nothing else."""
    chart = block.get("chart")
    if not set(block) <= {"type", "block_id", "title", "chart"} or not isinstance(chart, dict):
        return False
    if not _is_label(block.get("title"), MAX_TITLE_CHARS):
        return False
    match chart.get("type"):
        case "pie":
            return set(chart) == {"type", "segments"} and _is_pie(chart["segments"])
        case "bar" | "line" | "area":
            return set(chart) == {"type", "series", "axis_config"} and _is_course(chart)
    return False


def _is_pie(segments: object) -> bool:
    if not isinstance(segments, list) or not 1 <= len(segments) <= MAX_SEGMENTS:
        return False
    return all(_is_point(segment) and segment["value"] > 0 for segment in segments)


def _is_course(chart: Block) -> bool:
    series, axis = chart["series"], chart["axis_config"]
    if not isinstance(series, list) or not 1 <= len(series) <= MAX_SERIES:
        return False
    if not isinstance(axis, dict) or not set(axis) <= {"categories", "x_label", "y_label"}:
        return False
    names = axis.get("categories")
    if not isinstance(names, list) or not 1 <= len(names) <= MAX_POINTS:
        return False
    if not all(_is_label(name) for name in names) or len(set(names)) != len(names):
        return False
    labels = [axis[name] for name in ("x_label", "y_label") if name in axis]
    if not all(_is_label(label, MAX_AXIS_CHARS) for label in labels):
        return False
    if not all(_is_series(one, names) for one in series):
        return False
    return len({one["name"] for one in series}) == len(series)


def _is_series(one: object, names: list[str]) -> bool:
    """Whether a series has a name, and one point for each category."""
    if not isinstance(one, dict) or set(one) != {"name", "data"} or not _is_label(one["name"]):
        return False
    points = one["data"]
    if not isinstance(points, list) or not all(_is_point(point) for point in points):
        return False
    return sorted(point["label"] for point in points) == sorted(names)


def _is_point(point: object) -> bool:
    if not isinstance(point, dict) or set(point) != {"label", "value"}:
        return False
    value = point["value"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _is_label(point["label"]) and is_number and math.isfinite(value)


def _is_label(text: object, max_chars: int = MAX_LABEL_CHARS) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= max_chars
