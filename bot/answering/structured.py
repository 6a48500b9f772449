"""Makes data of an answer: checked, asked for once more where it does not fit, shown and kept as
files. What a schema is, `schemas.py` knows; how a table looks, `tables.py`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.answering.draft import AnswerDraft
from bot.domain.files import GeneratedFile
from bot.domain.llm import JsonSchema, Prompt, PromptTurn
from bot.domain.options import OutputFormat
from bot.structured_output.schemas import TABLE_SCHEMA, CheckResult, check
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
_MISFIT_MESSAGE = "_This does not fit the schema: {}._"
_NO_DATA_MESSAGE = (
    "_The model did not answer with data, though it was asked twice. This is what it said._"
)
_MAX_REPEATED_CHARS = 60_000


async def check_answer(schema: JsonSchema, answer_text: str) -> CheckResult:
    """Hold what the model said against `schema`."""
    return await asyncio.to_thread(check, schema, answer_text)


def build_repair_prompt(prompt: Prompt, answer_text: str, result: CheckResult) -> Prompt:
    """The request that asks for an answer that fits. Nothing of it is read twice but the words."""
    told = _REPAIR_INSTRUCTION.format("; ".join(result.problems))
    return replace(
        prompt,
        history=(
            *prompt.history,
            PromptTurn("user", prompt.question),
            PromptTurn("assistant", answer_text[:_MAX_REPEATED_CHARS]),
        ),
        question=told,
    )


def present(
    draft: AnswerDraft, schema: JsonSchema, output_format: OutputFormat, result: CheckResult
) -> None:
    """Put the data into `received`: a text to show, and the files."""
    if result.problems and not result.is_data:
        draft.notes.append(_NO_DATA_MESSAGE)
        return
    if result.problems:
        draft.notes.append(_MISFIT_MESSAGE.format("; ".join(result.problems)))
    table = extract_table(result.value)
    stem = _build_file_stem(table.title if table else "", schema)
    data = (
        result.value if schema is TABLE_SCHEMA or schema.is_uploaded else _unwrap_data(result.value)
    )
    if table is not None and schema is TABLE_SCHEMA:
        # The rows as objects are what a program wants.
        data = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    raw = GeneratedFile(f"{stem}.json", "application/json", format_json(data).encode())
    draft.display_text = format_code_block(data) if table is None else format_markdown(table)
    if table is None:
        draft.generated_files.append(raw)
        return
    sheet = GeneratedFile(f"{stem}.csv", "text/csv", format_csv(table).encode("utf-8-sig"))
    draft.generated_files += [raw, sheet] if output_format is OutputFormat.JSON else [sheet, raw]


def _unwrap_data(value: object) -> object:
    return value["data"] if isinstance(value, dict) and "data" in value else value


def _build_file_stem(title: str, schema: JsonSchema) -> str:
    words = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in title)
    plain = "-".join(part for part in words.split("-") if part)[:50].strip("-")
    return plain or schema.name
