"""Write usage as CSV and JSON: sums, single requests, pictures, refusals.

Money is text of exact decimals. CSV is UTF-8 as RFC 4180 has it, and no cell of it is a formula.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.billing.usage_report import (
    FIGURES,
    FeedbackRow,
    PictureRow,
    RefusalRow,
    RequestRow,
    TimeSpan,
    UsageRow,
)
from bot.cli.usage.names import Names
from bot.structured_output.csv_text import format_csv_rows

Record = Mapping[str, Any]
_NAMED = ("user", "channel")


def build_usage_record(row: UsageRow, by: Sequence[str], names: Names) -> Record:
    """Return one row of sums: its keys with their names, then its figures."""
    return _name_keys(row.keys, by, names) | {
        name: _write_plainly(getattr(row, name)) for name in FIGURES
    }


def build_refusal_record(row: RefusalRow, by: Sequence[str], names: Names) -> Record:
    """Return one row of refusals. Where no cost is recorded, there is none."""
    is_known = row.questions > row.unknown
    return _name_keys(row.keys, by, names) | {
        "questions": row.questions,
        "refusals": row.refusals,
        "least_usd": _write_plainly(row.least) if is_known else None,
        "most_usd": _write_plainly(row.most) if is_known else None,
        "unknown": row.unknown,
    }


def build_request_record(row: RequestRow, span: TimeSpan, names: Names) -> Record:
    """Return one request of the ledger."""
    tokens = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "image_tokens")
    return {
        "time": format_time(row.at, span),
        **_name_owner(row.user, row.channel, names),
        "thread": names.build_link(row.channel, row.root),
        "question": row.question_id,
        "provider": row.provider,
        "model": row.model,
        "kind": row.kind,
        "outcome": row.outcome,
        "pictures": row.pictures,
        **dict(zip(tokens, row.tokens, strict=True)),
        "cost": _write_plainly(row.cost),
        "basis": row.basis,
        "bill": row.bill,
        "open_usd": _write_plainly(row.max_cost) if row.cost is None else None,
        "generation": row.generation_id,
    }


def build_picture_record(row: PictureRow, span: TimeSpan, names: Names) -> Record:
    """Return one picture that was made."""
    return {
        "time": format_time(row.at, span),
        **_name_owner(row.user, row.channel, names),
        "version": row.version,
        "type": row.mimetype,
        "bytes": row.size,
        "is_deleted": row.mode in ("tombstone", "forgotten"),
        "provider": row.provider,
        "model": row.model,
        "parameters": row.parameters,
        "cost": _write_plainly(row.cost),
        "is_estimated": row.is_estimated,
        "open_usd": _write_plainly(row.max_cost) if row.cost is None else None,
        "question": row.question_id,
        "link": names.build_link(row.channel, row.ts, row.root),
    }


def build_feedback_record(row: FeedbackRow, span: TimeSpan, names: Names) -> Record:
    """Return what one person says of one answer."""
    return {
        "time": format_time(row.at, span),
        **_name_owner(row.user, row.channel, names),
        "question": row.question_id,
        "version": row.version,
        "verdict": row.verdict,
        "fault": row.fault,
        "words": row.words,
        "link": names.build_link(row.channel, row.ts, row.root),
    }


def format_records(records: Iterable[Record], columns: Sequence[str], form: str) -> str:
    """Return all records as `csv`, with a heading, or as one `json` list."""
    if form == "csv":
        return _format_csv(records, columns)
    return json.dumps([*records], indent=1, ensure_ascii=False) + "\n"


def format_page(
    records: Sequence[Record], columns: Sequence[str], form: str, *, is_first: bool
) -> str:
    """Return some of many records: CSV with a heading if they are the first, or JSON lines."""
    if form == "csv":
        text = _format_csv(records, columns)
        return text if is_first else text.partition("\r\n")[2]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


def format_time(at: float, span: TimeSpan) -> str:
    """Format a Unix time by the clocks of the span's zone, with their offset."""
    return datetime.fromtimestamp(int(at), ZoneInfo(span.zone)).isoformat()


def list_columns(by: Sequence[str], figures: Sequence[str]) -> list[str]:
    """Return the columns of a report: each key, with its name where it has one, then figures."""
    keys = [[name, f"{name}_name"] if name in _NAMED else [name] for name in by]
    return [name for pair in keys for name in pair] + list(figures)


def _format_csv(records: Iterable[Record], columns: Sequence[str]) -> str:
    rows: Iterator[list[Any]] = ([record[name] for name in columns] for record in records)
    return format_csv_rows(columns, rows, "\r\n")


def _write_plainly(value: object) -> object:
    """Return money as text, as JSON's numbers are read as floats, and not as 1E-9."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _name_keys(keys: Sequence[str], by: Sequence[str], names: Names) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for dimension, key in zip(by, keys, strict=True):
        record[dimension] = _build_thread_link(key, names) if dimension == "thread" else key
        if dimension in _NAMED:
            record[f"{dimension}_name"] = names.find_name(dimension, key)
    return record


def _build_thread_link(key: str, names: Names) -> str:
    channel, _, root = key.partition("/")
    return names.build_link(channel, root)


def _name_owner(user: str, channel: str, names: Names) -> dict[str, str]:
    return {
        "user": user,
        "user_name": names.find_name("user", user),
        "channel": channel,
        "channel_name": names.find_name("channel", channel),
    }
