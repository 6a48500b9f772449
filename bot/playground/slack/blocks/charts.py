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
    if chart.get("type") == "pie":
        return set(chart) == {"type", "segments"} and _is_pie(chart["segments"])
    is_known = chart.get("type") in ("bar", "line", "area")
    return is_known and set(chart) == {"type", "series", "axis_config"} and _is_course(chart)


def _is_pie(segments: object) -> bool:
    if not isinstance(segments, list) or not 1 <= len(segments) <= MAX_SEGMENTS:
        return False
    return all(_is_point(segment) and segment["value"] > 0 for segment in segments)


def _is_course(chart: Block) -> bool:
    series, axis = chart["series"], chart["axis_config"]
    if not isinstance(series, list) or not 1 <= len(series) <= MAX_SERIES:
        return False
    if not isinstance(axis, dict) or not _is_axis(axis):
        return False
    names = axis["categories"]
    is_whole = all(_is_series(one, names) for one in series)
    return is_whole and len({one["name"] for one in series}) == len(series)


def _is_axis(axis: Block) -> bool:
    """Whether an axis has its categories, each once, and labels that are not too long."""
    names, known = axis.get("categories"), {"categories", "x_label", "y_label"}
    if not set(axis) <= known or not isinstance(names, list) or not 1 <= len(names) <= MAX_POINTS:
        return False
    labels = [axis[name] for name in ("x_label", "y_label") if name in axis]
    is_each_once = all(map(_is_label, names)) and len(set(names)) == len(names)
    return is_each_once and all(_is_label(label, MAX_AXIS_CHARS) for label in labels)


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
