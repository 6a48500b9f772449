"""Print what people think of the answers of a time: how many are good and bad, and why."""

from __future__ import annotations

import sys
from collections import Counter

from bot.billing.usage_report import FeedbackRow, TimeSpan
from bot.cli.table import format_table
from bot.cli.usage.export import Record, build_feedback_record, format_page
from bot.cli.usage.names import Names
from storage.engine.database import Database
from storage.reports.feedback import list_feedback

FEEDBACK_COLUMNS = (
    "time", "user", "user_name", "channel", "channel_name", "question", "version", "verdict",
    "fault", "words", "link",
)  # fmt: skip
_HEADINGS = ("time", "user", "channel", "question", "what is wrong", "words", "link")
NOTHING_SENTENCE = "Nobody has said anything of an answer in this time.\n"


async def print_feedback(database: Database, span: TimeSpan, names: Names, form: str) -> None:
    """Print each person's word on each answer, as text, CSV or JSON lines. Text has the bad ones
    line by line, and the number of the good ones."""
    is_first, counts = True, Counter[str]()
    async for page in list_feedback(database, span):
        counts.update(row.verdict for row in page)
        if form == "text":
            _print_table([row for row in page if row.verdict == "bad"], span, names)
        else:
            records = [build_feedback_record(row, span, names) for row in page]
            sys.stdout.write(format_page(records, FEEDBACK_COLUMNS, form, is_first=is_first))
        is_first = False
    if form == "text":
        sys.stdout.write(format_counts(counts))
    elif is_first:
        sys.stdout.write(format_page([], FEEDBACK_COLUMNS, form, is_first=True))


def format_counts(counts: Counter[str]) -> str:
    """Return one line with how many are good."""
    total = sum(counts.values())
    if not total:
        return NOTHING_SENTENCE
    return f"{counts['good']:,} of {total:,} are good ({counts['good'] / total:.0%}).\n"


def _print_table(rows: list[FeedbackRow], span: TimeSpan, names: Names) -> None:
    if not rows:
        return
    table = [[*_HEADINGS], *(_list_cells(row, span, names) for row in rows)]
    sys.stdout.write(format_table(table, left=len(_HEADINGS)))


def _list_cells(row: FeedbackRow, span: TimeSpan, names: Names) -> list[str]:
    record: Record = build_feedback_record(row, span, names)
    return [
        str(record["time"])[:16].replace("T", " "),
        names.format_key("user", row.user),
        names.format_key("channel", row.channel),
        str(row.question_id),
        row.fault,
        row.words,
        str(record["link"]),
    ]
