"""Logs at the start what holds: version, workspace, provider, model, budgets, folder, limits."""

from __future__ import annotations

import structlog

from bot.app.version import read_version
from bot.config import Settings
from bot.disk.presence import is_present
from bot.domain.errors import CleanReason
from bot.llm.providers import list_models_without_policy

log = structlog.get_logger(__name__)


def log_new_database(settings: Settings) -> None:
    """Log which database is created, where none is there: a wrong EASEL_HOME shows at once."""
    if not is_present(settings.database_path):
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
        data_policy=_join_words(str(settings.data_policy)) or "none",
        max_tokens=settings.max_tokens,
        seconds=settings.model_seconds,
    )
    without = list_models_without_policy(settings.models) if settings.data_policy else []
    if without:
        log.warning("data_policy_not_sent", model="+".join(without))
    log.info("budgets_in_force", budgets=_join_words(settings.budgets.text) or "none")
    log.info(
        "limits_in_force",
        concurrency=settings.concurrency,
        per_person=settings.per_person,
        backlog=settings.backlog,
        file_mb=settings.max_file_mb,
        history=settings.history_turns,
    )


def _join_words(text: str) -> str:
    """Return a setting as one word: the log takes no sentence."""
    return "+".join(text.split()).replace("=", ":").replace(",", "..")
