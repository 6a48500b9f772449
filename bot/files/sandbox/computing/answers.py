"""Reads JSON Schemas, and holds answers against them, inside a decoder."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.stored_messages import serialize_message
from bot.files.sandbox.pipe import Header, Message
from bot.structured_output import checking
from bot.structured_output.presentation import show_data


def read_schema(_header: Header, blobs: Sequence[bytes]) -> Message:
    """Return a JSON Schema that can be used; nothing where the text is none."""
    try:
        schema = checking.read_schema(blobs[0].decode())
    except checking.SchemaRefusedError as error:
        return {"refused": error.why, "place": error.place}, []
    return {}, [] if schema is None else [json.dumps(schema).encode()]


def check_answer(header: Header, blobs: Sequence[bytes]) -> Message:
    """Hold an answer against a schema, unless that has been given up, and show it."""
    try:
        value = checking.parse_answer(blobs[1].decode("utf-8", "replace"))
    except ValueError:
        return {"is_data": False}, []
    found: dict[str, object] = {"is_data": True, "misfits": [], "is_checked": header["checks"]}
    if header["checks"]:
        try:
            misfits = checking.list_misfits(json.loads(blobs[0]), value)
            found["misfits"] = [[misfit.place, misfit.wanted] for misfit in misfits]
        except Exception:  # noqa: BLE001 - a schema that cannot be checked raises anything
            found["is_checked"] = False
    shown = show_data(value, is_own_table=header["own_table"], is_wrapped=header["wrapped"])
    files = [shown.json_file, *([] if shown.csv_file is None else [shown.csv_file])]
    found["title"] = shown.title
    return found, [serialize_message(shown.text).encode("utf-8", "replace"), *files]
