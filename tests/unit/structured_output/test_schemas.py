"""Which answers fit a schema, and what a hostile schema may not do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.options import OutputFormat
from bot.structured_output.bounds import TooInvolvedError
from bot.structured_output.checking import (
    SchemaRefusedError,
    list_misfits,
    parse_answer,
    read_schema,
)
from bot.structured_output.schemas import DATA_SCHEMA, TABLE_SCHEMA, select_schema
from tests.support.processor_time import hold_to

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
MARK = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def check(schema: dict[str, Any], text: str) -> list[tuple[str, str]]:
    return [(misfit.place, misfit.wanted) for misfit in list_misfits(schema, parse_answer(text))]


def test_an_answer_that_fits_has_no_problems() -> None:
    assert check(SCHEMA, '{"n": 1}') == []
    assert parse_answer('```json\n{"n": 1}\n```') == {"n": 1}


@pytest.mark.parametrize(
    "text",
    ["I would rather not", '{"n": NaN}', '{"n": 1e999}', "9" * 1_000_000, "[" * 100_000,
     "[" * 500 + "]" * 500, ""],
    ids=["words", "NaN", "infinite", "digits", "brackets", "levels", "empty"],
)  # fmt: skip
def test_what_cannot_be_written_as_data_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        parse_answer(text)


@pytest.mark.parametrize(
    ("schema", "text", "misfit"),
    [
        (SCHEMA, '{"n": "<!channel>"}', ("n", '"type": "integer"')),
        (SCHEMA, "{}", ("", '"required": ["n"]')),
        ({"enum": ["<!here>"]}, "1", ("", '"enum": ["\\u003c!here>"]')),
        ({"enum": [1]}, "true", ("", '"enum": [1]')),
        ({"const": 1}, "2", ("", '"const": 1')),
        ({"multipleOf": 0.1}, "0.35", ("", '"multipleOf": 0.1')),
        ({"multipleOf": 7}, "1" + "0" * 4000, ("", '"multipleOf": 7')),
        ({"uniqueItems": True}, '[{"a": [1]}, 2, {"a": [1.0]}]', ("", '"uniqueItems": true')),
        ({"additionalProperties": False}, '{"a": 1}', ("", '"additionalProperties": false')),
        ({"oneOf": [{}, {}]}, "1", ("", '"oneOf": [{}, {}]')),
        ({"not": {}}, "1", ("", '"not": {}')),
        ({"pattern": "^a"}, '"b"', ("", '"pattern": "^a"')),
        ({"patternProperties": {"^n": {"type": "integer"}}}, '{"n1": "x"}',
         ("n1", '"type": "integer"')),
        ({"properties": {"a": False}}, '{"a": 1}', ("", "false")),
        ({"properties": {"<!channel>": {"type": "null"}}}, '{"<!channel>": 1}',
         ("\\u003c!channel>", '"type": "null"')),
    ],
)  # fmt: skip
def test_a_problem_names_the_place_and_what_is_wanted(
    schema: dict[str, Any], text: str, misfit: tuple[str, str]
) -> None:
    assert check(schema, text) == [misfit]


def test_what_fits_is_not_refused() -> None:
    for schema, text in (
        ({"multipleOf": 0.1}, "0.3"), ({"uniqueItems": True}, "[1, true, null, 0, false]"),
        ({"const": 1}, "1.0"), ({"oneOf": [{"type": "null"}, {"const": 2}]}, "2"),
    ):  # fmt: skip
        assert check(schema, text) == []


def test_problems_are_few_and_short() -> None:
    schema = {"items": {"enum": ["w" * 100_000]}}
    problems = check(schema, json.dumps({"items": ["x" * 1_000_000] * 20}["items"]))
    assert len(problems) == 5
    assert all(len(place) <= 100 and len(wanted) <= 140 for place, wanted in problems)


@pytest.mark.parametrize("item", [1, "a", [0], {"a": 1}])
def test_a_hundred_thousand_items_are_compared_in_a_moment(item: Any) -> None:
    with hold_to(5):
        check({"uniqueItems": True}, json.dumps([*range(50_000), *([item] * 50_000)]))


@given(st.text(max_size=200))
def test_no_answer_breaks_the_check(text: str) -> None:
    try:
        value = parse_answer(text)
    except ValueError:
        return
    json.dumps(value, ensure_ascii=False).encode()
    list_misfits(SCHEMA, value)


def build_doubling(depth: int, keyword: str = "allOf") -> dict[str, Any]:
    """2 to the power of `depth` evaluations."""
    defs = {f"a{n}": {keyword: [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(depth)}
    return {"$defs": {**defs, f"a{depth}": {"type": "string"}}, "$ref": "#/$defs/a0"}


LONG_REQUIRED = {"r": {"required": [f"n{number}" for number in range(1_000)]}}
HOSTILE: dict[str, dict[str, Any]] = {
    "elsewhere": {"$ref": "https://evil.example/s.json"},
    "a file": {"$ref": "file:///etc/passwd"},
    "nowhere": {"properties": {"a": {"$ref": "#/$defs/none"}}},
    "no schema": {"required": ["a"], "$ref": "#/required"},
    "itself": {"$ref": "#"},
    "itself by a name": {"$dynamicAnchor": "n", "$dynamicRef": "#n"},
    "itself in a circle": {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]},
                                     "b": {"if": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"},
    "doubling": build_doubling(40),
    "doubling alternatives": build_doubling(40, "anyOf"),
    "doubling and unevaluated": build_doubling(40) | {"unevaluatedProperties": False},
    "doubling below": {"properties": {"a": build_doubling(40) | {"$id": "https://a.example/b"}}},
    "a fan": {"$defs": LONG_REQUIRED, "anyOf": [{"$ref": "#/$defs/r"}] * 1_000},
    "a wrong type": {"type": "nonsense"},
    "a wrong pattern": {"pattern": "("},
    "a long pattern": {"pattern": "a" * 100_000},
    "a chain": {"$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(300)}
                | {"d300": {}}, "$ref": "#/$defs/d0"},
    "a chain of all kinds": {"$defs": {f"d{n}": {"if": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}]}}
                             for n in range(60)} | {"d60": {}}, "items": {"$ref": "#/$defs/d0"}},
    "deep": json.loads('{"not": ' * 150 + "{}" + "}" * 150),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_is_refused_in_a_moment(name: str) -> None:
    with hold_to(3), pytest.raises(SchemaRefusedError):
        read_schema(json.dumps(MARK | HOSTILE[name]))


@pytest.mark.parametrize("rest", ["NaN", "1e999", "9" * 10_000, "[" * 100_000, "'a'", "{"])
def test_what_names_a_draft_and_is_no_json_is_refused_and_not_ignored(rest: str) -> None:
    text = f'{{"$schema": "https://json-schema.org/draft/2020-12/schema", "maximum": {rest}}}'
    with pytest.raises(SchemaRefusedError) as refused:
        read_schema(text)
    assert refused.value.why == "wrong"


def test_a_pattern_is_held_against_the_whole_text() -> None:
    long = "ab" * 30_000
    for pattern, text, fits in (
        ("^(ab)*$", long, True),
        ("^(ab)*$", f"{long}c", False),
        ("^.{60000}$", long, True),
        ("c$", f"{long}c", True),
    ):
        assert (list_misfits({"pattern": pattern}, text) == []) is fits


def test_schemas_of_every_day_are_taken() -> None:
    person = {"type": "object", "properties": {"name": {"type": "string"},
              "friends": {"type": "array", "items": {"$ref": "#/$defs/person"}}},
              "required": ["name"], "unevaluatedProperties": False}  # fmt: skip
    kinds = [{"properties": {"kind": {"const": n}}, "required": ["kind"]} for n in range(50)]
    tree = {"$dynamicAnchor": "node", "properties": {"next": {"$dynamicRef": "#node"}}}
    for schema in ({"$defs": {"person": person}, "$ref": "#/$defs/person"}, {"oneOf": kinds}, tree):
        assert read_schema(json.dumps(MARK | schema)) == MARK | schema


def test_a_check_ends_after_a_number_of_steps() -> None:
    with pytest.raises(TooInvolvedError):
        list_misfits(build_doubling(40), "x")


def test_a_pattern_cannot_take_for_ever() -> None:
    with hold_to(10), pytest.raises(TooInvolvedError):
        list_misfits({"type": "string", "pattern": "^(a+)+$"}, "a" * 5_000 + "!")


def test_half_characters_are_replaced() -> None:
    assert parse_answer('["\\ud800", "\\ud83d\\ude00"]') == ["?", "\U0001f600"]
    assert read_schema('{"$schema": "x", "title": "\\udfff"}') == {"$schema": "x", "title": "?"}


def test_a_schema_is_told_from_data() -> None:
    assert read_schema('{"type": "object", "properties": {}}') is not None
    assert read_schema('{"$schema": "x"}') is not None
    for text in ('{"type": "invoice"}', "[", "[" * 100_000, "9" * 10_000, "null", "NaN"):
        assert read_schema(text) is None
    assert [
        select_schema(form) for form in (OutputFormat.CSV, OutputFormat.JSON, OutputFormat.TEXT)
    ] == [TABLE_SCHEMA, DATA_SCHEMA, None]


@pytest.mark.parametrize(
    "text",
    ["```json\n" + "\n" * 20_000 + "x", "```" + " " * 20_000 + "x", "```\n" * 20_000 + "x"],
    ids=["line breaks", "spaces", "fences"],
)
def test_a_fence_without_end_holds_up_nobody(text: str) -> None:
    with hold_to(1.0), pytest.raises(ValueError, match="."):
        parse_answer(text)


def test_a_fence_may_have_spaces_around_it() -> None:
    assert parse_answer(' \n```json  \n\n{"n":\n1}\n\n  ``` \n') == {"n": 1}
    with pytest.raises(ValueError, match="."):
        parse_answer('```json\n{"n": 1}')
