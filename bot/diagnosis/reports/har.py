"""Reads HAR, a browser's record of its traffic: the requests that failed or were slow. Pure.

Cookies, headers that sign in, and what is sent or received in forms that may hold secrets are left
out: `bot.diagnosis.secrets` masks the rest. No address is fetched.
"""

from __future__ import annotations

import re
from collections import Counter

from bot.diagnosis.reports.report import ReportLines, clean_field, get_list, get_mapping
from bot.diagnosis.secrets import MASK, redact_secrets

_SLOW_MS, _MAX_TOLD, _MAX_SLOW, _MAX_BODY_CHARS = 5_000.0, 100, 20, 600
_TOLD_HEADERS = (
    "content-type", "retry-after", "location", "www-authenticate", "x-request-id", "server",
    "access-control-allow-origin", "cf-ray", "x-cache", "content-security-policy",
)  # fmt: skip
_QUERY_VALUE = re.compile(r"([?&#][\w.~%\[\]-]{1,80}=)[^&#\s]{12,}")
_FIELD = re.compile(
    r"(\"[\w.-]{0,40}(?:pass|token|secret|key|auth|session|cookie|code|otp|pin|email)[\w.-]{0,20}\"\s{0,3}:"
    r"\s{0,3}\")[^\"]{1,4000}",
    re.IGNORECASE,
)


def read_har(value: object) -> ReportLines | None:
    """Return the failed and the slow requests of a record; None for JSON that is none."""
    log = get_mapping(value, "log")
    if not isinstance(log.get("entries"), list):
        return None
    entries = [get_mapping(entry) for entry in get_list(log, "entries")]
    statuses = [_get_status(entry) for entry in entries]
    failed = [index for index, status in enumerate(statuses) if status >= 400 or status <= 0]
    slow = [
        index
        for index, entry in enumerate(entries)
        if index not in set(failed[:0]) and _get_time(entry) >= _SLOW_MS
    ]
    report = ReportLines()
    told = ", ".join(
        f"{count:,} × {status or 'no answer'}"
        for status, count in sorted(Counter(statuses).items())
    )
    report.add(f"{len(entries):,} requests by status: {told}")
    for index in failed[:_MAX_TOLD]:
        _add_failed(report, index, entries[index], statuses[index])
    if len(failed) > _MAX_TOLD:
        report.add(f"… {len(failed) - _MAX_TOLD:,} more failed requests …")
    known = set(failed)
    for index in [one for one in slow if one not in known][:_MAX_SLOW]:
        report.add(f"[entry {index + 1}] slow:", _format_request(entries[index], statuses[index]))
    return report


def _add_failed(report: ReportLines, index: int, entry: dict[str, object], status: int) -> None:
    response = get_mapping(entry, "response")
    reason = response.get("statusText")
    error = (
        response.get("_error")
        or entry.get("_error")
        or get_mapping(entry, "response").get("comment")
    )
    why = clean_field(error) or (
        "no answer: blocked, aborted or no connection" if status <= 0 else ""
    )
    report.add(f"[entry {index + 1}] failed:", _format_request(entry, status), reason, why)
    for header in get_list(response, "headers")[:200]:
        name = clean_field(get_mapping(header).get("name"))
        if name.lower() in _TOLD_HEADERS:
            report.add(
                f"    {name}:", _strip_secrets(clean_field(get_mapping(header).get("value")))
            )
    content = get_mapping(response, "content")
    text = content.get("text")
    if isinstance(text, str) and content.get("encoding") != "base64" and _is_text(content):
        body = " ".join(text[: 4 * _MAX_BODY_CHARS].split())[:_MAX_BODY_CHARS]
        report.add("    answer:", _strip_secrets(body)) if body else None


def _format_request(entry: dict[str, object], status: int) -> str:
    request = get_mapping(entry, "request")
    url = _strip_secrets(clean_field(request.get("url")))
    return (
        f"{clean_field(request.get('method'))} {url} -> {status} after {_get_time(entry):,.0f} ms"
    )


def _strip_secrets(text: str) -> str:
    return redact_secrets(_FIELD.sub(rf"\1{MASK}", _QUERY_VALUE.sub(rf"\1{MASK}", text)))


def _is_text(content: dict[str, object]) -> bool:
    kind = str(content.get("mimeType", "")).lower()
    return not kind or any(word in kind for word in ("json", "text", "xml", "javascript", "form"))


def _get_status(entry: dict[str, object]) -> int:
    status = get_mapping(entry, "response").get("status")
    return status if isinstance(status, int) and 0 <= status < 1_000 else 0


def _get_time(entry: dict[str, object]) -> float:
    time = entry.get("time")
    return float(time) if isinstance(time, int | float) and 0 <= time < 1e12 else 0.0
