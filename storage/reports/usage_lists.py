"""List the single requests, pictures and refusals of a time. Reads only, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from bot.billing.usage_report import TIMES, PictureRow, RefusalRow, RequestRow, TimeSpan
from storage.engine.database import Database
from storage.engine.dialects import match_listed
from storage.ledger_rows import convert_to_dollars
from storage.presses.answers import IS_ANSWER_TO
from storage.reports.dimensions import KIND, build_refusal_dimension
from storage.reports.made_pictures import build_shares
from storage.reports.usage import match_span
from storage.schema import attempts, files, questions, turns
from storage.schema_budgets import budget_events

# Few enough that the memory which a report takes does not depend on how long it is.
PAGE_ROWS = 2_000


_HAS_PICTURES = (
    select(files.c.turn_id)
    .join(turns, turns.c.id == files.c.turn_id)
    .join(questions, IS_ANSWER_TO)
    .where(questions.c.id == attempts.c.question_id, files.c.version > 0)
    .correlate(attempts)
    .exists()
)

_SELECT_FILES = (
    select(questions.c.id.label("question_id"), files)
    .join(turns, IS_ANSWER_TO)
    .join(files, files.c.turn_id == turns.c.id)
    .where(match_listed(questions.c.id, "ids"), files.c.version > 0)
    .order_by(questions.c.id, turns.c.id, files.c.position)
)
_Share: TypeAlias = tuple[int, int]
_NO_SHARE: _Share = (0, 0)
_SHARES = build_shares(match_listed(questions.c.id, "ids"))
_SELECT_SHARES = select(_SHARES).where(_SHARES.c.after > _SHARES.c.first)


async def list_requests(database: Database, span: TimeSpan) -> AsyncIterator[list[RequestRow]]:
    """Yield the requests of `span` in the order of their times, some thousand at a time."""
    async for rows, shares in _read_pages(database, span, is_of_picture=False):
        yield [_build_request(row, shares.get(row.id, _NO_SHARE)) for row in rows]


async def list_pictures(database: Database, span: TimeSpan) -> AsyncIterator[list[PictureRow]]:
    """Yield the pictures that were made in `span` in the order of their times."""
    async for rows, shares in _read_pages(database, span, is_of_picture=True):
        made = await _read_files(database, rows)
        yield [
            picture
            for row in rows
            for picture in _build_pictures(
                row, made[row.question_id][slice(*shares.get(row.id, _NO_SHARE))]
            )
        ]


async def sum_refusals(database: Database, by: Sequence[str], span: TimeSpan) -> list[RefusalRow]:
    """Return what budgets refused in `span`, for all that `by` tells apart.

    A question that was refused more than once, as after Retry, is one question with the cost of its
    last refusal. Raises `KeyError` for a name that is not one of `REFUSAL_DIMENSIONS`.
    """
    # Older rows do not name their question: each is taken for one.
    question = func.coalesce(budget_events.c.question_id, -budget_events.c.id)
    keys = [build_refusal_dimension(name, span).label(f"key_{i}") for i, name in enumerate(by)]
    each = (
        select(*keys, func.max(budget_events.c.id).label("last"), func.count().label("refusals"))
        .where(budget_events.c.kind == "refused", match_span(budget_events.c.at, span))
        .group_by(*keys, question)
        .subquery()
    )
    last = budget_events.alias("last_refusals")
    query = (
        select(
            *(each.c[key.name] for key in keys),
            func.count().label("questions"),
            func.coalesce(func.sum(each.c.refusals), 0).label("refusals"),
            func.coalesce(func.sum(last.c.least_nano), 0).label("least"),
            func.coalesce(func.sum(last.c.most_nano), 0).label("most"),
            (func.count() - func.count(last.c.least_nano)).label("unknown"),
        )
        .select_from(each.join(last, last.c.id == each.c.last))
        .group_by(*(each.c[key.name] for key in keys))
    )
    rows = await database.read_apart(lambda c: c.execute(query).all())
    refusals = [_build_refusal(row, len(by)) for row in rows if row.questions]

    def find_place(row: RefusalRow) -> tuple[Any, ...]:
        times = [key for i, key in enumerate(row.keys) if by[i] in TIMES]
        return (times, -row.questions, row.keys)

    return sorted(refusals, key=find_place)


async def _read_pages(
    database: Database, span: TimeSpan, *, is_of_picture: bool
) -> AsyncIterator[tuple[Sequence[Row[Any]], dict[int, _Share]]]:
    """Yield pages of requests, and which pictures of their questions are theirs.

    Each page is read for itself, so that who reads slowly holds up no clean-up of the database.
    """
    last = (span.since, 0)
    while True:
        query = _build_page_query(last, span.until, is_of_picture=is_of_picture)
        rows, shares = await database.read_apart(partial(_read_page, query))
        if rows:
            yield rows, shares
            last = (rows[-1].asked_at, rows[-1].id)
        if len(rows) < PAGE_ROWS:
            return


def _read_page(
    query: Select[Any], connection: Connection
) -> tuple[Sequence[Row[Any]], dict[int, _Share]]:
    rows = connection.execute(query).all()
    ids = sorted({row.question_id for row in rows if row.question_id is not None})
    shares = connection.execute(_SELECT_SHARES, {"ids": ids})
    return rows, {row.id: (row.first, row.after) for row in shares}


async def _read_files(
    database: Database, rows: Sequence[Row[Any]]
) -> defaultdict[int, list[Row[Any]]]:
    """Return the pictures of the answers to the questions of `rows`, by the question's id."""
    ids = {"ids": sorted({row.question_id for row in rows})}
    found = await database.read_apart(lambda c: c.execute(_SELECT_FILES, ids).all())
    made: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for file in found:
        made[file.question_id].append(file)
    return made


def _build_page_query(last: tuple[float, int], until: float, *, is_of_picture: bool) -> Select[Any]:
    at, id_ = last
    is_next = or_(attempts.c.asked_at > at, and_(attempts.c.asked_at == at, attempts.c.id > id_))
    # Said twice, so that SQLite enters the index at the right place.
    where = and_(attempts.c.asked_at >= at, attempts.c.asked_at < until, is_next)
    return (
        select(attempts, KIND.label("kind"), questions.c.root, questions.c.ts)
        .outerjoin(questions, questions.c.id == attempts.c.question_id)
        .where(and_(where, _HAS_PICTURES) if is_of_picture else where)
        .order_by(attempts.c.asked_at, attempts.c.id)
        .limit(PAGE_ROWS)
    )


def _build_request(row: Row[Any], share: _Share) -> RequestRow:
    first, after = share
    return RequestRow(
        row.asked_at,
        row.question_id,
        row.user,
        row.channel,
        row.root or "",
        row.provider,
        row.model,
        row.kind,
        row.outcome,
        after - first,
        (
            row.prompt_tokens,
            row.cached_tokens,
            row.completion_tokens,
            row.reasoning_tokens,
            row.image_tokens,
        ),
        None if row.cost_nano is None else convert_to_dollars(row.cost_nano),
        row.basis,
        row.bill,
        convert_to_dollars(row.worst_nano),
        row.generation_id,
    )


def _build_pictures(row: Row[Any], made: Sequence[Row[Any]]) -> list[PictureRow]:
    """Return the pictures that a request has `made`, each with its share of the cost."""
    return [
        PictureRow(
            row.asked_at,
            row.question_id,
            row.user,
            row.channel,
            row.ts,
            row.root,
            row.provider,
            row.model,
            row.parameters,
            file.version,
            file.mimetype,
            file.size,
            file.mode,
            None
            if row.cost_nano is None
            else convert_to_dollars(share_evenly(row.cost_nano, index, len(made))),
            convert_to_dollars(share_evenly(row.worst_nano, index, len(made))),
            is_estimated=bool(row.estimated),
        )
        for index, file in enumerate(made)
    ]


def share_evenly(nano: int, index: int, count: int) -> int:
    """Return the part of `nano` that one of `count` has, so that all parts add up to it."""
    return nano * (index + 1) // count - nano * index // count


def _build_refusal(row: Any, key_count: int) -> RefusalRow:
    return RefusalRow(
        tuple(str(key or "unknown") for key in row[:key_count]),
        row.questions,
        row.refusals,
        convert_to_dollars(row.least),
        convert_to_dollars(row.most),
        row.unknown,
    )
