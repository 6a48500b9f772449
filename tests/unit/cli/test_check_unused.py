"""`easel check` warns of settings of which nothing comes, and says what draws instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.check.drawing import list_drawing_findings
from bot.cli.check.in_force import list_unused
from bot.cli.check.main import check
from bot.config import read_settings
from bot.llm.catalog_entry import read_model_info
from bot.llm.providers import OPENROUTER
from bot.playground.model import PlayedModel
from bot.playground.model.wire import ENTRY
from bot.playground.slack import PlayedSlack
from tests.support.process import build_settings

OPENAI, CHAT = {"EASEL_PROVIDER": "openai"}, {"EASEL_OPENAI_API": "chat"}
DRAWING, PRICE = {"EASEL_DRAWING_MODEL": "gpt-image-1-mini"}, {"EASEL_COMPATIBLE_PRICE": "0/0/0"}
SERVER = {"EASEL_COMPATIBLE_URL": "http://127.0.0.1:9/v1"}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, []),
        (DRAWING, ["EASEL_DRAWING_MODEL"]),
        ({"EASEL_DRAWING_MODEL": "gpt-image-2"}, ["EASEL_DRAWING_MODEL"]),
        (CHAT | DRAWING, ["EASEL_OPENAI_API", "EASEL_DRAWING_MODEL"]),
        (SERVER | PRICE, ["EASEL_COMPATIBLE_URL", "EASEL_COMPATIBLE_PRICE"]),
        (OPENAI | DRAWING, []),
        (OPENAI | CHAT, []),
        (OPENAI | CHAT | DRAWING, ["EASEL_DRAWING_MODEL"]),
        (DRAWING | {"EASEL_FALLBACKS": "openai:gpt-5.4"}, []),
        (SERVER | PRICE | {"EASEL_FALLBACKS": "compatible:qwen3"}, []),
        (SERVER | {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3"}, []),
    ],
)
def test_what_is_set_for_nobody_is_told_of(given: dict[str, str], names: list[str]) -> None:
    settings = read_settings(given, env_file=None)
    found = list_unused(settings)
    assert [text.split()[0] for text in found] == names
    assert all("is without effect" in text for text in found)


async def test_what_makes_no_pictures_is_said_with_the_setting_that_would(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path) | OPENAI | CHAT
        found = await check(read_settings(settings, env_file=None))
        assert "warn  settings: EASEL_COMPATIBLE_URL is without effect" in "\n".join(
            map(str, found)
        )
        own = {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "qwen3-vl"}
        found += await check(read_settings(settings | own, env_file=None))
    assert [finding.text for finding in found if finding.name == "drawing model"] == [
        "gpt-5.4 at openai makes no pictures: EASEL_OPENAI_API=responses would have some made",
        "qwen3-vl at compatible makes no pictures",
    ]


def test_a_model_of_the_catalogue_without_pictures_is_not_said_to_draw() -> None:
    entry = {**ENTRY, "id": "x/y", "architecture": {"output_modalities": ["text"]}}
    listed = read_model_info(entry, as_of="2026-11-20", known=OPENROUTER.describe_model("x/y"))
    assert listed is not None
    (finding,) = list_drawing_findings(OPENROUTER, listed)
    assert finding.text == "x/y at openrouter makes no pictures"
