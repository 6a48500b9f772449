"""Works out on paper what many workspaces at Slack's ceiling need, from measured figures.

Prints the tables that docs/scale.md quotes; a test compares them. Changes here are changes there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_DAY_SECONDS, _MONTH_DAYS = 86_400, 30
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of `python -m bench replicas`, of three: CPU seconds a question, and rows as they are
    stored. The memory is that of a replica with the server that forks decoders.

    `connections` are the most that one replica takes of the database.
    """

    easel_cpu: float = 0.0205
    database_cpu: float = 0.0059
    idle_cpu: float = 0.013  # of a core, each replica
    replica_mb: float = 117.0
    connections: int = 17
    concurrency: int = 256  # answers at the same time, each replica
    row_bytes: int = 6_000  # of one question with its indexes: 2,949 where all texts are one line
    rows: int = 8  # two turns, a thread, a question, a request, a message, an event, a total
    events: float = 3.0  # of Slack: the mention, the message, Easel's own message


@dataclass(frozen=True, slots=True)
class Load:
    """What the workspaces ask. Every question takes two calls that post, and one model request."""

    workspaces: int
    questions_per_second: float
    answer_seconds: float = 12.0  # the model, from its request to its last word
    posts: int = 2


@dataclass(frozen=True, slots=True)
class Prices:
    """In US dollars a month, and a question. Examples, not offers: put in your own."""

    core: float = 30.0
    memory_gb: float = 4.0
    storage_gb: float = 0.12
    question: float = 0.01  # a model request with a short text


@dataclass(frozen=True, slots=True)
class Need:
    """What a load needs. Cores are rounded up at `_USED_PART` of each in use."""

    events_per_second: float
    posts_per_second: float
    model_concurrency: float
    replicas: int
    database_cores: float
    connections: int
    rows_per_day: float
    gb_per_day: float
    machine_dollars: float
    model_dollars: float


# A core that is used further answers late when many ask at once. A replica uses one core.
_USED_PART = 0.6
# Slack takes about one message a second in a channel, and about twenty streams a minute in a
# workspace (docs/unverified.md): a workspace that has only one busy channel asks no faster.
POSTS_PER_CHANNEL_SECOND, STREAMS_PER_MINUTE = 1.0, 20.0


def build_loads(workspaces: int = 10_000) -> dict[str, Load]:
    """Return the loads of the document, by their names."""
    ceiling = STREAMS_PER_MINUTE / 60
    return {
        "one workspace at Slack's ceiling": Load(1, ceiling),
        f"{workspaces:,} ordinary workspaces, on average": Load(
            workspaces, workspaces * 50 / _DAY_SECONDS
        ),
        f"{workspaces:,} ordinary workspaces, busiest hour (6 times)": Load(
            workspaces, workspaces * 50 / _DAY_SECONDS * 6
        ),
        f"{workspaces:,} workspaces, all at Slack's ceiling": Load(
            workspaces, workspaces * ceiling
        ),
    }


def compute_need(load: Load, measured: Measured, prices: Prices) -> Need:
    """Work out what `load` needs if it went on all day and all month."""
    rate = load.questions_per_second
    by_cpu = rate * measured.easel_cpu / (_USED_PART - measured.idle_cpu)
    by_answers = rate * load.answer_seconds / measured.concurrency
    replicas = max(1, math.ceil(max(by_cpu, by_answers)))
    database_cores = rate * measured.database_cpu / _USED_PART
    gb_per_day = rate * _DAY_SECONDS * measured.row_bytes / _GB
    return Need(
        events_per_second=rate * measured.events,
        posts_per_second=rate * load.posts,
        model_concurrency=rate * load.answer_seconds,
        replicas=replicas,
        database_cores=database_cores,
        connections=replicas * measured.connections,
        rows_per_day=rate * _DAY_SECONDS * measured.rows,
        gb_per_day=gb_per_day,
        machine_dollars=(replicas + math.ceil(database_cores)) * prices.core
        + replicas * measured.replica_mb / 1000 * prices.memory_gb
        + gb_per_day * _MONTH_DAYS * prices.storage_gb,
        model_dollars=rate * _DAY_SECONDS * _MONTH_DAYS * prices.question,
    )


HEADS = (
    "load", "questions/s", "events/s", "posts/s", "answers at once", "replicas",
    "database cores", "connections", "rows a day", "GB a day", "machines $ a month",
    "model $ a month",
)  # fmt: skip


def build_rows() -> list[tuple[str, ...]]:
    """Return the rows of the table, as text."""
    rows: list[tuple[str, ...]] = []
    for name, load in build_loads().items():
        need = compute_need(load, Measured(), Prices())
        rows.append(
            (
                name,
                f"{load.questions_per_second:,.4f}",
                f"{need.events_per_second:,.2f}",
                f"{need.posts_per_second:,.2f}",
                f"{need.model_concurrency:,.0f}",
                f"{need.replicas:,}",
                f"{need.database_cores:,.2f}",
                f"{need.connections:,}",
                f"{need.rows_per_day:,.0f}",
                f"{need.gb_per_day:,.2f}",
                f"{need.machine_dollars:,.0f}",
                f"{need.model_dollars:,.0f}",
            )
        )
    return rows


def format_table() -> str:
    """Return the table in Markdown."""
    lines = (HEADS, ("---",) * len(HEADS), *build_rows())
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(format_table())
