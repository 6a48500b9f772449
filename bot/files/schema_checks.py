"""Has schemas and answers checked in a decoder, and says in words what came of it.

A decoder ends what takes too long or too much memory: then a schema is refused, and an answer is
shown unchecked. See `bot.structured_output.checking` for the checks. What a decoder returns is not
trusted: a hostile schema may have taken it over.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from bot.domain.answers.checked import NO_DATA_NOTE, NOT_JSON, CheckedAnswer, Presentation
from bot.domain.errors import UserError
from bot.domain.files import Document, FileContext, GeneratedFile
from bot.domain.llm import JsonSchema
from bot.domain.messages import Message, MessageList
from bot.domain.options import OutputFormat, RequestOptions
from bot.domain.safe_text import clean_name, truncate
from bot.domain.stored_messages import deserialize_message
from bot.files.sandbox.pipe import Message as Result
from bot.files.sandbox.pool import SandboxPool, TaskOwner
from bot.files.sandbox.process import ProcessDied, ProcessNotStarted, ProcessTimeout
from bot.files.unreadable import build_unreadable_error
from bot.structured_output.schemas import DATA_SCHEMA, TABLE_SCHEMA, select_schema

log = structlog.get_logger(__name__)

CHECK_SECONDS = 8.0
_MAX_SCHEMA_CHARS = 256 * 1024
_MAX_SHOWN_CHARS, _MAX_FILE_BYTES, _MAX_SCHEMAS = 40_000, 64 * 1024 * 1024, 5
_MAX_PROBLEMS, _MAX_PLACE_CHARS, _MAX_WANTED_CHARS = 5, 100, 140
_NON_NAME_CHARS_PATTERN = re.compile(r"[^A-Za-z0-9_-]+")

_WRONG_PLACE_MESSAGE = "I could not use {name} as a JSON Schema: {place} is wrong."
_WRONG_SCHEMA_MESSAGE = "I could not use {name} as a JSON Schema: it is wrong."
_INVOLVED_SCHEMA_MESSAGE = (
    "I could not use {name} as a JSON Schema: it refers to what is not in it, or is too involved."
)
_SLOW_SCHEMA_MESSAGE = (
    "I could not use {name} as a JSON Schema: it takes too long to check. Please send a simpler"
    " one."
)
_MISFIT_PLACE_MESSAGE = "`{place}` has to fit `{wanted}`"
_MISFIT_WHOLE_MESSAGE = "the whole has to fit `{wanted}`"
_MISFIT_MESSAGE = "_This does not fit the schema: {problems}._"
_UNCHECKED_MESSAGE = Message(
    "_I could not check whether this fits the schema: the schema takes too long to check._"
)
_UNSHOWN_MESSAGE = Message(
    "_I could not check this answer or make a table of it: that took too long. This is what the"
    " model said._"
)
_NOT_STARTED_MESSAGE = Message(
    "_I could not start the program that checks answers and makes tables of them, which is no fault"
    " of yours. This is what the model said._"
)

T = TypeVar("T")


class InvalidSchemaError(UserError):
    """A file is not a JSON Schema that Easel can use; `user_message` names it."""


class SchemaChecker:
    """Checks schemas and answers, within `check_seconds` each."""

    def __init__(self, pool: SandboxPool, *, check_seconds: float = CHECK_SECONDS) -> None:
        self._pool = pool
        self._check_seconds = check_seconds

    async def extract_schema(
        self, options: RequestOptions, files: FileContext, owner: TaskOwner
    ) -> tuple[JsonSchema | None, FileContext]:
        """Return the schema of the answer, and the files without the one that contains it.

        Raises `UserError` for a schema that cannot be used.
        """
        schema = select_schema(options.output_format) if options.output_format is not None else None
        if schema is not DATA_SCHEMA:
            return schema, files
        for document in list(filter(_can_be_schema, files.documents))[:_MAX_SCHEMAS]:
            found = await self._read_schema(document.name, "".join(document.pages), owner)
            if found is not None:
                rest = tuple(other for other in files.documents if other is not document)
                return found, replace(files, documents=rest)
        return schema, files

    async def _read_schema(self, name: str, text: str, owner: TaskOwner) -> JsonSchema | None:
        blobs = [text.encode("utf-8", "replace")]
        try:
            contents = await self._run("schema", blobs, owner, _parse_schema)
        except ProcessNotStarted as error:
            raise build_unreadable_error(name, "not started", detail=str(error)) from error
        except _Refused as refusal:
            raise _build_refusal(name, *refusal.args) from refusal
        except (ProcessDied, ProcessTimeout, _OddResult) as error:
            raise _build_refusal(name, "slow") from error
        if contents is None:
            return None
        stem = _NON_NAME_CHARS_PATTERN.sub("_", name.rpartition(".")[0] or name).strip("_")[:60]
        return JsonSchema(stem or "answer", contents, is_uploaded=True)

    async def check(
        self, schema: JsonSchema, output_format: OutputFormat, text: str, owner: TaskOwner
    ) -> CheckedAnswer:
        """Check the text of an answer against `schema`, and show it. Never raises `EaselError`.

        Where the check takes too long, the answer is shown without it.
        """
        blobs = [await asyncio.to_thread(_encode_schema, schema), text.encode("utf-8", "replace")]
        values = {
            "own_table": schema is TABLE_SCHEMA,
            "wrapped": schema is DATA_SCHEMA,
        }

        def parse(result: Result) -> CheckedAnswer:
            return _parse_checked(schema, output_format, result)

        for checks in (True, False):
            try:
                return await self._run("answer", blobs, owner, parse, checks=checks, **values)
            except ProcessNotStarted as error:
                log.warning("answer_not_checked", error=str(error))
                return CheckedAnswer(Presentation(notes=(_NOT_STARTED_MESSAGE,)))
            except (ProcessDied, ProcessTimeout, _OddResult) as error:
                log.warning("answer_not_checked", error=type(error).__name__)
        return CheckedAnswer(Presentation(notes=(_UNSHOWN_MESSAGE,)))

    async def _run(
        self,
        task: str,
        blobs: list[bytes],
        owner: TaskOwner,
        parse: Callable[[Result], T],
        **values: Any,
    ) -> T:
        header = {"task": task, "name": "the schema", **values}
        result = await self._pool.run_task(header, blobs, owner, max_seconds=self._check_seconds)
        if "why" in result[0]:
            raise _OddResult(str(result[0]["why"])[:40])
        try:
            return await asyncio.to_thread(parse, result)
        except _Refused:
            raise
        except Exception as error:
            # A forged result may raise anything when it is parsed.
            raise _OddResult(type(error).__name__) from error


class _OddResult(Exception):
    """The decoder has failed, or has returned what none returns that works."""


class _Refused(Exception):
    """The decoder refuses a schema: why, and where it is wrong."""


def _can_be_schema(document: Document) -> bool:
    is_short = sum(map(len, document.pages)) <= _MAX_SCHEMA_CHARS
    return is_short and document.name.lower().endswith(".json")


def _encode_schema(schema: JsonSchema) -> bytes:
    return json.dumps(schema.schema).encode()


def _parse_schema(result: Result) -> dict[str, Any] | None:
    header, blobs = result
    if "refused" in header:
        raise _Refused(str(header["refused"]), _clean(header["place"], _MAX_PLACE_CHARS))
    if not blobs:
        return None
    (encoded,) = blobs
    # Written again, a schema has up to six characters for one.
    schema = json.loads(encoded) if len(encoded) <= 6 * _MAX_SCHEMA_CHARS else None
    if not isinstance(schema, dict):
        raise ValueError("no schema")
    return schema


def _parse_checked(
    schema: JsonSchema, output_format: OutputFormat, result: Result
) -> CheckedAnswer:
    header, blobs = result
    if not header["is_data"]:
        return CheckedAnswer(Presentation(notes=(NO_DATA_NOTE,)), (NOT_JSON,))
    problems = tuple(_build_problem(*misfit) for misfit in header["misfits"][:_MAX_PROBLEMS])
    shown, raw, *sheets = blobs
    if sum(map(len, blobs)) > _MAX_FILE_BYTES:
        raise ValueError("too long")
    stem = re.sub(r"[^a-z0-9-]", "", str(header["title"]))[:50] or schema.name
    text = deserialize_message(shown.decode())
    if len(text) > _MAX_SHOWN_CHARS:
        raise ValueError("too long")
    files = [GeneratedFile(f"{stem}.json", "application/json", raw)]
    files += [GeneratedFile(f"{stem}.csv", "text/csv", sheet) for sheet in sheets[:1]]
    if output_format is not OutputFormat.JSON:
        files.reverse()
    notes = [Message(_MISFIT_MESSAGE, problems=MessageList(problems, "; "))] if problems else []
    notes += [] if header["is_checked"] else [_UNCHECKED_MESSAGE]
    return CheckedAnswer(Presentation(text, tuple(files), tuple(notes)), problems)


def _build_problem(place: object, wanted: object) -> Message:
    found = {
        "place": _clean(place, _MAX_PLACE_CHARS),
        "wanted": _clean(wanted, _MAX_WANTED_CHARS),
    }
    return Message(_MISFIT_PLACE_MESSAGE if found["place"] else _MISFIT_WHOLE_MESSAGE, **found)


def _clean(value: object, max_chars: int) -> str:
    """Return a decoder's words for a sentence: on one line, bounded, without marks of Slack's."""
    plain = "".join(c for c in str(value)[: max_chars * 2] if c.isprintable())
    return truncate(re.sub(r"[`<>]", "'", plain), max_chars)


def _build_refusal(name: str, why: str, place: str = "") -> InvalidSchemaError:
    file_name = clean_name(name)
    if why == "wrong" and place:
        user_message = Message(_WRONG_PLACE_MESSAGE, name=file_name, place=place)
    elif why == "wrong":
        user_message = Message(_WRONG_SCHEMA_MESSAGE, name=file_name)
    elif why == "slow":
        user_message = Message(_SLOW_SCHEMA_MESSAGE, name=file_name)
    else:
        user_message = Message(_INVOLVED_SCHEMA_MESSAGE, name=file_name)
    return InvalidSchemaError(why[:40], user_message=user_message)
