"""Data as the played model answers with: something that fits the schema it was sent. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PAIR_PATTERN = re.compile(r"^\s*([^:|,\n]{1,40}):\s*(.{1,200})$", re.MULTILINE)
_MAX_DEPTH = 6


def build_json_answer(schema: Mapping[str, Any], question: str, descriptions: Sequence[str]) -> str:
    """JSON for `schema` from the words of the question, and what was `seen` in pictures."""
    names = schema.get("properties")
    if isinstance(names, Mapping) and {"columns", "rows"} <= set(names):
        return json.dumps(_build_table(question, descriptions), ensure_ascii=False)
    if isinstance(names, Mapping) and set(names) == {"title", "data"}:
        rows = _build_table(question, descriptions)
        objects = [dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"]]
        return json.dumps({"title": rows["title"], "data": objects}, ensure_ascii=False)
    return json.dumps(_build_instance(schema, question, _MAX_DEPTH), ensure_ascii=False)


def _build_table(question: str, descriptions: Sequence[str]) -> dict[str, Any]:
    title = " ".join(question.split())[:60] or "Data"
    lines = [line.split(",") for line in question.splitlines() if line.count(",") > 1]
    if len(lines) > 1:
        columns, *rows = [[cell.strip() for cell in line] for line in lines]
        even = [(row + [""] * len(columns))[: len(columns)] for row in rows]
        return {"title": "The list", "summary": "", "columns": columns, "rows": even}
    pairs = [[name.strip(), value.strip()] for name, value in _PAIR_PATTERN.findall(question)]
    if pairs:
        return {"title": "Fields", "summary": "", "columns": ["field", "value"], "rows": pairs}
    if descriptions:
        shown = [[number, text] for number, text in enumerate(descriptions, 1)]
        columns = ["picture", "what it shows"]
        return {"title": title, "summary": "", "columns": columns, "rows": shown}
    counted = [[word, len(word)] for word in question.split()[:20]]
    return {"title": title, "summary": "", "columns": ["word", "letters"], "rows": counted}


def _build_instance(schema: Any, question: str, depth: int) -> Any:
    """A small value that fits most of what a schema can ask for."""
    given = schema if isinstance(schema, Mapping) else {}
    if "const" in given or "default" in given:
        return given.get("const", given.get("default"))
    if isinstance(given.get("enum"), list) and given["enum"]:
        return given["enum"][0]
    kind = given.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    simple: dict[object, Any] = {
        "string": question.split()[0] if question.split() else "word",
        "integer": int(given.get("minimum", 1)) if kind == "integer" else 1,
        "number": given.get("minimum", 1.5),
        "boolean": True,
        "null": None,
    }
    if kind in simple:
        return simple[kind]
    if kind == "array":
        return [_build_instance(given.get("items"), question, depth - 1)] if depth > 0 else []
    names = given.get("properties")
    inner = names if isinstance(names, Mapping) and depth > 0 else {}
    return {str(name): _build_instance(part, question, depth - 1) for name, part in inner.items()}
