"""The played model's choice of a chart: by the question's words and the listed columns. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

_COLUMN_PATTERN = re.compile(r'^- ("(?:[^"\\]|\\.)*"): (\w+)', re.MULTILINE)
_TABLE_PATTERN = re.compile(r'^Table ("(?:[^"\\]|\\.)*") with', re.MULTILINE)
_FILE_PATTERN = re.compile(r'^(?:Table "|- "|\[|Its first|Further|Last chart: ).*$', re.MULTILINE)
_LAST_PATTERN = re.compile(r"^Last chart: (\{.*\})$", re.MULTILINE)
_KINDS = (
    ("pie", r"pie|torte|kreis|camembert|tarta|円"),
    ("line", r"line|linie|courbe|ligne|l[ií]nea|折れ線"),
    ("scatter", r"scatter|streu|nuage|dispersi|散布"),
    ("histogram", r"histogram|ヒストグラム"),
    ("heatmap", r"heat ?map|ヒートマップ"),
    ("area", r"\barea|fläche|aire|面グラフ"),
    ("box", r"box|箱ひげ"),
    ("stacked", r"stack|gestapelt|empil|apilad|積み上げ"),
)
_LOG_PATTERN = re.compile(r"log|対数")
_YEAR_PATTERN = re.compile(
    r"(?:only|just|nur|seulement|uniquement|s[oó]lo) (?:in |en )?(\d{4})\b|(\d{4})年?(?:だけ|のみ)"
)
_TOP_PATTERN = re.compile(
    r"(?:top|größten|grossten|上位) ?(\d{1,3})|(\d{1,3}) (?:plus grands|mayores)"
)
_BUCKETS = (
    ("month", r"month|monat|mois|\bmes|月"),
    ("week", r"week|woche|semaine|semana|週"),
    ("quarter", r"quarter|quartal|trimestre|四半期"),
    ("year", r"year|jahr|ann[ée]e|\baño|年"),
    ("day", r"\bday|\btag|\bjour|\bd[ií]a|日"),
)


def choose_chart(material: str) -> str:
    """Return the JSON of a chart of the tables that `material` describes, and of its question."""
    columns = [(json.loads(name), kind) for name, kind in _COLUMN_PATTERN.findall(material)]
    question = _FILE_PATTERN.sub("", material)
    last = _LAST_PATTERN.search(material)
    named = [name for name, _ in columns if name.lower() in question.lower()]
    chart = json.loads(last[1]) if last else _build_chart(columns, named)
    if last:
        _replace_columns(chart, columns, named)
    words = question.lower()
    for kind, pattern in _KINDS:
        if re.search(pattern, words):
            chart["chart_kind"] = kind
    chart["log"] = chart["log"] or bool(_LOG_PATTERN.search(words))
    _limit_rows(chart, [name for name, kind in columns if kind == "dates"], words)
    for bucket, pattern in _BUCKETS:
        if re.search(pattern, words):
            chart["bucket"] = bucket
            break
    chart["files"] = [json.loads(name) for name in _TABLE_PATTERN.findall(material)[:1]]
    return json.dumps(chart, ensure_ascii=False)


def _replace_columns(
    chart: dict[str, Any], columns: list[tuple[str, str]], named: list[str]
) -> None:
    """Plot what a further wish names: “by country”."""
    kinds = dict(columns)
    x = next((name for name in named if kinds[name] != "number"), None)
    y = next((name for name in named if kinds[name] == "number"), None)
    if x is not None:
        chart["x"], chart["bucket"] = x, chart["bucket"] if kinds[x] == "dates" else None
    if y is not None:
        chart["y"] = [{"column": y, "aggregate": "sum", "axis": "left"}]
    if named:
        chart["title"] = f"{chart['y'][0]['column'] or 'Rows'} by {chart['x']}"


def _limit_rows(chart: dict[str, Any], dates: list[str], words: str) -> None:
    """Keep what a wish keeps: “only 2025”, “top 5”."""
    if dates and (year := _YEAR_PATTERN.search(words)):
        values = [year[1] or year[2]]
        chart["filters"] = [{"column": dates[0], "operator": "=", "values": values}]
    if top := _TOP_PATTERN.search(words):
        chart["top"] = int(top[1] or top[2])


def _build_chart(columns: list[tuple[str, str]], named: list[str]) -> dict[str, Any]:
    numbers = [name for name, kind in columns if kind == "number"]
    others = [name for name, kind in columns if kind != "number"]
    dates = [name for name, kind in columns if kind == "dates"]
    y = next((name for name in named if name in numbers), numbers[0] if numbers else None)
    known = [name for name in named if name in others] or dates or others
    if not known and len(numbers) > 1:
        # Of numbers alone, what is measured stands behind what it is measured at.
        y = y if y in named else numbers[1]
        known = [name for name in numbers if name != y]
    x = known[0] if known else None
    return {
        "chart_kind": "bar", "title": f"{y or 'Rows'} by {x}" if x else str(y), "x": x,
        "bucket": None, "y": [{"column": y, "aggregate": "sum" if y else "count", "axis": "left"}],
        "series": None, "facet": None, "filters": [], "sort": "natural", "top": None,
        "other": False, "log": False, "trend": "none", "window": None, "x_label": None,
        "y_label": None, "unit": None, "files": [], "combine": "none", "join_on": None,
        "day_first": None, "decimal": None,
    }  # fmt: skip
