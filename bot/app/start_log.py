"""Logs at the start what holds: version, workspace, provider, model, budgets, folder, limits."""

from __future__ import annotations

import structlog

from bot.app.version import read_version
from bot.config import Settings
from bot.domain.errors import CleanReason

log = structlog.get_logger(__name__)


def log_new_database(settings: Settings) -> None:
    """Log which database is created, where none is there: a wrong EASEL_HOME shows at once."""
    if not settings.database_path.exists():
        log.info("database_created", data=CleanReason(settings.database_path))


def log_start(settings: Settings, workspace: str) -> None:
    """Log what the settings come to, one line for each kind. Nothing in it is secret."""
    (provider, model), *fallbacks = settings.models
    log.info(
        "starting",
        version=read_version(),
        workspace=workspace,
        kind="socket_mode" if settings.is_socket_mode else "http_mode",
        data=CleanReason(settings.data_dir),
    )
    log.info(
        "model_in_force",
        provider=provider,
        model=model,
        fallbacks="+".join(f"{name}:{other}" for name, other in fallbacks) or "none",
        max_tokens=settings.max_tokens,
        seconds=settings.model_seconds,
    )
    # As one word: the log takes no sentence.
    budgets = "+".join(settings.budgets.text.split()).replace("=", ":")
    log.info("budgets_in_force", budgets=budgets or "none")
    log.info(
        "limits_in_force",
        concurrency=settings.concurrency,
        per_person=settings.per_person,
        backlog=settings.backlog,
        file_mb=settings.max_file_mb,
        history=settings.history_turns,
    )
