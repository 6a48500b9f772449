"""The JSON Schemas of Easel's own formats of answers. Pure.

See `checking.py` for those that people upload, and for how answers are held against them.
"""

from __future__ import annotations

from bot.domain.llm import JsonSchema
from bot.domain.options import OutputFormat

_CELL_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
TABLE_SCHEMA = JsonSchema(
    "table",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "summary": {"type": "string", "description": "One sentence, or empty"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"type": "array", "items": _CELL_SCHEMA}},
        },
        "required": ["title", "summary", "columns", "rows"],
        "additionalProperties": False,
    },
    strict=True,
)
DATA_SCHEMA = JsonSchema(
    "data",
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "data": {}},
        "required": ["title", "data"],
    },
)


def select_schema(output_format: OutputFormat) -> JsonSchema | None:
    """Return the schema for answers in `output_format`; None for text."""
    return {
        OutputFormat.TABLE: TABLE_SCHEMA,
        OutputFormat.CSV: TABLE_SCHEMA,
        OutputFormat.JSON: DATA_SCHEMA,
    }.get(output_format)
