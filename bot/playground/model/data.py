"""Answers of the played model as data: JSON that fits the schema in the request. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.model.charts import choose_chart
from bot.playground.model.diagnoses import FIELDS, build_diagnosis

_PAIR_PATTERN = re.compile(r"^\s*([^:|,\n]{1,40}):\s*(.{1,200})$", re.MULTILINE)
_MAX_DEPTH = 6


def build_json_answer(schema: Mapping[str, Any], question: str, descriptions: Sequence[str]) -> str:
    """Build JSON for `schema` from the question's words and the `descriptions` of its pictures."""
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and "chart_kind" in properties:
        return choose_chart(question)
    if isinstance(properties, Mapping) and {"columns", "rows"} <= set(properties):
        return json.dumps(_build_table(question, descriptions), ensure_ascii=False)
    if isinstance(properties, Mapping) and set(properties) == {"title", "data"}:
        table = _build_table(question, descriptions)
        objects = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        return json.dumps({"title": table["title"], "data": objects}, ensure_ascii=False)
    if isinstance(properties, Mapping) and {"nodes", "edges", "unclear"} <= set(properties):
        return json.dumps(_build_diagram(), ensure_ascii=False)
    if isinstance(properties, Mapping) and set(properties) >= FIELDS:
        return json.dumps(build_diagnosis(question, descriptions), ensure_ascii=False)
    return json.dumps(_build_instance(schema, question, _MAX_DEPTH), ensure_ascii=False)


def _build_diagram() -> dict[str, Any]:
    """Build what a model might read off a diagram of three services."""
    names = (("Web", "box"), ("Orders", "rounded"), ("Ledger", "database"))
    nodes = [
        {
            "id": f"n{number}", "label": label, "kind": "service", "group": "", "shape": shape,
            "confidence": 0.95 if number < 3 else 0.6,
            "box": {"left": 0.36 * (number - 1), "top": 0.3, "right": 0.36 * number - 0.1,
                    "bottom": 0.6},
        }
        for number, (label, shape) in enumerate(names, 1)
    ]  # fmt: skip
    edges = [
        {"from": source, "to": target, "label": label, "kind": "", "line": "solid", "heads": "to",
         "confidence": sure}
        for source, target, label, sure in (("n1", "n2", "HTTPS", 0.9), ("n2", "n3", "", 0.55))
    ]  # fmt: skip
    words = {"title": "", "direction": "LR", "instead": ""}
    return {**words, "nodes": nodes, "edges": edges, "unclear": []}


def _build_table(question: str, descriptions: Sequence[str]) -> dict[str, Any]:
    title = " ".join(question.split())[:60] or "Data"
    lines = [line.split(",") for line in question.splitlines() if line.count(",") > 1]
    if len(lines) > 1:
        columns, *rows = [[cell.strip() for cell in line] for line in lines]
        padded_rows = [(row + [""] * len(columns))[: len(columns)] for row in rows]
        return {"title": "The list", "summary": "", "columns": columns, "rows": padded_rows}
    pairs = [[name.strip(), value.strip()] for name, value in _PAIR_PATTERN.findall(question)]
    if pairs:
        return {"title": "Fields", "summary": "", "columns": ["field", "value"], "rows": pairs}
    if descriptions:
        numbered = [[number, text] for number, text in enumerate(descriptions, 1)]
        columns = ["picture", "what it shows"]
        return {"title": title, "summary": "", "columns": columns, "rows": numbered}
    word_lengths = [[word, len(word)] for word in question.split()[:20]]
    return {"title": title, "summary": "", "columns": ["word", "letters"], "rows": word_lengths}


def _build_instance(schema: Any, question: str, depth: int) -> Any:
    """Build a small value that fits most schemas."""
    constraints = schema if isinstance(schema, Mapping) else {}
    if "const" in constraints or "default" in constraints:
        return constraints.get("const", constraints.get("default"))
    if isinstance(constraints.get("enum"), list) and constraints["enum"]:
        return constraints["enum"][0]
    kind = constraints.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    scalars: dict[object, Any] = {
        "string": question.split()[0] if question.split() else "word",
        "integer": int(constraints.get("minimum", 1)) if kind == "integer" else 1,
        "number": constraints.get("minimum", 1.5),
        "boolean": True,
        "null": None,
    }
    if kind in scalars:
        return scalars[kind]
    if kind == "array":
        return [_build_instance(constraints.get("items"), question, depth - 1)] if depth > 0 else []
    properties = constraints.get("properties")
    inner = properties if isinstance(properties, Mapping) and depth > 0 else {}
    return {
        str(name): _build_instance(property_schema, question, depth - 1)
        for name, property_schema in inner.items()
    }
