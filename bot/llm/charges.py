"""Decides which failed requests are certain to cost nothing. Pure.

Whatever is not certain may have been charged: it is booked, and it is not repeated.

| failure | free | because |
|---|---|---|
| no connection, name not found, TLS, no free connection | yes | nothing was sent |
| cut or silent after that, past the deadline | no | the provider may be at work |
| 3xx, 4xx (400, 401, 402, 403, 404, 409, 413, 422, 429, …) | yes | refused (RFC 9110, 15.4, 15.5) |
| 503, 529 | yes | overloaded: the request is not handled (RFC 9110, 15.6.4) |
| 500, 502 | if insured | else the failure may have come after the work |
| 408, 499 | if insured | else a gateway may have given up, as Portkey's and LiteLLM's do with 408 |
| 504, 524, other 5xx | no | a gateway has given up; the provider may have finished |
| an error in the stream, with a usage | as that says | error chunks may carry it |
| an error in the stream, nothing produced, no usage | if insured | thoughts may be hidden |
| an empty answer | if the usage says that it cost 0 | thoughts are charged as output |
| an answer that breaks off | no | it is charged up to there, or whole |

*Insured* is a provider that promises not to charge for failures: OpenRouter charges nothing for an
answer without output that has no finish reason, or whose finish reason is an error
(openrouter.ai/docs, "Zero completion insurance"). 504 and 524 are left out, because the same page
says that the provider may have finished. OpenAI publishes no such promise, nor do other servers.
"""

from __future__ import annotations

from bot.domain.llm import Usage

# httpx's names of failures before the first byte of a request.
_UNSENT_ERRORS = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}
_OVERLOADED_STATUSES = {503, 529}
_INSURED_STATUSES = {408, 499, 500, 502}
_TIMEOUT_STATUSES = {504, 524}


def is_transport_failure_free(name: str) -> bool:
    """Whether a failed connection certainly cost nothing; `name` is httpx's name of the error."""
    return name in _UNSENT_ERRORS


def is_refusal_free(status: int, *, is_insured: bool) -> bool:
    """Whether a response with `status` instead of an answer certainly cost nothing."""
    if status in _INSURED_STATUSES:
        return is_insured
    return 300 <= status < 500 or status in _OVERLOADED_STATUSES


def is_stream_failure_free(
    status: int | None, usage: Usage | None, *, has_output: bool, is_insured: bool
) -> bool:
    """Whether an answer that ended with an error certainly cost nothing.

    `status` is the HTTP status that the error stands for, None where it names none.
    """
    if usage is not None:
        return usage.is_free and not has_output
    return is_insured and not has_output and status not in _TIMEOUT_STATUSES
