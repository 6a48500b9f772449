"""Reads SARIF 2.1, the report of code analyses: results by level, each with its place. Pure.

Places are told as they stand there; nothing is fetched or opened.
"""

from __future__ import annotations

from collections import Counter

from bot.diagnosis.reports.report import ReportLines, clean_field, get_list, get_mapping

_LEVELS = ("error", "warning", "note", "none")
_MAX_TOLD, _MAX_STEPS, _MAX_RULES = 300, 12, 20_000


def read_sarif(value: object) -> ReportLines | None:
    """Return the findings of a report, errors first; None for JSON that is none."""
    runs = get_list(value, "runs")
    is_sarif = "sarif" in str(get_mapping(value).get("$schema", "")).lower()
    if not is_sarif and not any(get_mapping(run, "tool", "driver") for run in runs):
        return None
    report = ReportLines()
    for run in runs:
        _add_run(report, run)
    return report


def _add_run(report: ReportLines, run: object) -> None:
    driver = get_mapping(run, "tool", "driver")
    rules = [get_mapping(rule) for rule in get_list(driver, "rules")[:_MAX_RULES]]
    results = [get_mapping(result) for result in get_list(run, "results")]
    levels = [_get_level(result, rules) for result in results]
    counts = Counter(levels)
    told = ", ".join(f"{counts[level]:,} of level {level}" for level in _LEVELS if counts[level])
    report.add(driver.get("name"), driver.get("version"), f"{len(results):,} results:", told)
    _add_notifications(report, run)
    order = sorted(range(len(results)), key=lambda index: _LEVELS.index(levels[index]))
    for index in order[:_MAX_TOLD]:
        _add_result(report, index, results[index], levels[index])
    if len(order) > _MAX_TOLD:
        report.add(f"… {len(order) - _MAX_TOLD:,} more results …")


def _get_level(result: dict[str, object], rules: list[dict[str, object]]) -> str:
    """Return a result's level; it may be set by its rule (SARIF 2.1.0, 3.27.10)."""
    level, index = result.get("level"), result.get("ruleIndex")
    if level is None and isinstance(index, int) and 0 <= index < len(rules):
        level = get_mapping(rules[index], "defaultConfiguration").get("level")
    if result.get("kind") not in (None, "fail"):
        level = "none"
    return level if isinstance(level, str) and level in _LEVELS else "warning"


def _add_result(report: ReportLines, index: int, result: dict[str, object], level: str) -> None:
    message = get_mapping(result, "message")
    rule = result.get("ruleId") or get_mapping(result, "rule").get("id")
    places = [_format_place(place) for place in get_list(result, "locations")[:3]]
    suppressed = "(suppressed)" if get_list(result, "suppressions") else ""
    where = f"at {', '.join(filter(None, places))}" if any(places) else ""
    report.add(f"[result {index + 1}] {level}:", rule, where, suppressed)
    report.add_block(message.get("text") or message.get("markdown") or message.get("id"))
    for flow in get_list(result, "codeFlows")[:1]:
        for thread in get_list(flow, "threadFlows")[:1]:
            _add_flow(report, get_list(thread, "locations"))


def _add_flow(report: ReportLines, steps: list[object]) -> None:
    shown = [
        *steps[: _MAX_STEPS // 2],
        *steps[max(_MAX_STEPS // 2, len(steps) - _MAX_STEPS // 2) :],
    ]
    for step in shown:
        location = get_mapping(step, "location")
        report.add(
            "    flow:", _format_place(location), get_mapping(location, "message").get("text")
        )


def _add_notifications(report: ReportLines, run: object) -> None:
    """Say where the analysis itself failed."""
    for call in get_list(run, "invocations")[:20]:
        if get_mapping(call).get("executionSuccessful") is False:
            report.add(
                "error: the analysis itself failed", get_mapping(call).get("exitCodeDescription")
            )
        for notification in get_list(call, "toolExecutionNotifications")[:20]:
            found = get_mapping(notification)
            if found.get("level") == "error":
                report.add("error: of the tool:", get_mapping(found, "message").get("text"))


def _format_place(place: object) -> str:
    physical = get_mapping(place, "physicalLocation")
    region = get_mapping(physical, "region")
    uri = clean_field(get_mapping(physical, "artifactLocation").get("uri"))
    numbers = [clean_field(region.get(name)) for name in ("startLine", "startColumn")]
    return ":".join(part for part in (uri, *numbers) if part)
