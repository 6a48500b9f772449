"""Carries a chart in the text of an answer, so that it is stored and shown with it. Pure.

It stands at the beginning of the text, as a block of code with a mark that no one else can write:
what a model writes loses the mark when it comes. `handlers.web_api.visuals.charts` makes Slack's
block of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

# Of the characters that Unicode leaves to private use.
MARK = "\ue5e1"
_FENCE_PATTERN = re.compile(rf"```easel-chart{MARK}\n(?P<chart>[^\n`]{{2,6000}})\n```\s*")
MAX_FENCE_CHARS = 5_000
# As they are, these would be read as marks of Slack's or of Markdown.
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&@`#|*_~[]"}
_KINDS = ("bar", "line", "area", "pie")


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart that Slack draws itself: each series has one number for each label."""

    kind: str
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    x_label: str = ""
    y_label: str = ""


def write_fence(chart: NativeChart) -> str:
    """Return the block of code that carries `chart`; "" where that would be too long."""
    values = {
        "kind": chart.kind,
        "title": chart.title,
        "labels": chart.labels,
        "series": chart.series,
        "x": chart.x_label,
        "y": chart.y_label,
    }
    encoded = _escape(json.dumps(values, separators=(",", ":")))
    return f"```easel-chart{MARK}\n{encoded}\n```" if len(encoded) <= MAX_FENCE_CHARS else ""


def split_fence(text: str) -> tuple[NativeChart | None, int]:
    """Return the chart at the beginning of `text`, and where the words begin.

    A block that holds no chart is left out all the same.
    """
    found = _FENCE_PATTERN.match(text)
    if found is None:
        return None, 0
    try:
        return _read(json.loads(found["chart"])), found.end()
    except (ValueError, LookupError, TypeError):
        return None, found.end()


def remove_fence(text: str) -> str:
    """Return the words of an answer without the chart that it begins with."""
    found = _FENCE_PATTERN.match(text) if MARK in text else None
    return text if found is None else text[found.end() :]


def remove_mark(text: str) -> str:
    """Return the words of somebody else, so that nothing in them is a chart."""
    return text.replace(MARK, "") if MARK in text else text


def _escape(encoded: str) -> str:
    # Brackets of JSON stay: only what is in a text is escaped.
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: found[0].translate(_ESCAPED), encoded)


def _read(values: dict[str, object]) -> NativeChart:
    labels, series = values["labels"], values["series"]
    if values["kind"] not in _KINDS or not isinstance(labels, list) or not isinstance(series, list):
        raise ValueError("no chart")
    lines = tuple(
        (str(name), tuple(_read_number(one) for one in numbers)) for name, numbers in series
    )
    if not lines or any(len(numbers) != len(labels) for _, numbers in lines):
        raise ValueError("uneven")
    return NativeChart(
        str(values["kind"]),
        str(values["title"]),
        tuple(map(str, labels)),
        lines,
        str(values["x"]),
        str(values["y"]),
    )


def _read_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    return value
