"""Injects failures of Slack and the model during a storm, of every kind and at any time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from bot.playground.model import PlayedModel
from bot.playground.model.wire import build_chunk, build_error, encode_event
from bot.playground.slack import PlayedSlack

METHODS = (
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.postMessage",
    "chat.update",
    "assistant.threads.setStatus",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "files.info",
    "conversations.replies",
    "upload",
    "download",
)
# Where people steer, messages are deleted often enough.
STEERED_METHODS = (*METHODS, "chat.delete")
# Slack refuses for now, shows a gateway's page, does the work without an answer, or is slow.
SLACK_FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 429, "retry_after": 0},
    {"status": 429, "retry_after": 1},
    {"status": 500},
    {"status": 503, "error": "service_unavailable"},
    {"html": True, "status": 502},
    {"error": "internal_error", "after": True},
    {"drop": True},
    {"drop": True, "after": True},
    {"delay": 0.3},
)
# Methods that are rarely called would collect faults until no call succeeds.
MAX_PENDING_FAULTS = 3
BROKEN_STREAM = (encode_event(build_chunk("gen-x", 1, {"content": "Half an answer"})),)
ERROR_CHUNK = encode_event({"error": {"code": 502, "message": "x"}, "choices": []})


class FaultInjector:
    """Adds faults at random intervals until `stop`."""

    def __init__(
        self,
        slack: PlayedSlack,
        model: PlayedModel,
        rng: random.Random,
        *,
        interval_seconds: float,
        methods: Sequence[str] = METHODS,
    ) -> None:
        self._slack = slack
        self._model = model
        self._rng = rng
        self._interval_seconds = interval_seconds
        self._methods = methods

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._rng.uniform(0, 2 * self._interval_seconds))
            if len(self._slack.api.faults) >= MAX_PENDING_FAULTS:
                continue
            if self._rng.random() < 0.75:
                self._fail_slack()
            else:
                self._fail_model()

    def stop(self) -> None:
        """Remove all faults."""
        self._slack.api.faults.clear()
        self._model.clear_scripts()

    def _fail_slack(self) -> None:
        method, fault = self._rng.choice(self._methods), self._rng.choice(SLACK_FAULTS)
        # A page in place of a file means a missing permission, which does not pass.
        if not (method == "download" and "html" in fault):
            self._slack.fail(method, **fault)

    def _fail_model(self) -> None:
        match self._rng.randrange(6):
            case 0:
                self._model.fail(429, build_error(429, "slow down"), retry_after="0")
            case 1:
                self._model.fail(503, "<html>Worker exceeded</html>")
            case 2:
                self._model.fail(529, build_error(529, "overloaded"))
            case 3:
                self._model.script(*BROKEN_STREAM, drop=True)
            case 4:
                self._model.script(*BROKEN_STREAM, ERROR_CHUNK)
            case _:
                self._model.script(ERROR_CHUNK)
