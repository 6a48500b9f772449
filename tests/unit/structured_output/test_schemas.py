"""Which answers fit a schema, and what a hostile schema may not do."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.llm import JsonSchema
from bot.domain.options import OutputFormat
from bot.structured_output.schemas import (
    DATA_SCHEMA,
    TABLE_SCHEMA,
    InvalidSchemaError,
    check,
    is_json_schema,
    read_schema,
    select_schema,
)

SCHEMA = JsonSchema(
    "s", {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
)


def test_an_answer_that_fits_has_no_problems() -> None:
    assert check(SCHEMA, '{"n": 1}').problems == ()
    assert check(SCHEMA, '```json\n{"n": 1}\n```').value == {"n": 1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("I would rather not", "it is not JSON"),
        ('{"n": NaN}', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"n": "x"}', "n: 'x' is not of type 'integer'"),
        ("{}", "the whole: 'n' is a required property"),
    ],
)
def test_what_does_not_fit_is_told_in_a_short_sentence(text: str, problem: str) -> None:
    result = check(SCHEMA, text)
    assert result.problems[0] == problem and result.is_data is not problem.endswith("JSON")


@given(st.text(max_size=200))
def test_no_answer_breaks_the_check(text: str) -> None:
    check(SCHEMA, text)


def build_nested(depth: int) -> dict[str, Any]:
    """2 to the power of `depth` evaluations."""
    defs = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(depth)}
    return {"$defs": {**defs, f"a{depth}": {"type": "string"}}, "$ref": "#/$defs/a0"}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://evil.example/s.json"},
        {"$ref": "file:///etc/passwd"},
        {"$ref": "#"},
        {"type": "nonsense"},
    ],
)
def test_a_hostile_schema_is_refused_in_a_moment(schema: dict[str, Any]) -> None:
    started = time.monotonic()
    with pytest.raises(InvalidSchemaError) as raised:
        read_schema("s.json", json.dumps(schema))
    assert "could not use s.json" in raised.value.user_message and time.monotonic() - started < 20


def test_a_schema_that_doubles_its_work_at_each_step_ends() -> None:
    started = time.monotonic()
    assert "too involved" in check(JsonSchema("s", build_nested(40)), '"x"').problems[0]
    assert time.monotonic() - started < 20


def test_a_pattern_cannot_take_for_ever() -> None:
    schema = JsonSchema("s", {"type": "string", "pattern": "^(a+)+$"})
    started = time.monotonic()
    assert check(schema, json.dumps("a" * 5_000 + "!")).problems
    assert time.monotonic() - started < 10
    assert check(schema, '"aaa"').problems == ()


def test_patterns_of_names_are_kept() -> None:
    schema = JsonSchema("s", {"patternProperties": {"^n": {"type": "integer"}}})
    assert check(schema, '{"n1": "x"}').problems == ("n1: 'x' is not of type 'integer'",)


def test_a_schema_is_told_from_data() -> None:
    assert is_json_schema('{"type": "object", "properties": {}}')
    assert is_json_schema('{"$schema": "x"}')
    assert not is_json_schema('{"type": "invoice"}') and not is_json_schema("[")
    assert read_schema("my schema.json", '{"type": "object"}').name == "my_schema"
    assert [
        select_schema(form) for form in (OutputFormat.CSV, OutputFormat.JSON, OutputFormat.TEXT)
    ] == [TABLE_SCHEMA, DATA_SCHEMA, None]


@pytest.mark.parametrize(
    "text",
    ["```json\n" + "\n" * 20_000 + "x", "```" + " " * 20_000 + "x", "```\n" * 20_000 + "x"],
    ids=["line breaks", "spaces", "fences"],
)
def test_a_fence_without_end_holds_up_nobody(text: str) -> None:
    start = time.process_time()
    assert not check(SCHEMA, text).is_data
    assert time.process_time() - start < 1.0


def test_a_fence_may_have_spaces_around_it() -> None:
    assert check(SCHEMA, ' \n```json  \n\n{"n":\n1}\n\n  ``` \n').value == {"n": 1}
    assert not check(SCHEMA, '```json\n{"n": 1}').is_data
