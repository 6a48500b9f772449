"""A mask goes where the drawing model takes one, for the picture that it was made for."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image as PilImage

from bot.domain.files import Image
from bot.domain.llm import Prompt
from bot.domain.messages import Message
from bot.domain.options import RequestOptions
from bot.domain.pictures.areas import EditMask
from bot.llm.errors import ParameterRefused
from bot.llm.failures.adapting import fit_prompt
from bot.llm.failures.facts import ErrorFacts
from bot.llm.failures.learnt import LearntRefusals
from bot.llm.failures.parameters import find_refused_parameter
from bot.llm.providers import ProviderOptions, get_provider
from bot.llm.responses.request import ResponsesCodec
from bot.playground.model.openai.responses import convert_to_chat
from bot.playground.model.request import RequestError
from tests.support.codecs import CASES, MASKED_PROMPT


def build_png(mode: str, size: tuple[int, int], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    PilImage.new(mode, size).save(out, kind)
    return out.getvalue()


def build_prompt(size: tuple[int, int], options: RequestOptions | None = None) -> Prompt:
    data = build_png("RGB", size)
    mask = EditMask(build_png("RGBA", size), *size, "F1", "a.png", data)
    picture = Image("a.png", "image/png", data, "ab", *size)
    return replace(
        MASKED_PROMPT, pictures=(picture,), documents=(), mask=mask,
        options=options or RequestOptions(),
    )  # fmt: skip


def encode(prompt: Prompt, drawing_model: str = "gpt-image-2") -> dict[str, Any]:
    options = ProviderOptions(drawing_model=drawing_model)
    info = get_provider("openai", options).describe_model("gpt-5.4")
    return ResponsesCodec().encode(prompt, info)


def test_openai_gets_the_mask_as_a_png_and_the_size_of_the_picture_where_it_draws_that() -> None:
    prompt = build_prompt((1024, 1024))
    tool = encode(prompt)["tools"][0]
    assert prompt.mask is not None
    url = tool["input_image_mask"]["image_url"]
    assert base64.b64decode(url.removeprefix("data:image/png;base64,")) == prompt.mask.data
    assert tool["size"] == "1024x1024"
    assert "size" not in encode(build_prompt((1000, 1024)))["tools"][0]
    assert "size" not in encode(build_prompt((96, 96)))["tools"][0]
    wide = build_prompt((1024, 1024), RequestOptions(aspect="16:9"))
    assert encode(wide)["tools"][0]["size"] == "1536x864"


def test_no_mask_goes_to_a_model_that_takes_none_or_with_another_first_picture() -> None:
    case = CASES["openrouter"]
    assert "mask" not in str(case.codec.encode(build_prompt((64, 64)), case.model_info)).lower()
    prompt = build_prompt((64, 64))
    shrunk = replace(prompt, pictures=(replace(prompt.pictures[0], data=b"smaller"),))
    assert "input_image_mask" not in encode(shrunk)["tools"][0]
    assert "input_image_mask" not in encode(replace(prompt, pictures=()))["tools"][0]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (build_png("RGBA", (64, 48)), "does not match"),
        (build_png("RGB", (64, 64)), "alpha"),
        (build_png("L", (64, 64)), "alpha"),
        (build_png("RGB", (64, 64), "JPEG"), "Invalid mask"),
        (b"\x89PNG\r\n\x1a\n and no more", "Invalid mask"),
        (b"", "Invalid mask"),
    ],
)
def test_the_played_openai_refuses_what_is_no_mask(mask: bytes, words: str) -> None:
    prompt = build_prompt((64, 64))
    assert prompt.mask is not None
    convert_to_chat(encode(prompt))
    with pytest.raises(RequestError) as refused:
        convert_to_chat(encode(replace(prompt, mask=replace(prompt.mask, data=mask))))
    assert refused.value.status == 400 and words in str(refused.value.body)
    body = encode(prompt)
    body["tools"][0]["input_image_mask"] = {"file_id": "file-1"}
    with pytest.raises(RequestError):
        convert_to_chat(body)


async def test_a_model_that_refuses_the_mask_is_asked_in_words_from_then_on() -> None:
    learnt, prompt = LearntRefusals(), build_prompt((64, 64))
    refused = find_refused_parameter(
        ErrorFacts(
            status=400,
            codes=["unknown_parameter"],
            texts=["Unknown parameter: 'tools[0].input_image_mask'."],
            parameters=["tools[0].input_image_mask"],
        )
    )
    error = ParameterRefused("400", refused, user_message=Message("It does not."))
    info = get_provider("openai", ProviderOptions()).describe_model("gpt-5.4")
    assert await learnt.note_error(error, prompt, info) and "in words" in str(error.note)
    assert fit_prompt(prompt, learnt.apply(info)).mask is None
