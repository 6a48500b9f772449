"""Encodes a `Prompt` for OpenAI's Responses API. Pure. See `response.py` for the answer.

The model of the conversation, such as gpt-5.4, calls the `image_generation` tool. The tool's model
is always named, because its default changes over time. OpenAI stores nothing, so every request
carries the whole conversation (platform.openai.com/docs, "Responses", "Image generation").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.files import Document, Image
from bot.domain.llm import JsonSchema, Prompt, PromptTurn
from bot.domain.model_info import ModelInfo, is_option_supported
from bot.domain.options import RequestOptions
from bot.domain.pictures.areas import EditMask
from bot.domain.pictures.drawing_models import GPT_IMAGE_2, DrawingModel
from bot.domain.pictures.sizes import PictureSize
from bot.llm.chat_completions.request import build_cache_fields, build_data_url, find_detail
from bot.llm.responses.response import ResponsesReader
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import coerce_id

MAX_PICTURES = 2
# Of a model that draws any size: about the usual number of pixels, both sides divisible by 16.
SIZE_BY_ASPECT = {
    "1:1": "1024x1024",
    "3:2": "1536x1024",
    "2:3": "1024x1536",
    "4:3": "1280x960",
    "3:4": "960x1280",
    "5:4": "1280x1024",
    "4:5": "1024x1280",
    "16:9": "1536x864",
    "9:16": "864x1536",
    "21:9": "1792x768",
    "auto": "auto",
}
_MIN_OUTPUT_TOKENS = 16


class ResponsesCodec:
    """OpenAI directly: draws by a tool, sends previews meanwhile, reports no costs."""

    path = "/responses"
    is_insured = False
    kept_parameters = frozenset[str]()

    def __init__(self, provider: str = "openai") -> None:
        self.provider = provider

    def build_headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}"}

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        return coerce_id(headers.get("x-request-id"))

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        options = prompt.options
        body: dict[str, Any] = {
            "model": model_info.model,
            "instructions": prompt.system,
            "input": [*map(_build_turn, prompt.history), _build_question(prompt, model_info)],
            "max_output_tokens": max(
                _MIN_OUTPUT_TOKENS, min(prompt.max_tokens, model_info.max_output_tokens)
            ),
            "stream": True,
            "store": False,
            **build_cache_fields(prompt, model_info),
        }
        if model_info.draws and not prompt.is_text_only:
            tool = _build_drawing_tool(prompt, model_info.drawing or GPT_IMAGE_2)
            body |= {"tools": [tool], "max_tool_calls": MAX_PICTURES}
        reasoning = _build_reasoning(options)
        if reasoning and is_option_supported(model_info, "effort"):
            body["reasoning"] = reasoning
        if options.logprobs is not None and "top_logprobs" in model_info.supported_parameters:
            body["top_logprobs"] = options.logprobs
            body["include"] = ["message.output_text.logprobs"]
        return body | _build_text_format(prompt.schema, model_info)

    def build_reader(
        self,
        blobs: ExtractedBlobs | None = None,
        picture_tokens: Mapping[str, int] = PICTURE_TOKENS,
    ) -> ResponsesReader:
        return ResponsesReader(blobs, picture_tokens)


def _build_turn(turn: PromptTurn) -> dict[str, Any]:
    # A string, because the parts of an answer would need the ids of a stored response.
    return {"role": turn.role, "content": turn.text}


def _build_question(prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "input_text", "text": prompt.question}]
    content += [_build_picture_part(picture, model_info) for picture in prompt.pictures]
    content += [_build_file_part(document) for document in prompt.documents if document.data]
    return {"role": "user", "content": content}


def _build_picture_part(picture: Image, model_info: ModelInfo) -> dict[str, Any]:
    url = build_data_url(picture.mimetype, picture.data)
    return {"type": "input_image", "image_url": url, "detail": find_detail(picture, model_info)}


def _build_file_part(document: Document) -> dict[str, Any]:
    url = build_data_url(document.mimetype, document.data)
    return {"type": "input_file", "filename": document.name, "file_data": url}


def _build_drawing_tool(prompt: Prompt, drawing: DrawingModel) -> dict[str, Any]:
    options, mask = prompt.options, _find_mask(prompt, drawing)
    tool: dict[str, Any] = {
        "type": "image_generation",
        "model": drawing.name,
        "partial_images": 1,
        "output_format": drawing.formats[0],
    }
    drawing_options = {
        "size": _choose_size(options, drawing, mask),
        "quality": options.quality if options.quality in drawing.qualities else None,
        "background": options.background if options.background in drawing.backgrounds else None,
        "input_image_mask": mask and {"image_url": build_data_url("image/png", mask.data)},
    }
    return tool | {name: value for name, value in drawing_options.items() if value is not None}


def _find_mask(prompt: Prompt, drawing: DrawingModel) -> EditMask | None:
    """Return the mask of the first picture, which is the one that OpenAI applies it to.

    None where the model takes none, and where that picture was made smaller since.
    """
    mask, first = prompt.mask, next(iter(prompt.pictures), None)
    if mask is None or first is None or not drawing.has_masks or first.data != mask.sent:
        return None
    return mask


def _choose_size(
    options: RequestOptions, drawing: DrawingModel, mask: EditMask | None
) -> str | None:
    if options.size is not None:
        size = drawing.choose_size(options.size)
        return None if size is None else str(size)
    if mask is not None and options.aspect in (None, "auto"):
        # In its own size, what is outside of the mask can be held against the original.
        own = PictureSize(mask.width, mask.height)
        return str(own) if drawing.choose_size(own) == own else None
    named = SIZE_BY_ASPECT.get(options.aspect or "")
    if named in (None, "auto") or drawing.free_sizes is not None:
        return named
    width, height = map(int, named.split("x"))
    return str(drawing.choose_size(PictureSize(width, height)))


def _build_reasoning(options: RequestOptions) -> dict[str, Any]:
    effort: dict[str, Any] = {"effort": options.effort} if options.effort else {}
    return effort | ({"summary": "auto"} if options.show_reasoning else {})


def _build_text_format(schema: JsonSchema | None, model_info: ModelInfo) -> dict[str, Any]:
    if schema is None or schema.in_words or not is_option_supported(model_info, "output_format"):
        return {}
    json_schema = {"name": schema.name, "schema": schema.schema, "strict": schema.strict}
    return {"text": {"format": {"type": "json_schema", **json_schema}}}
