"""Envelopes of questions and echoes: built once by the playground, then filled in as bytes."""

from __future__ import annotations

import json
import time
from typing import Any

from bench.far_ends.websocket import build_frame
from bot.playground.slack import events
from bot.playground.slack.event_views import build_view_event
from bot.playground.slack.workspace import BOT_USER, PlayedMessage, Workspace

CHANNEL = "C0GENERAL"
PEOPLE = 400
_VIEWS = {"mention": "app_mention", "message": "message"}


def build_ts(first_second: int, mark: int, number: int) -> bytes:
    """Build the ts of a message about the question `mark`."""
    return b"%d.%06d" % (first_second + mark, number)


class EnvelopeTemplates:
    """Builds frames of the socket and answers of the Web API from templates."""

    def __init__(self, first_second: int) -> None:
        self._first_second = first_second
        workspace = Workspace()
        question = PlayedMessage("<ts>", CHANNEL, "<user>", f"<@{BOT_USER}> <mark> tell me more")
        workspace.add(question)
        self._questions = [
            _build_template(name, build_view_event(workspace, question, view, origin=""))
            for name, view in _VIEWS.items()
        ]
        reply = PlayedMessage(
            "<reply>", CHANNEL, BOT_USER, "word", "<ts>", from_bot=True, markdown=True
        )
        event = events.build_message_event(reply, workspace.channels[CHANNEL])
        self._echo = _build_template("echo", event)

    def build_frames(self, mark: int) -> list[bytes]:
        """Build the frames of one question."""
        return [self._fill(template, mark) for template in self._questions]

    def build_echo(self, mark: int, ts: bytes) -> bytes:
        """Build the frame of the event about Easel's own message."""
        return self._fill(self._echo.replace(b"<reply>", ts), mark)

    def build_answer(self, ts: bytes) -> bytes:
        """Build the answer to a call that posted or changed the message at `ts`."""
        message = b'{"type":"message","user":"U0EASEL","bot_id":"B0EASEL","text":"word","ts":"%b"}'
        answer = b'{"ok":true,"channel":"C0GENERAL","ts":"%b","message":' + message + b"}"
        return answer % (ts, ts)

    def _fill(self, template: bytes, mark: int) -> bytes:
        filled = (
            template.replace(b"<ts>", build_ts(self._first_second, mark, 100))
            .replace(b"<mark>", b"q%dq" % mark)
            .replace(b"<number>", b"%d" % mark)
            .replace(b"<user>", b"U0P%05d" % (mark % PEOPLE))
        )
        return build_frame(filled)


def _build_template(name: str, event: dict[str, Any]) -> bytes:
    envelope = {
        "envelope_id": f"envelope-<number>-{name}",
        "payload": events.build_body(event, f"Ev<number>{name.upper()}", int(time.time())),
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": 0,
        "retry_reason": "",
    }
    return json.dumps(envelope).encode()
