"""What draws is a row of a table: its sizes are asked for, and its prices are computed with."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli.check.drawing import describe_end
from bot.domain.llm import ImageOutput, Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo, list_unsupported
from bot.domain.options import RequestOptions
from bot.domain.pictures.drawing_models import RETIRED_MODELS, TOOL_MODELS
from bot.domain.pictures.sizes import PictureSize
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.errors import ParameterRefused
from bot.llm.failures.adapting import fit_prompt
from bot.llm.failures.learnt import LearntRefusals
from bot.llm.failures.parameters import RefusedParameter
from bot.llm.offers.drawing import find_drawing_model
from bot.llm.providers import ProviderOptions, get_provider
from bot.llm.responses.request import ResponsesCodec
from bot.llm.responses.response import ResponsesReader
from bot.llm.streaming.base64 import Base64Extractor, ExtractedBlobs
from bot.playground.model.openai.drawing_tool import check_drawing_tool
from tests.support.codecs import PLAIN, build_validator
from tests.support.easel import build_png

STORY = PictureSize(1_080, 1_920)


def wish(**options: Any) -> Prompt:
    return replace(PLAIN, options=RequestOptions(**options))


def describe(drawing_model: str) -> ModelInfo:
    options = ProviderOptions(drawing_model=drawing_model)
    return get_provider("openai", options).describe_model("gpt-5.4")


def encode_tool(drawing_model: str, **options: Any) -> dict[str, Any]:
    info = describe(drawing_model)
    tool: dict[str, Any] = ResponsesCodec().encode(wish(**options), info)["tools"][0]
    return tool


@pytest.mark.parametrize("name", TOOL_MODELS)
@pytest.mark.parametrize(
    "options",
    [{}, {"size": STORY}, {"size": PictureSize(20_000, 1_700)}, {"aspect": "21:9"},
     {"aspect": "auto"}, {"quality": "low", "background": "transparent"}],
)  # fmt: skip
def test_every_row_asks_for_what_its_model_takes(
    name: str, options: dict[str, Any], specs: Path
) -> None:
    tool = encode_tool(name, **options)
    assert tool["model"] == name
    check_drawing_tool(tool, "tools[0]")
    build_validator(specs / "openai.openapi.yaml", "ImageGenTool").validate(tool)


def test_what_is_switched_off_is_refused_from_that_day_on_and_offered_to_nobody() -> None:
    for row in TOOL_MODELS.values():
        assert find_drawing_model(row.name, today="2026-11-30").name == row.name
    for name in ("gpt-image-1.5", "GPT-Image-1.5", "gpt-image-1.5-2025-12-16"):
        for day in ("2026-12-01", "2027-05-05"):
            with pytest.raises(ValueError, match="switched it off on 2026-12-01; give gpt-image-2"):
                find_drawing_model(name, today=day)
    with pytest.raises(ValueError, match="give gpt-image-2 or gpt-image-1-mini$"):
        find_drawing_model("dall-e-3", today="2026-12-02")
    assert "switched off on 2026-12-01" in describe_end(find_drawing_model("gpt-image-1.5"))
    assert describe_end(find_drawing_model("gpt-image-2")) == ""
    assert describe("gpt-image-1.5").drawing is not None, "a process that runs goes on"


def test_a_size_goes_before_a_shape_and_is_a_shape_where_no_size_is_taken() -> None:
    assert encode_tool("gpt-image-2", size=STORY, aspect="1:1")["size"] == "1088x1920"
    assert encode_tool("gpt-image-1.5", size=STORY)["size"] == "1024x1536"
    assert encode_tool("gpt-image-1.5", aspect="16:9")["size"] == "1536x1024"
    info = get_provider("openrouter", ProviderOptions()).describe_model("openai/gpt-5.4-image-2")
    body = OpenRouterCodec().encode(wish(size=STORY, aspect="1:1"), info)
    assert body["image_config"] == {"aspect_ratio": "9:16"}


def test_the_price_of_what_draws_is_that_of_its_row() -> None:
    price = describe("gpt-image-1-mini").price
    assert price is not None
    assert (price.picture, price.drawing_text, price.drawing_image, price.input) == (
        Decimal(8), Decimal(2), Decimal("2.5"), Decimal("2.5"),
    )  # fmt: skip
    assert not set(RETIRED_MODELS) & set(TOOL_MODELS)


async def test_a_size_that_is_refused_is_left_out_next_time_and_the_picture_is_fitted_here() -> (
    None
):
    info = describe("gpt-image-2")
    refusals, refused = LearntRefusals(), RefusedParameter("tools", "aspect", is_value=True)
    error = ParameterRefused("400", refused, user_message=Message("It does not."))
    prompt = wish(size=PictureSize(3_840, 2_160))
    assert await refusals.note_error(error, prompt, info)
    assert error.note is not None and "did not take the size" in str(error.note)
    learnt = refusals.apply(info)
    assert fit_prompt(prompt, learnt).options.size is None
    assert fit_prompt(wish(size=STORY), learnt).options.size == STORY


def read_picture(**fields: Any) -> ImageOutput:
    item = {"type": "image_generation_call", "id": "ig_1", "status": "completed",
            "result": base64.b64encode(build_png()).decode(), **fields}  # fmt: skip
    event = {"type": "response.output_item.done", "item": item}
    (picture,) = ResponsesReader().read(json.dumps(event).encode())
    assert isinstance(picture, ImageOutput)
    return picture


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("A red fox,\n in  the snow", "A red fox, in the snow"),
        ("a\u202eb\x00c", "a b c"),
        ("", ""),
        (None, ""),
        (["a"], ""),
        (7, ""),
    ],
)
def test_what_the_provider_says_it_drew_is_kept_as_one_clean_line(told: object, kept: str) -> None:
    assert read_picture(revised_prompt=told).revised_prompt == kept


async def test_one_long_word_in_its_place_is_not_shown_as_what_it_was_stored_under() -> None:
    blobs = ExtractedBlobs("nonce")
    extractor, reader = Base64Extractor(blobs), ResponsesReader(blobs)
    for told in ("x" * 5_000, "a fox " + "y" * 9_000):
        item = {"type": "image_generation_call", "id": told[:1], "status": "completed",
                "result": base64.b64encode(build_png((64, 40 + len(told[:3])))).decode(),
                "revised_prompt": told}  # fmt: skip
        event = {"type": "response.output_item.done", "item": item}
        raw = extractor.feed(json.dumps(event).encode()) + extractor.close()
        assert b"taken-" in raw
        assert [one.revised_prompt for one in reader.read(raw) if isinstance(one, ImageOutput)] in (
            [""], [],
        )  # fmt: skip


def test_a_very_long_one_is_shortened() -> None:
    assert len(read_picture(revised_prompt="fox " * 9_000).revised_prompt) <= 1_000
    assert read_picture().revised_prompt == ""


def test_what_a_row_has_not_is_neither_sent_nor_taken_from_a_person() -> None:
    info = describe("gpt-image-2")
    assert info.drawing is not None
    row = replace(info.drawing, qualities=("low",), backgrounds=("opaque",), formats=("webp",))
    plain = replace(info, drawing=row)
    options = RequestOptions(quality="high", background="transparent")
    tool = ResponsesCodec().encode(replace(PLAIN, options=options), plain)["tools"][0]
    assert "quality" not in tool and "background" not in tool and tool["output_format"] == "webp"
    assert list_unsupported(options, plain) == ["quality", "background"]
    assert list_unsupported(options, info) == []
