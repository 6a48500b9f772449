"""What the played model can do instead of answering, under names that people understand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.model import PlayedModel
from bot.playground.model.endings import EndingKind
from bot.playground.model.wire import build_error

_LATE_SECONDS = 20.0
_RETRY_AFTER_SECONDS = "2"
_DECLINED_TEXT = "I'm sorry, but I can't help with that."
_GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class ModelFailure:
    """A failure of one request. `apply` sets it for the next one."""

    label: str
    apply: Callable[[PlayedModel], None]


def _refuse(label: str, status: int, message: str, retry_after: str = "") -> ModelFailure:
    body = build_error(status, message)
    return ModelFailure(label, lambda model: model.fail(status, body, retry_after=retry_after))


def _end(label: str, kind: EndingKind) -> ModelFailure:
    return ModelFailure(label, lambda model: model.end_next(kind))


MODEL_FAILURES: dict[str, ModelFailure] = {
    "busy": _refuse("too many requests (429)", 429, "Rate limit exceeded", _RETRY_AFTER_SECONDS),
    "credit": _refuse("no credit left (402)", 402, "Insufficient credits"),
    "key": _refuse("the key is refused (401)", 401, "User not found."),
    "moderated": _refuse(
        "the question is moderated away (403)", 403, "Your input was flagged by moderation"
    ),
    "error": _refuse("server error (500)", 500, "Internal Server Error"),
    "overloaded": _refuse("overloaded (503)", 503, "No provider is available"),
    "page": ModelFailure(
        "a gateway's page instead (502)", lambda model: model.fail(502, _GATEWAY_PAGE)
    ),
    "timeout": _end("the gateway's time is up (504)", EndingKind.GATEWAY_TIMEOUT),
    "unreachable": _end("the connection breaks at once", EndingKind.CUT_BEFORE_HEADERS),
    "cut": _end("the answer breaks off", EndingKind.CUT),
    "midway": _end("an error instead of the first word", EndingKind.ERROR_WITH_USAGE),
    "empty": _end("an empty answer", EndingKind.EMPTY),
    "thoughts": _end("only thoughts, no word", EndingKind.THOUGHTS_ONLY),
    "declined": ModelFailure(
        "it declines in words",
        lambda model: model.end_next(EndingKind.WHOLE, says=_DECLINED_TEXT),
    ),
    "late": ModelFailure(
        f"{_LATE_SECONDS:.0f} seconds late",
        lambda model: model.end_next(EndingKind.WHOLE, delay=_LATE_SECONDS),
    ),
    "silent": ModelFailure("silence until Easel gives up", lambda model: model.script(stall=True)),
}
