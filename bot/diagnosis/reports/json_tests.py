"""Reads reports of tests in JSON: `go test -json`, Jest, Vitest and pytest's. Pure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque

from bot.diagnosis.reports.report import ReportLines, clean_field, get_list, get_mapping

_MAX_OUTPUT, _MAX_TESTS, _MAX_TOLD = 60, 20_000, 150
_GO_KEYS = {"Action", "Package"}


def read_go_test(data: bytes) -> ReportLines | None:
    """Return what failed in the lines of `go test -json`; None for anything else."""
    first = data[:4_096].lstrip().partition(b"\n")[0]
    if not first.startswith(b"{") or not _parse_event(first).keys() >= _GO_KEYS:
        return None
    output: dict[tuple[str, str], deque[str]] = defaultdict(lambda: deque(maxlen=_MAX_OUTPUT))
    failed, counts = list[tuple[str, str]](), Counter[str]()
    for line in data.split(b"\n"):
        event = _parse_event(line)
        key = (clean_field(event.get("Package")), clean_field(event.get("Test")))
        action = event.get("Action")
        if action == "output" and len(output) < _MAX_TESTS:
            output[key].append(str(event.get("Output", ""))[:2_000].rstrip("\n"))
        elif action in ("pass", "skip", "fail"):
            counts[str(action)] += bool(key[1])
            if action == "fail":
                failed.append(key)
            else:
                output.pop(key, None)
    return _build_go_report(failed, counts, output)


def _build_go_report(
    failed: list[tuple[str, str]], counts: Counter[str], output: dict[tuple[str, str], deque[str]]
) -> ReportLines:
    report = ReportLines()
    report.add(
        f"{counts['pass']:,} tests passed, {counts['fail']:,} failed, {counts['skip']:,} skipped"
    )
    # A test comes before the tests and the package that failed because of it.
    for package, test in failed[:_MAX_TOLD]:
        report.add("FAIL:", f"{package}.{test}" if test else f"package {package}")
        report.add_block("\n".join(output.get((package, test), ())))
    return report


def _parse_event(line: bytes) -> dict[str, object]:
    try:
        event = json.loads(line) if line.startswith(b"{") else None
    except (ValueError, RecursionError):
        event = None
    return event if isinstance(event, dict) else {}


def read_jest(value: object) -> ReportLines | None:
    """Return what failed in the report of Jest or Vitest; None for JSON that is none."""
    if "numFailedTests" not in get_mapping(value) or not isinstance(
        get_mapping(value).get("testResults"), list
    ):
        return None
    report, counts = ReportLines(), get_mapping(value)
    report.add(f"{clean_field(counts.get('numPassedTests')) or 0} tests passed,")
    report.lines[0] += f" {clean_field(counts.get('numFailedTests')) or 0} failed"
    for file in get_list(value, "testResults"):
        results = [get_mapping(one) for one in get_list(file, "assertionResults")]
        failed = [one for one in results if one.get("status") == "failed"]
        if not failed and get_mapping(file).get("status") == "failed":
            report.add("FAIL:", get_mapping(file).get("name"))
            report.add_block(get_mapping(file).get("message"))
        for one in failed:
            report.add(
                "FAIL:", get_mapping(file).get("name"), one.get("fullName") or one.get("title")
            )
            for message in get_list(one, "failureMessages")[:3]:
                report.add_block(message)
    return report


def read_pytest(value: object) -> ReportLines | None:
    """Return what failed in the report of pytest-json-report; None for JSON that is none."""
    tests = get_list(value, "tests")
    if not tests or not all("nodeid" in get_mapping(test) for test in tests[:3]):
        return None
    outcomes = Counter(clean_field(get_mapping(test).get("outcome")) for test in tests)
    report = ReportLines()
    report.add(", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()))
    for test in tests:
        if get_mapping(test).get("outcome") not in ("failed", "error"):
            continue
        report.add("FAILED:", get_mapping(test).get("nodeid"))
        for stage in ("setup", "call", "teardown"):
            report.add_block(get_mapping(test, stage).get("longrepr"))
    return report
