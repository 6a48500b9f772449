"""Log lines for the person who runs Easel: one event each, JSON when not on a terminal.

Nothing a person or the model wrote can reach a line, nor a secret: of our own events only fields
in `FIELDS` pass, and text only if it is one word; of other libraries' lines only what their source
code says, without what they fill in; of an exception its type and where it was raised.
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

Event = MutableMapping[str, Any]

ALLOWED_FIELDS = {
    "address", "at", "attempt", "code", "count", "error", "event", "exception", "level", "logger",
    "method", "outcome", "question", "questions", "reason", "seconds", "signal", "timestamp",
    "took_s", "version", "waited_s",
}  # fmt: skip
# One word, as codes, names of methods and addresses are; no sentence fits.
_WORD_PATTERN = re.compile(r"[\w.:/@+-]{0,120}")
_SECRET_PATTERN = re.compile(r"(xox[a-z]-|xapp-|sk-)[\w-]{4,}", re.IGNORECASE)
# These log requests, headers or bodies at INFO.
_NOISY_LOGGERS = (
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "httpcore",
    "aiohttp",
    "PIL",
    "alembic",
    "stamina",
)


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Send log lines of `level` and above to `stream`, standard error by default."""
    out = stream or sys.stderr
    last: Any = (
        structlog.dev.ConsoleRenderer(
            colors=True, exception_formatter=structlog.dev.plain_traceback
        )
        if out.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.addFilter(_keep_template)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
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
                last,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # Bolt warns at every start that it finds a token in the environment and does not need it.
    logging.getLogger("easel.slack").setLevel(logging.ERROR)


def redact_event(_logger: Any, _method: str, event: Event) -> Event:
    """Keep known fields, and of their text only single words; blank what looks like a secret."""
    return {
        name: _redact_value(name, value) for name, value in event.items() if name in ALLOWED_FIELDS
    }


def _redact_value(name: str, value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    # Events and exceptions are literals of source code, and places in it.
    if name not in ("event", "exception") and not _WORD_PATTERN.fullmatch(text):
        return "…"
    return _SECRET_PATTERN.sub(r"\1…", text)


def _keep_template(record: logging.LogRecord) -> bool:
    """Keep what the source says before the values are filled in; a line without any has none."""
    record.template = record.msg if isinstance(record.msg, str) and record.args else ""
    return True


def _replace_with_template(_logger: Any, _method: str, event: Event) -> Event:
    """Of another library's line take the words of its source, not the values filled in."""
    record: logging.LogRecord = event["_record"]
    event["event"] = (
        getattr(record, "template", "") or f"{Path(record.pathname).name}:{record.lineno}"
    )
    return event


def _add_exception_location(_logger: Any, _method: str, event: Event) -> Event:
    """The type of an exception and its way through the code, without its message."""
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
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    return " < ".join([kind.__name__, *reversed(places[-12:])])
