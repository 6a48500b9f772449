"""Builds what names the threads to look at, where several replicas work on one queue."""

from __future__ import annotations

from functools import partial

from bot.config import Settings
from bot.domain.questions import ClaimLimits
from bot.domain.stores.questions import ThreadDispatcher
from storage.engine.database import Database


def build_dispatcher(settings: Settings, database: Database) -> ThreadDispatcher | None:
    """Build it on PostgreSQL; return None on SQLite, where one process looks at its own queue."""
    if not settings.is_replicated:
        return None
    # Imported here because an installation on SQLite needs none of it.
    from storage.jobs.runner import JobRunner
    from storage.jobs.sweep import sweep_jobs

    limits = ClaimLimits(settings.concurrency, settings.per_person)
    return JobRunner(settings.postgres_url, sweep=partial(sweep_jobs, database, limits))
