"""What failed in a log: the relevant lines are asked about, and the answer is held against them."""

from __future__ import annotations

import json
from typing import Any

from tests.support.easel import EaselEnvironment
from tests.support.files import get_last_text, read_request_text
from tests.support.model_events import FINISH_EVENT, encode_delta

NOISE = [f"12:00:00 INFO copied error_{number}.txt, 0 errors" for number in range(5_000)]
FAILURE = [
    "##[group]Run python main.py",
    "Traceback (most recent call last):",
    '  File "main.py", line 3, in <module>',
    "KeyError: 'database'",
    "##[error]Process completed with exit code 1.",
]
LOG = ("build.log", "\n".join([*NOISE, *FAILURE, *NOISE]).encode())
ERROR = {"file": "build.log", "line": 5004, "text": "KeyError: 'database'"}


def build_diagnosis(**changes: Any) -> str:
    cause = {"text": "The key is missing.", "is_certain": True, "evidence": [ERROR]}
    return json.dumps(
        {
            "failed": True,
            "summary": "main.py found no database.",
            "step": "Run python main.py",
            "where": "main.py, line 3",
            "error": ERROR,
            "causes": [cause],
            "next_steps": [{"text": "Set it.", "command": "export DATABASE=x"}],
            "confidence": "high",
            **changes,
        }
    )


async def test_of_a_long_log_the_relevant_lines_are_asked_about_and_quoted(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("what failed here?", files=[LOG])
    asked = read_request_text(easel)
    assert "L5004: KeyError: 'database'" in asked and "L4000:" not in asked
    assert len(asked) < 60_000
    schema = easel.get_last_request()["response_format"]["json_schema"]
    assert schema["name"] == "failure" and schema["strict"] is True
    text = get_last_text(easel, root)
    assert text.startswith("**What failed:**") and "L5004  KeyError: 'database'" in text
    before = len(easel.model.requests)
    await easel.ask("what did you see?", thread_ts=root)
    assert "relevant " in (seen := get_last_text(easel, root)) and "of 10,005 lines" in seen
    await easel.ask("lines 5003-5004", thread_ts=root)
    assert "5004  KeyError: 'database'" in get_last_text(easel, root)
    assert len(easel.model.requests) == before


async def test_a_line_that_the_file_does_not_have_is_dropped_and_that_is_said(
    easel: EaselEnvironment,
) -> None:
    made_up = {"file": "build.log", "line": 5003, "text": "Disk is full <!channel>"}
    nowhere = {"file": "build.log", "line": 99_999, "text": "KeyError: 'database'"}
    cause = {"text": "Disk.", "is_certain": True, "evidence": [made_up, nowhere]}
    easel.model.script(encode_delta(content=build_diagnosis(causes=[cause])), FINISH_EVENT)
    root = await easel.ask("why did it fail?", files=[LOG])
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "Disk is full" not in text and "99999" not in text
    assert "2 lines that the model quoted are not in the file: left out" in text
    assert "the model's conclusion" in text and "L5004  KeyError: 'database'" in text


async def test_a_pasted_log_gets_numbers_too(easel: EaselEnvironment) -> None:
    root = await easel.ask("what broke?\n" + "\n".join(FAILURE), channel="D0ALEX")
    assert "L4: KeyError: 'database'" in read_request_text(easel)
    replies = easel.list_replies(root, channel="D0ALEX")
    assert "L4  KeyError: 'database'" in replies[-1].text


async def test_a_damaged_report_is_a_log_and_nothing_of_it_is_fetched(
    easel: EaselEnvironment,
) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">'
        '<!ENTITY c SYSTEM "file:///etc/passwd">]>\n<testsuite><testcase name="&b;&c;">\n'
        "<failure>AssertionError: see http://192.0.2.1/x <!here> <@U0SAM></failure></testcase>"
    )
    root = await easel.ask("what failed here?", files=[("junit.xml", bomb.encode())])
    text = get_last_text(easel, root)
    assert "<!here>" not in text and "<@U0SAM>" not in text and "root:" not in text
    assert "AssertionError: see" in text
