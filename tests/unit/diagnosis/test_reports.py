"""Reports of tests, analyses and traffic become lists of lines on what failed."""

from __future__ import annotations

import json

import pytest

from bot.diagnosis.read import read_lines, read_relevant
from bot.diagnosis.reports.read import Report, read_report
from tests.support.processor_time import hold_to

TOKEN = "ghp_" + "a1" * 18


def read(text: str | bytes) -> Report | None:
    return read_report(text.encode() if isinstance(text, str) else text, "utf-8")


def join(text: str | bytes) -> str:
    report = read(text)
    assert report is not None
    return "\n".join(report.lines)


def test_junit_tells_counts_and_each_failure_with_its_place() -> None:
    text = join(
        '<?xml version="1.0"?><testsuites><testsuite name="outer"><testsuite name="cart">'
        '<testcase classname="t.Cart" name="adds"/><testcase name="skips"><skipped/></testcase>'
        '<testcase classname="t.Cart" name="sums" file="t/cart.py" line="12">'
        '<failure type="AssertionError" message="assert 3 == 4">def test():\n&gt; assert 3 == 4'
        "</failure><system-out>before it\nsaid this</system-out></testcase>"
        '<testcase name="breaks"><error message="boom"/></testcase>'
        "</testsuite><system-err>disk full</system-err></testsuite></testsuites>"
    )
    assert text.startswith("4 test cases: 1 passed, 1 failed, 1 with errors, 1 skipped")
    assert "[testcase 3] FAILED: t.Cart.sums in suite cart at t/cart.py:12" in text
    assert "AssertionError: assert 3 == 4" in text and "said this" in text
    assert "[testcase 4] ERROR: breaks" in text and "boom" in text and "disk full" in text


def test_trx_is_a_report_of_tests_too() -> None:
    text = join(
        '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>'
        '<UnitTestResult testName="A" outcome="Passed"/><UnitTestResult testName="B"'
        ' outcome="Failed"><Output><ErrorInfo><Message>Expected 4</Message><StackTrace>at B()'
        "</StackTrace></ErrorInfo></Output></UnitTestResult></Results></TestRun>"
    )
    assert "[UnitTestResult 2] FAILED: B" in text and "Expected 4" in text and "at B()" in text


def test_a_hundred_thousand_cases_take_little_time() -> None:
    cases = '<testcase classname="a.B" name="works" time="0.1"/>' * 100_000
    with hold_to(8):
        text = join(
            f"<testsuite>{cases}<testcase name='x'><failure>no</failure></testcase></testsuite>"
        )
    assert text.startswith("100,001 test cases") and "[testcase 100001] FAILED: x" in text


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>',
        "<testsuite><testcase>",
        "<testsuite>" * 5_000,
        "<html><testsuite/></html>",
        "{" * 100_000,
        '{"runs":' + "[" * 100_000,
        '{"log": {"entries": 5}}',
        '{"a": 1}',
        "",
    ],
    ids=range(10),
)
def test_what_is_damaged_hostile_or_no_report_is_read_as_a_log(text: str) -> None:
    assert read(text) is None
    excerpt = read_relevant(text.encode(), "utf-8")
    assert excerpt.kind == "log" and "root:" not in "".join(one.text for one in excerpt.lines)


def test_sarif_tells_results_by_level_with_rule_and_place() -> None:
    place = {
        "physicalLocation": {"artifactLocation": {"uri": "src/a.js"}, "region": {"startLine": 7}}
    }
    results = [
        {"ruleId": "style", "level": "note", "message": {"text": "a blank"}},
        {
            "ruleId": "sqli",
            "ruleIndex": 0,
            "message": {"text": "Unsafe query"},
            "locations": [place],
        },
        {"ruleId": "x", "level": ["odd"], "message": "no object", "locations": [None, 3]},
    ]
    rules = [{"id": "sqli", "defaultConfiguration": {"level": "error"}}]
    driver = {"name": "CodeQL", "rules": rules}
    text = join(
        json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]})
    )
    assert text.splitlines()[0].startswith("CodeQL 3 results: 1 of level error, 1 of level warning")
    assert text.index("[result 2] error: sqli at src/a.js:7") < text.index("[result 1] note: style")
    assert "Unsafe query" in text


def test_har_tells_failed_requests_and_no_secret() -> None:
    request = {
        "method": "POST",
        "url": f"https://alex:hunter22@api.example/login?token={TOKEN}&page=2",
        "headers": [
            {"name": "Authorization", "value": f"Bearer {TOKEN}"},
            {"name": "Cookie", "value": "s=1"},
        ],
        "cookies": [{"name": "session", "value": "s3ss10n"}],
        "postData": {"text": "password=hunter22"},
    }
    response = {
        "status": 403,
        "statusText": "Forbidden",
        "headers": [
            {"name": "Set-Cookie", "value": "sid=s3ss10n"},
            {"name": "Retry-After", "value": "30"},
        ],
        "content": {
            "mimeType": "application/json",
            "text": f'{{"error":"denied","access_token":"{TOKEN}"}}',
        },
    }
    entries = [
        {
            "request": {"method": "GET", "url": "https://a/ok"},
            "response": {"status": 200},
            "time": 9_000,
        },
        {"request": request, "response": response, "time": 12},
        {
            "request": {"method": "GET", "url": "https://b/"},
            "response": {"status": 0, "_error": "net::ERR_FAILED"},
        },
        {"request": None, "response": []},
    ]
    text = join(json.dumps({"log": {"entries": entries}}))
    assert (
        "[entry 2] failed: POST https://alex:•••@api.example/login?token=•••&page=2 -> 403" in text
    )
    assert "Forbidden" in text and "denied" in text and "Retry-After: 30" in text
    assert (
        "net::ERR_FAILED" in text
        and "[entry 1] slow: GET https://a/ok -> 200 after 9,000 ms" in text
    )
    for secret in (TOKEN, "hunter22", "s3ss10n"):
        assert secret not in text


def test_huge_bodies_of_a_record_are_left_out() -> None:
    content = {"mimeType": "text/html", "text": "x" * 5_000_000}
    entries = [
        {"request": {"url": "https://a"}, "response": {"status": 500, "content": content}}
    ] * 3
    assert len(join(json.dumps({"log": {"entries": entries}}))) < 5_000


def test_go_jest_and_pytest_reports_are_read() -> None:
    events = [
        {
            "Action": "output",
            "Package": "a/b",
            "Test": "TestX",
            "Output": "    x_test.go:9: got 3\n",
        },
        {"Action": "output", "Package": "a/b", "Test": "TestY", "Output": "fine\n"},
        {"Action": "pass", "Package": "a/b", "Test": "TestY"},
        {"Action": "fail", "Package": "a/b", "Test": "TestX"},
        {"Action": "fail", "Package": "a/b"},
    ]
    text = join("\n".join(map(json.dumps, events)))
    assert "FAIL: a/b.TestX" in text and "got 3" in text and "fine" not in text
    jest = {
        "numFailedTests": 1, "numPassedTests": 2,
        "testResults": [{"name": "a.test.js", "assertionResults": [
            {"status": "failed", "fullName": "sum adds", "failureMessages": ["Error: no"]}]}],
    }  # fmt: skip
    assert "FAIL: a.test.js sum adds" in join(json.dumps(jest))
    pytest_report = {
        "tests": [{"nodeid": "t.py::a", "outcome": "failed", "call": {"longrepr": "E assert"}}]
    }
    assert "FAILED: t.py::a" in join(json.dumps(pytest_report))


def test_lines_of_a_report_are_those_that_the_model_was_shown() -> None:
    data = b"<testsuite><testcase name='x'><failure>ValueError: no</failure></testcase></testsuite>"
    excerpt = read_relevant(data, "utf-8")
    assert excerpt.kind == "test report"
    number = excerpt.first_failure
    assert read_lines(data, "utf-8", number, number).lines[0] == excerpt.lines[number - 1]
