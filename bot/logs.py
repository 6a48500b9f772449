"""Log lines for the person who runs Easel, without secrets. What is logged, callers decide."""

from __future__ import annotations

import logging
import re
import sys

# Slack tokens, OpenRouter and OpenAI keys, and whatever follows "Bearer".
_SECRET = re.compile(r"\b(xox[a-z]-|xapp-|sk-)[\w-]{4,}|(?<=Bearer )\S+", re.IGNORECASE)
# These log requests, headers or bodies at INFO.
_TALKATIVE = (
    "easel.slack",
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "httpcore",
    "aiohttp",
    "PIL",
    "alembic",
)


class WithoutSecrets(logging.Formatter):
    """Formats as usual, exceptions included, and blanks whatever looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1…", super().format(record))


def configure(level: str) -> None:
    """Send log lines of `level` and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutSecrets("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
