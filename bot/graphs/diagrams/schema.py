"""The schema in which a model answers what it reads off a diagram. Pure.

Every property is required and none is added, so that OpenAI and OpenRouter enforce it strictly;
what a schema cannot say there, such as that an edge names nodes, is checked in `answers.py`.
"""

from __future__ import annotations

from typing import Any

from bot.domain.llm import JsonSchema
from bot.graphs.diagrams.diagram import HEADS, LINES, SHAPES


def _describe(text: str, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "description": text}


def _build_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SURE = _describe("How sure you are of it, from 0 to 1", "number")
_BOX = _build_object(
    {
        side: _describe(
            f"{side} edge of its outline, as a share of the picture's {length}", "number"
        )
        for side, length in (
            ("left", "width"),
            ("top", "height"),
            ("right", "width"),
            ("bottom", "height"),
        )
    }
)
_NODE = _build_object(
    {
        "id": _describe("A short id of your own, such as n1, that no other node has"),
        "label": _describe(
            "Its name exactly as it is written; [unreadable] where it cannot be read"
        ),
        "kind": _describe("What it is by the legend or the drawing, or empty"),
        "group": _describe("The label of the frame that it stands in, or empty"),
        "shape": {"type": "string", "enum": list(SHAPES)},
        "confidence": _SURE,
        "box": _BOX,
    }
)
_EDGE = _build_object(
    {
        "from": _describe(
            "The id of the node where it begins: that depends on, calls or points to"
        ),
        "to": _describe("The id of the node where it ends"),
        "label": _describe("What is written at the line, or empty"),
        "kind": _describe("What the legend says of such a line, or empty"),
        "line": {"type": "string", "enum": list(LINES)},
        "heads": {"type": "string", "enum": list(HEADS), "description": "Where arrow heads are"},
        "confidence": _SURE,
    }
)
DIAGRAM_SCHEMA = JsonSchema(
    "diagram",
    _build_object(
        {
            "title": _describe("The title of the diagram, or empty"),
            "direction": {"type": "string", "enum": ["LR", "TD"]},
            "nodes": {"type": "array", "items": _NODE},
            "edges": {"type": "array", "items": _EDGE},
            "unclear": {
                "type": "array",
                "items": _describe("One sentence on what cannot be read, or in two ways"),
            },
            "instead": _describe(
                "If there is no diagram: one sentence on what there is. Else empty"
            ),
        }
    ),
    strict=True,
)
