"""Turns an answer into data: checks it, asks for a repair, shows it and makes files of it.

See `bot.structured_output` for schemas and tables.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.domain.files import FileContext, GeneratedFile
from bot.domain.llm import JsonSchema, Prompt, PromptTurn
from bot.domain.messages import Message
from bot.domain.options import OutputFormat, RequestOptions
from bot.structured_output.schemas import (
    DATA_SCHEMA,
    TABLE_SCHEMA,
    CheckResult,
    check,
    is_json_schema,
    read_schema,
    select_schema,
)
from bot.structured_output.tables import (
    extract_table,
    format_code_block,
    format_csv,
    format_json,
    format_markdown,
)

_REPAIR_INSTRUCTION = (
    "[Your answer did not fit the schema: {}. Answer again, with the whole of the data and nothing"
    " else.]"
)
_MISFIT_MESSAGE = "_This does not fit the schema: {problems}._"
_NO_DATA_MESSAGE = Message(
    "_The model did not answer with data, though it was asked twice. This is what it said._"
)
_MAX_REPEATED_CHARS = 60_000


async def check_answer(schema: JsonSchema, answer_text: str) -> CheckResult:
    """Check `answer_text` against `schema`, off the event loop."""
    return await asyncio.to_thread(check, schema, answer_text)


def build_repair_prompt(prompt: Prompt, answer_text: str, result: CheckResult) -> Prompt:
    """Build the prompt that asks for an answer that fits. Only the words are read again."""
    instruction = _REPAIR_INSTRUCTION.format("; ".join(result.problems))
    return replace(
        prompt,
        history=(
            *prompt.history,
            PromptTurn("user", prompt.question),
            PromptTurn("assistant", answer_text[:_MAX_REPEATED_CHARS]),
        ),
        question=instruction,
    )


@dataclass(frozen=True, slots=True)
class Presentation:
    """An answer that is data: the text to show instead of it, its files, notes on its faults."""

    shown_text: str | None = None
    files: tuple[GeneratedFile, ...] = ()
    notes: tuple[Message, ...] = ()


def present(schema: JsonSchema, output_format: OutputFormat, result: CheckResult) -> Presentation:
    """Show data as a table or code, with files to download; where it is no data, say so."""
    if result.problems and not result.is_data:
        return Presentation(notes=(_NO_DATA_MESSAGE,))
    notes: tuple[Message, ...] = ()
    if result.problems:
        notes = (Message(_MISFIT_MESSAGE, problems="; ".join(result.problems)),)
    table = extract_table(result.value)
    stem = _build_file_stem(table.title if table else "", schema)
    data = (
        result.value if schema is TABLE_SCHEMA or schema.is_uploaded else _unwrap_data(result.value)
    )
    if table is not None and schema is TABLE_SCHEMA:
        # The rows as objects are what a program wants.
        data = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    raw = GeneratedFile(f"{stem}.json", "application/json", format_json(data).encode())
    if table is None:
        return Presentation(format_code_block(data), (raw,), notes)
    sheet = GeneratedFile(f"{stem}.csv", "text/csv", format_csv(table).encode("utf-8-sig"))
    files = (raw, sheet) if output_format is OutputFormat.JSON else (sheet, raw)
    return Presentation(format_markdown(table), files, notes)


def _unwrap_data(value: object) -> object:
    return value["data"] if isinstance(value, dict) and "data" in value else value


def _build_file_stem(title: str, schema: JsonSchema) -> str:
    words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in title)
    plain = "-".join(part for part in words.split("-") if part)[:50].strip("-")
    return plain or schema.name


def extract_schema(
    options: RequestOptions, files: FileContext
) -> tuple[JsonSchema | None, FileContext]:
    """Return the schema of the answer, and the files without the one that contains it."""
    schema = select_schema(options.output_format) if options.output_format is not None else None
    if schema is not DATA_SCHEMA:
        return schema, files
    for document in files.documents:
        text = "".join(document.pages)
        if document.name.lower().endswith(".json") and is_json_schema(text):
            rest = tuple(other for other in files.documents if other is not document)
            return read_schema(document.name, text), replace(files, documents=rest)
    return schema, files
