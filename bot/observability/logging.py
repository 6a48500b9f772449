"""Configures the log for the person who runs Easel: one event a line, as JSON if not on a terminal.

No line can hold a secret, or anything that a person or the model wrote:

- Our own events keep only the fields in `ALLOWED_FIELDS`, and text only if it is a single word, or
  a `CleanReason`, from which people's words have been taken.
- Lines of other libraries keep the template in their source code, without the values.
- An exception is reduced to its type and to the places in the code that it passed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.domain.errors import CleanReason
from bot.domain.safe_text import redact_secrets

Event = MutableMapping[str, Any]

ALLOWED_FIELDS = {
    "address", "at", "attempt", "backlog", "budgets", "channel", "code", "concurrency", "count",
    "data", "data_policy", "documents", "effort", "error", "event", "exception", "fallbacks",
    "file_mb", "files", "history", "id", "kept", "kind", "ledger", "level", "logger",
    "max_tokens", "method", "model", "needed", "outcome", "per_person", "pictures", "provider",
    "provider_reason", "question", "questions", "reason", "seconds", "signal", "thread",
    "timestamp", "tokens", "took_s", "user", "version", "waited_s", "workspace",
}  # fmt: skip
# A single word, such as a code, the name of a method or an address. No sentence matches.
_WORD_PATTERN = re.compile(r"[\w.:/@+-]{0,120}")
# Our own packages; every other logger is a library's.
_OWN_LOGGERS = ("bot", "handlers", "storage")


def configure(level: str, *, library_level: str = "WARNING", stream: TextIO | None = None) -> None:
    """Send our log lines of `level` and above, and those of libraries of `library_level` and above,
    to `stream`, standard error by default."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.addFilter(_keep_template)
    handler.setFormatter(_build_formatter(is_terminal=out.isatty()))
    logging.basicConfig(level=library_level, handlers=[handler], force=True)
    for name in _OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    # Bolt warns at every start about a token in the environment that it does not need.
    logging.getLogger("easel.slack").setLevel(logging.ERROR)


def _build_formatter(*, is_terminal: bool) -> logging.Formatter:
    renderer: Any = (
        structlog.dev.ConsoleRenderer(
            colors=True, exception_formatter=structlog.dev.plain_traceback
        )
        if is_terminal
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            _replace_with_template,
        ],
        processors=[
            _add_exception_location,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact_event,
            renderer,
        ],
    )


def redact_event(_logger: Any, _method: str, event: Event) -> Event:
    """Keep only known fields; blank a text of several words and anything like a secret."""
    return {
        name: _redact_value(name, value) for name, value in event.items() if name in ALLOWED_FIELDS
    }


def _redact_value(name: str, value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    # `event` is a literal in the source code, and `exception` lists places in it.
    is_safe = name in ("event", "exception") or isinstance(value, CleanReason)
    if not is_safe and not _WORD_PATTERN.fullmatch(text):
        return "…"
    return redact_secrets(text)


def _keep_template(record: logging.LogRecord) -> bool:
    """Store the line's template before values are filled in; "" for a line without values.

    A line without values may have been formatted by the library already, so it is not safe.
    """
    record.template = record.msg if isinstance(record.msg, str) and record.args else ""
    return True


def _replace_with_template(_logger: Any, _method: str, event: Event) -> Event:
    """Replace another library's line with its template, or with its place in the source code."""
    record: logging.LogRecord = event["_record"]
    event["event"] = (
        getattr(record, "template", "") or f"{Path(record.pathname).name}:{record.lineno}"
    )
    return event


def _add_exception_location(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception with its type and its places in the code, without its message."""
    raised = event.pop("exc_info", None) or getattr(event.get("_record"), "exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["exception"] = _format_exception(raised[0], raised[2])
    record = event.get("_record")
    if record is not None:
        record.exc_info = record.exc_text = None
    return event


def _format_exception(kind: type[BaseException], trace: TracebackType | None) -> str:
    # `extract_tb` would read the whole source of every file on the way, and keep it for ever.
    locations = [
        f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    return " < ".join([kind.__name__, *reversed(locations[-12:])])
