"""A person's schema, or the model's answer, holds up nobody: not the service, not its loop."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.domain.answers.checked import CheckedAnswer
from bot.domain.llm import JsonSchema
from bot.domain.options import OutputFormat
from bot.files.sandbox.pool import NOBODY
from bot.files.sandbox.sandbox import Sandbox
from bot.files.schema_checks import SchemaChecker
from tests.support.easel import EaselEnvironment, run_easel
from tests.support.model_events import FINISH_EVENT, encode_delta
from tests.support.watched_loop import LoopWatch, watch_this
from tests.unit.structured_output.test_schemas import HOSTILE, MARK

_MAX_HELD_SECONDS = 1.0


async def ask_with_schema(easel: EaselEnvironment, schema: Any) -> str:
    root = await easel.ask("list it --json", files=[("s.json", json.dumps(schema).encode())])
    return "\n".join(reply.text for reply in easel.list_replies(root))


async def test_hostile_schemas_are_refused_while_others_are_answered(tmp_path: Path) -> None:
    watch = LoopWatch(_MAX_HELD_SECONDS)
    async with run_easel(tmp_path) as easel:
        with watch_this(watch):
            for name in ("doubling and unevaluated", "a fan", "itself", "doubling alternatives"):
                told = await ask_with_schema(easel, MARK | HOSTILE[name])
                assert "could not use s.json as a JSON Schema" in told
        assert easel.model.requests == []
        await easel.ask("say hello")
    assert [str(turn) for turn in watch.turns] == []


@pytest.mark.parametrize(
    "answer", ["[" * 100_000, '{"n": ' + "9" * 100_000 + "}", '{"n": "\\ud800"}', '{"n": NaN}']
)
async def test_a_hostile_answer_ends_as_an_answer(tmp_path: Path, answer: str) -> None:
    schema = MARK | {"type": "object", "properties": {"n": {"type": "string"}}}
    async with run_easel(tmp_path) as easel:
        for _ in range(2):
            easel.model.script(encode_delta(content=answer), FINISH_EVENT)
        assert await ask_with_schema(easel, schema)
        await easel.ask("say hello")


async def check(schema: Any, text: str, *, check_seconds: float) -> CheckedAnswer:
    uploaded = JsonSchema("s", schema, is_uploaded=True)
    async with Sandbox() as sandbox:
        checker = SchemaChecker(sandbox.pool, check_seconds=check_seconds)
        return await checker.check(uploaded, OutputFormat.JSON, text, NOBODY)


async def test_a_check_that_takes_too_long_is_told_and_the_answer_shown() -> None:
    text = json.dumps(["a" * 5_000 + "!"])
    checked = await check({"items": {"pattern": "^(a+)+$"}}, text, check_seconds=30.0)
    assert checked.presentation.files and checked.problems == ()
    assert "takes too long to check" in checked.presentation.notes[0]


async def test_an_answer_that_no_decoder_could_be_started_for_is_shown_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    uploaded = JsonSchema("s", {"type": "object"}, is_uploaded=True)
    async with Sandbox(patience_seconds=0.3) as sandbox:
        checker = SchemaChecker(sandbox.pool)
        checked = await checker.check(uploaded, OutputFormat.JSON, "{}", NOBODY)
    (note,) = checked.presentation.notes
    assert "could not start the program" in note and "too long" not in note
    assert checked.presentation.shown_text is None and checked.problems == ()


async def test_an_answer_that_ends_its_decoder_is_shown_as_it_is() -> None:
    checked = await check({}, json.dumps([[1] * 1_000] * 1_000), check_seconds=0.001)
    assert checked.presentation.shown_text is None and checked.problems == ()
    assert "that took too long" in checked.presentation.notes[0]


async def test_what_an_answer_holds_is_never_in_the_note(tmp_path: Path) -> None:
    schema = MARK | {"properties": {"<!channel>": {"type": "integer"}}}
    answer = json.dumps({"<!channel>": "<!here> secret"})
    async with run_easel(tmp_path) as easel:
        for _ in range(2):
            easel.model.script(encode_delta(content=answer), FINISH_EVENT)
        shown = await ask_with_schema(easel, schema)
    note = shown[shown.index("does not fit the schema") :]
    assert "secret" not in note and "<!" not in note and '"type": "integer"' in note
