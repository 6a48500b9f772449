"""Answers as data: real tables, files, people's own schemas, one repair, and misfits."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.support.easel import EaselEnvironment, build_png
from tests.support.model_events import build_answer

ORDERS = "give me this as a table\nname, amount, town\nAnna, 3, Bern\nBo, =SUM(A1), Köln"
SCHEMA = {
    "type": "object",
    "properties": {"customer": {"type": "string"}, "total": {"type": "integer", "minimum": 1}},
    "required": ["customer", "total"],
    "additionalProperties": False,
}


def list_reply_files(easel: EaselEnvironment, root: str) -> dict[str, bytes]:
    return {file.name: file.data for reply in easel.list_replies(root) for file in reply.files}


def build_schema_file(schema: Any = SCHEMA) -> tuple[str, bytes]:
    return ("invoice.json", json.dumps(schema).encode())


async def test_a_table_is_a_real_one_with_csv_and_json_beside_it(easel: EaselEnvironment) -> None:
    root = await easel.ask(ORDERS + " --table")
    table, *_ = easel.list_replies(root)
    assert table.tables == 1 and "| Anna | 3 | Bern |" in table.text
    files = list_reply_files(easel, root)
    assert sorted(files) == ["the-list.csv", "the-list.json"]
    rows = list(csv.reader(io.StringIO(files["the-list.csv"].decode("utf-8-sig"))))
    assert rows == [["name", "amount", "town"], ["Anna", "3", "Bern"], ["Bo", "'=SUM(A1)", "Köln"]]
    assert json.loads(files["the-list.json"])[1] == {
        "name": "Bo", "amount": "=SUM(A1)", "town": "Köln",
    }  # fmt: skip
    request = easel.get_last_request()
    assert request["modalities"] == ["text"]
    described = request["response_format"]["json_schema"]
    assert described["strict"] is True and "rows" in described["schema"]["properties"]


async def test_a_file_of_text_becomes_a_table(easel: EaselEnvironment) -> None:
    sheet = ("orders.csv", b"name,amount,town\nAnna,3,Bern\nBo,4,Lyon\n")
    root = await easel.ask("give me this as a table", files=[sheet])
    assert "| Bo | 4 | Lyon |" in easel.list_replies(root)[0].text


async def test_data_is_read_out_of_a_picture(easel: EaselEnvironment) -> None:
    root = await easel.ask("extract this as JSON", files=[("a.png", build_png())])
    files = list_reply_files(easel, root)
    (raw,) = [data for name, data in files.items() if name.endswith(".json")]
    assert "64 × 48" in json.loads(raw)[0]["what it shows"]


async def test_the_answer_fits_the_schema_that_was_uploaded(easel: EaselEnvironment) -> None:
    root = await easel.ask("Acme ordered once --json", files=[build_schema_file()])
    described = easel.get_last_request()["response_format"]["json_schema"]
    assert (described["name"], described["schema"]) == ("invoice", SCHEMA)
    (raw,) = list_reply_files(easel, root).values()
    assert json.loads(raw) == {"customer": "Acme", "total": 1}
    assert "```json" in easel.list_replies(root)[0].text


async def test_what_does_not_fit_is_asked_for_once_more_and_both_are_booked(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(*build_answer('{"customer": "Acme", "total": "many"}'))
    root = await easel.ask("Acme ordered once --json", files=[build_schema_file()])
    assert len(easel.model.requests) == 2
    again = easel.get_last_request()["messages"]
    assert "`total` has to fit" in again[-1]["content"][0]["text"]
    assert again[-2] == {"role": "assistant", "content": '{"customer": "Acme", "total": "many"}'}
    assert json.loads(next(iter(list_reply_files(easel, root).values())))["total"] == 1
    assert [row["purpose"] for row in easel.list_model_requests()] == ["answer", "repair"]
    assert "does not fit" not in easel.list_replies(root)[0].text


async def test_what_never_fits_is_said_to_be_so(easel: EaselEnvironment) -> None:
    for _ in range(2):
        easel.model.script(*build_answer('{"customer": "Acme"}'))
    root = await easel.ask("Acme ordered once --json", files=[build_schema_file()])
    text = easel.list_replies(root)[0].text
    assert 'does not fit the schema: the whole has to fit `"required": ["total"]`' in text
    assert json.loads(next(iter(list_reply_files(easel, root).values()))) == {"customer": "Acme"}
    assert len(easel.model.requests) == 2


async def test_what_is_no_data_is_shown_as_it_was_said(easel: EaselEnvironment) -> None:
    for _ in range(2):
        easel.model.script(*build_answer("I would rather not."))
    root = await easel.ask("Acme ordered once --json", files=[build_schema_file()])
    text = easel.list_replies(root)[0].text
    assert "I would rather not." in text and "did not answer with data" in text
    assert list_reply_files(easel, root) == {}


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": "x", "type": "nonsense"},
        {"$schema": "x", "$ref": "https://evil.example/schema.json"},
        {"$schema": "x", "$ref": "#"},
    ],
)
async def test_a_schema_that_cannot_be_used_costs_nothing(
    easel: EaselEnvironment, schema: Any
) -> None:
    root = await easel.ask("Acme --json", files=[build_schema_file(schema)])
    assert "could not use invoice.json as a JSON Schema" in easel.list_replies(root)[0].text
    assert easel.model.requests == []


async def test_an_answer_that_breaks_off_is_not_taken_for_data(easel: EaselEnvironment) -> None:
    easel.model.script(build_answer('{"customer": "Ac')[0], drop=True)
    root = await easel.ask("Acme ordered once --json", files=[build_schema_file()])
    text = easel.list_replies(root)[0].text
    assert "broke off" in text and len(easel.model.requests) == 1
