"""Reads reports of tests in XML: JUnit's, as most tools write it, and Visual Studio's TRX.

Entities are refused, nothing is fetched. The file is read as a stream, so a hundred thousand cases
take little memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from bot.diagnosis.reports.report import ReportLines, clean_field

_FAILURES = {"failure": "FAILED", "error": "ERROR", "rerunFailure": "FAILED", "rerunError": "ERROR"}
_OUTPUTS = ("system-err", "system-out")
_MAX_DEPTH, _MAX_TOLD = 200, 150


def read_junit(data: bytes) -> ReportLines | None:
    """Return what failed in a report of tests; None for XML that is none.

    Raises an error of the parser for XML that is damaged or holds entities.
    """
    reader: _Reader | None = None
    for event, element in _iterate(data):
        name = _get_name(element)
        if reader is None:
            if name not in ("testsuites", "testsuite", "TestRun", "test-run", "assemblies"):
                return None
            reader = _Reader()
        if event == "start":
            reader.open(name, element)
        else:
            reader.close(name, element)
    return reader.build() if reader is not None else None


def _iterate(data: bytes) -> Iterator[tuple[str, Element[Any]]]:
    # No document type at all: a report has none, and all tricks with entities begin with one.
    yield from ElementTree.iterparse(io.BytesIO(data), ("start", "end"), forbid_dtd=True)


class _Reader:
    """Counts cases and notes the failed ones."""

    def __init__(self) -> None:
        self._report = ReportLines()
        self._suites: list[str] = []
        self._counts: dict[str, int] = dict.fromkeys(("passed", "FAILED", "ERROR", "skipped"), 0)
        self._depth, self._case_number = 0, 0

    def open(self, name: str, element: Element[Any]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        if name == "testsuite":
            self._suites.append(clean_field(element.get("name")))

    def close(self, name: str, element: Element[Any]) -> None:
        self._depth -= 1
        if name == "testcase":
            self._add_case(element)
        elif name == "UnitTestResult":
            self._add_trx_case(element)
        elif name == "testsuite":
            self._add_suite_output(element)
            self._suites.pop()
        if name in ("testcase", "testsuite", "UnitTestResult", "properties"):
            element.clear()

    def build(self) -> ReportLines:
        counts, report = self._counts, ReportLines()
        report.add(
            f"{sum(counts.values()):,} test cases: {counts['passed']:,} passed,"
            f" {counts['FAILED']:,} failed, {counts['ERROR']:,} with errors,"
            f" {counts['skipped']:,} skipped"
        )
        report.lines += self._report.lines
        return report

    def _add_case(self, element: Element[Any]) -> None:
        self._case_number += 1
        failures = [child for child in element if _get_name(child) in _FAILURES]
        if not failures:
            is_skipped = any(_get_name(child) in ("skipped", "disabled") for child in element)
            self._counts["skipped" if is_skipped else "passed"] += 1
            return
        outcome = _FAILURES[_get_name(failures[0])]
        self._counts[outcome] += 1
        if self._counts["FAILED"] + self._counts["ERROR"] > _MAX_TOLD:
            return
        for child in failures:
            self._add_failure(element, child, _FAILURES[_get_name(child)])
        for child in element:
            if _get_name(child) in _OUTPUTS and child.text:
                self._report.add(f"    {_get_name(child)} of this case:")
                self._report.add_block(child.text[-1_500:], "      ")

    def _add_failure(self, case: Element[Any], failure: Element[Any], outcome: str) -> None:
        names = (clean_field(case.get("classname")), clean_field(case.get("name")))
        suite = f"in suite {self._suites[-1]}" if self._suites and self._suites[-1] else ""
        place = ":".join(
            filter(None, (clean_field(case.get("file")), clean_field(case.get("line"))))
        )
        where = f"at {place}" if place else ""
        self._report.add(
            f"[testcase {self._case_number}] {outcome}:",
            ".".join(filter(None, names)),
            suite,
            where,
        )
        kind, message = clean_field(failure.get("type")), clean_field(failure.get("message"))
        told = f"{kind}: {message}" if kind and message and kind not in message else message or kind
        if told:
            self._report.add(f"    {told}")
        text = failure.text or ""
        # Many tools begin the text with the message once more.
        self._report.add_block(text.strip().removeprefix(failure.get("message") or "\0"))

    def _add_suite_output(self, element: Element[Any]) -> None:
        """Note what a suite says apart from its cases: a failure while it was set up."""
        for child in element:
            name = _get_name(child)
            if name in _FAILURES:
                self._report.add(f"[testsuite] {_FAILURES[name]}:", self._suites[-1])
                self._report.add_block(child.get("message") or "")
                self._report.add_block(child.text or "")
            elif name == "system-err" and child.text and self._counts["FAILED"]:
                self._report.add(f"system-err of suite {self._suites[-1]}, its end:")
                self._report.add_block(child.text[-1_500:])

    def _add_trx_case(self, element: Element[Any]) -> None:
        self._case_number += 1
        outcome = (element.get("outcome") or "").lower()
        key = {"failed": "FAILED", "error": "ERROR", "timeout": "FAILED", "aborted": "ERROR"}.get(
            outcome
        )
        if key is None:
            self._counts["passed" if outcome == "passed" else "skipped"] += 1
            return
        self._counts[key] += 1
        if self._counts["FAILED"] + self._counts["ERROR"] > _MAX_TOLD:
            return
        self._report.add(f"[UnitTestResult {self._case_number}] {key}:", element.get("testName"))
        for child in element.iter():
            if _get_name(child) in ("Message", "StackTrace") and child.text:
                self._report.add_block(child.text)


def _get_name(element: Element[Any]) -> str:
    return str(element.tag).rpartition("}")[2]
