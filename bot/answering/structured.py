"""Makes data of an answer: checked, asked for once more where it does not fit, shown and kept as
files. What a schema is, `schemas.py` knows; how a table looks, `tables.py`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.answering.draft import Received
from bot.domain.files import NewFile
from bot.domain.llm import Prompt, PromptTurn, Schema
from bot.domain.options import Form
from bot.structured_output.schemas import TABLE, Checked, check
from bot.structured_output.tables import as_code, as_csv, as_json, as_markdown, table_of

_AGAIN = (
    "[Your answer did not fit the schema: {}. Answer again, with the whole of the data and nothing"
    " else.]"
)
_MISFIT = "_This does not fit the schema: {}._"
_UNREADABLE = (
    "_The model did not answer with data, though it was asked twice. This is what it said._"
)
_LONGEST_REPEATED = 60_000


async def checked(schema: Schema, said: str) -> Checked:
    """Hold what the model said against `schema`."""
    return await asyncio.to_thread(check, schema, said)


def repair(prompt: Prompt, said: str, found: Checked) -> Prompt:
    """The request that asks for an answer that fits. Nothing of it is read twice but the words."""
    told = _AGAIN.format("; ".join(found.problems))
    return replace(
        prompt,
        past=(
            *prompt.past,
            PromptTurn("user", prompt.question),
            PromptTurn("assistant", said[:_LONGEST_REPEATED]),
        ),
        question=told,
    )


def present(received: Received, schema: Schema, form: Form, found: Checked) -> None:
    """Put the data into `received`: a text to show, and the files."""
    if found.problems and not found.is_data:
        received.notes.append(_UNREADABLE)
        return
    if found.problems:
        received.notes.append(_MISFIT.format("; ".join(found.problems)))
    table = table_of(found.value)
    stem = _stem(table.title if table else "", schema)
    data = found.value if schema is TABLE or schema.given else _inner(found.value)
    if table is not None and schema is TABLE:
        # The rows as objects are what a program wants.
        data = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    raw = NewFile(f"{stem}.json", "application/json", as_json(data).encode())
    received.shown_as = as_code(data) if table is None else as_markdown(table)
    if table is None:
        received.made.append(raw)
        return
    sheet = NewFile(f"{stem}.csv", "text/csv", as_csv(table).encode("utf-8-sig"))
    received.made += [raw, sheet] if form is Form.JSON else [sheet, raw]


def _inner(value: object) -> object:
    return value["data"] if isinstance(value, dict) and "data" in value else value


def _stem(title: str, schema: Schema) -> str:
    words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in title)
    plain = "-".join(part for part in words.split("-") if part)[:50].strip("-")
    return plain or schema.name
