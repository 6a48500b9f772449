"""What SQLite and PostgreSQL say differently, said once. No other module names one of them in a
query, but for the reports' times."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Index,
    Integer,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

POSTGRESQL = "postgresql"

# Compared byte by byte on both, as ts and ids are: a language's order would skip the points.
TEXT = Text().with_variant(Text(collation="C"), POSTGRESQL)
# Sixty-four bits on both: SQLite has no other.
INTEGER = Integer().with_variant(BigInteger(), POSTGRESQL)
# Of an index's `info`.
_POSTGRESQL_WHERE = "postgresql_where"


class _DoNothing(OnConflictDoNothing):
    constraint_target = None  # what PostgreSQL's compiler looks for; the rest is the same on both
    inherit_cache = True


class _DoUpdate(OnConflictDoUpdate):
    constraint_target = None
    inherit_cache = True


class Insert(sqlite.Insert):
    """An INSERT that may have ON CONFLICT, on both engines.

    PostgreSQL's own would take two megabytes in a process that has SQLite.
    """

    inherit_cache = True

    def on_conflict_do_nothing(self, index_elements: Any = None, index_where: Any = None) -> Insert:
        """Insert nothing where the row is there."""
        return self.ext(_DoNothing(index_elements, index_where))

    def on_conflict_do_update(
        self,
        index_elements: Any = None,
        index_where: Any = None,
        set_: Any = None,
        where: Any = None,
    ) -> Insert:
        """Change the row where it is there."""
        return self.ext(_DoUpdate(index_elements, index_where, set_, where))


insert = Insert


def is_postgresql(connection: Connection) -> bool:
    """Whether other processes may write at the same time as `connection`."""
    return connection.dialect.name == POSTGRESQL


def build_partial_index(
    name: str, *columns: str, where: str, is_unique: bool = False, flags: str = ""
) -> Index:
    """Return an index of the rows for which `where` holds.

    `flags` are conditions such as `NOT shown` that come before it; SQLite has them as numbers.
    """
    of_sqlite = flags.replace("NOT shown", "shown = 0")
    conditions = [" AND ".join(part for part in (one, where) if part) for one in (of_sqlite, flags)]
    return Index(
        name,
        *columns,
        unique=is_unique,
        sqlite_where=text(conditions[0]),
        info={_POSTGRESQL_WHERE: text(conditions[1])},
    )


@compiles(CreateIndex, POSTGRESQL)
def _compile_partial_index(create: CreateIndex, compiler: Any, **options: Any) -> str:
    """Name the condition only here: SQLAlchemy loads what it knows of an engine with the first
    option of that name, and a process on SQLite would hold it for nothing."""
    index: Any = create.element
    if (where := index.info.get(_POSTGRESQL_WHERE)) is not None:
        index.dialect_kwargs["postgresql_where"] = where
    return str(compiler.visit_create_index(create, **options))


class _ListType(TypeDecorator[Any]):
    """A list as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self._of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == POSTGRESQL:
            return dialect.type_descriptor(ARRAY(self._of))
        return dialect.type_descriptor(JSON())


class _IsListed(ColumnElement[bool]):
    """Whether a column's value is in a list that is one parameter."""

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's name
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], values: ColumnElement[Any]) -> None:
        self.column = column
        self.values = values

    def self_group(self, against: Any = None) -> ColumnElement[bool]:  # noqa: ARG002 - SQLAlchemy's
        """As it is: compared with 1, as SQLAlchemy has it for SQLite, it would enter no index."""
        return self


@compiles(_IsListed, "sqlite")
def _compile_listed(element: _IsListed, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - all our own


@compiles(_IsListed, POSTGRESQL)
def _compile_any(element: _IsListed, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"({column} = ANY ({values}))"


def match_listed(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the value of `column` is in the list that the parameter `name` holds.

    However long the list is, the statement is the same one. With a placeholder for each value it
    would be another for each length, and each connection keeps the last 128 statements: of the
    longer ones some thirty kilobytes each.
    """
    return _IsListed(column, bindparam(name, type_=_ListType(column.type)))


class greatest(FunctionElement[Any]):  # noqa: N801 - named as the function in SQL
    """The greatest of some values."""

    inherit_cache = True

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self.type = self.clauses.clauses[0].type


@compiles(greatest, "sqlite")
def _compile_max(element: greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(greatest, POSTGRESQL)
def _compile_greatest(element: greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


class find_text(FunctionElement[int]):  # noqa: N801 - as above
    """The place of a text in another, from 1; 0 where it is not in it."""

    inherit_cache = True


@compiles(find_text, "sqlite")
def _compile_instr(element: find_text, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(find_text, POSTGRESQL)
def _compile_strpos(element: find_text, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


class format_time(FunctionElement[str]):  # noqa: N801 - as above
    """A Unix time, shifted to the clocks of a place, as the hour, day, week or month in words.

    A week is named by its Monday.
    """

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's name
        *FunctionElement._traverse_internals,
        ("unit", InternalTraversal.dp_string),
    ]
    type = Text()

    def __init__(self, unit: str, at: ColumnElement[Any]) -> None:
        super().__init__(at)
        self.unit = unit


_OF_SQLITE = {
    "hour": "'%Y-%m-%d %H:00', {}, 'unixepoch'",
    "day": "'%Y-%m-%d', {}, 'unixepoch'",
    "week": "'%Y-%m-%d', {}, 'unixepoch', 'weekday 0', '-6 days'",
    "month": "'%Y-%m', {}, 'unixepoch'",
}
_OF_POSTGRESQL = {
    "hour": "YYYY-MM-DD HH24:00",
    "day": "YYYY-MM-DD",
    "week": "YYYY-MM-DD",
    "month": "YYYY-MM",
}


@compiles(format_time, "sqlite")
def _compile_strftime(element: format_time, compiler: SQLCompiler, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    return f"strftime({_OF_SQLITE[element.unit].format(at)})"


@compiles(format_time, POSTGRESQL)
def _compile_to_char(element: format_time, compiler: SQLCompiler, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    start = f"date_trunc('{element.unit}', to_timestamp({at}) AT TIME ZONE 'UTC')"
    return f"to_char({start}, '{_OF_POSTGRESQL[element.unit]}')"
