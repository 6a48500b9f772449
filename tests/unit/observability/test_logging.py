"""No log line can hold a secret, or anything that a person or the model wrote."""

from __future__ import annotations

import ast
import io
import json
import linecache
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.observability import logging as logs

ROOT = Path(__file__).parents[3]
WORDS = "the person's own words"


def parse_lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_fields(out: io.StringIO) -> None:
    structlog.get_logger("bot.x").info("question_done", question=7, took_s=0.25, code="502")
    (line,) = parse_lines(out)
    assert line["event"] == "question_done" and line["level"] == "info"
    assert (line["question"], line["took_s"], line["code"]) == (7, 0.25, "502")


def test_unknown_fields_and_sentences_are_dropped(out: io.StringIO) -> None:
    structlog.get_logger("bot.x").info("x", text=WORDS, reason=WORDS)
    (line,) = parse_lines(out)
    assert "text" not in line and line["reason"] == "…"


@pytest.mark.parametrize("secret", ["xoxb-1-2-abcdef", "xapp-1-A0-abcdef", "sk-or-v1-abcdef012"])
def test_a_secret_is_blanked_wherever_it_stands(out: io.StringIO, secret: str) -> None:
    structlog.get_logger("bot.x").info(f"token {secret}", code=secret)
    logging.getLogger("other").warning("token %s", secret)
    logging.getLogger("other").warning(" ".join(["token", secret]))
    assert secret not in out.getvalue()


def test_an_exception_is_logged_by_type_and_place_without_its_message(out: io.StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        structlog.get_logger("bot.x").exception("bug", question=1)
        logging.getLogger("other").exception("it broke")
    assert WORDS not in out.getvalue()
    assert all("ValueError < test_logging.py:" in line["exception"] for line in parse_lines(out))


def test_an_exception_leaves_no_source_code_in_memory(out: io.StringIO) -> None:
    linecache.clearcache()
    try:
        json.loads("{")
    except ValueError:
        structlog.get_logger().exception("bug", question=1)
    assert "ValueError" in out.getvalue() or "JSONDecodeError" in out.getvalue()
    assert linecache.cache == {}


def test_other_libraries_log_only_their_templates(out: io.StringIO) -> None:
    other = logging.getLogger("other")
    other.warning("body: %s", WORDS)
    other.warning(" ".join(["body:", WORDS]))
    assert WORDS not in out.getvalue()
    first, second = parse_lines(out)
    assert first["event"] == "body: %s"
    assert re.fullmatch(r"test_logging\.py:\d+", second["event"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(text="xoxb-… and the words after it")
@given(text=st.tuples(st.text(min_size=6), st.text(min_size=6)).map(" and ".join))
def test_no_text_passes_in_any_field(out: io.StringIO, text: str) -> None:
    out.truncate(0)
    out.seek(0)
    log = structlog.get_logger("bot.x")
    log.info("x", **dict.fromkeys(sorted(logs.ALLOWED_FIELDS - {"event", "exception"}), text))
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("bug")
    assert text not in "".join(str(value) for line in parse_lines(out) for value in line.values())


def _find_calls() -> Iterator[tuple[Path, ast.Call]]:
    for folder in ("bot", "handlers", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    owner = node.func.value
                    if isinstance(owner, ast.Name) and owner.id == "log":
                        yield path, node


def test_every_event_is_a_literal_and_every_field_is_known() -> None:
    calls = list(_find_calls())
    assert len(calls) > 15
    for path, call in calls:
        # `log.log` takes the level first.
        first = call.args[
            1 if isinstance(call.func, ast.Attribute) and call.func.attr == "log" else 0
        ]
        assert isinstance(first, ast.Constant), f"{path.name}:{call.lineno}"
        assert re.fullmatch(r"[a-z_]+", str(first.value)), f"{path.name}:{call.lineno}"
        fields = {keyword.arg for keyword in call.keywords} - {"exc_info"}
        assert fields <= logs.ALLOWED_FIELDS, f"{path.name}:{call.lineno}"


def test_libraries_have_a_level_of_their_own() -> None:
    out = io.StringIO()
    for own, library in (("DEBUG", "ERROR"), ("ERROR", "DEBUG")):
        logs.configure(own, library_level=library, stream=out)
        structlog.get_logger("storage.x").debug("ours")
        logging.getLogger("slack_sdk.web").debug("theirs %s", "x")
    logs.configure("INFO")
    assert [line["event"] for line in parse_lines(out)] == ["ours", "theirs %s"]
