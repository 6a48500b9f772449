"""OpenAI's Responses API: a `Prompt` as a request. Pure; answers are in `responses_answers.py`.

gpt-5.4 leads the conversation and calls the `image_generation` tool, whose model is pinned: its
default changes with time. Nothing is stored there, so every request carries what it needs
(platform.openai.com/docs, "Responses", "Image generation").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.files import Attachment, Document
from bot.domain.llm import Prompt, PromptTurn, Schema
from bot.domain.model_info import Offer, takes
from bot.domain.options import Parameters
from bot.llm.chat_completions.request import data_url
from bot.llm.responses.response import ResponseReader
from bot.llm.streaming.base64 import Taken

DRAWING_MODEL = "gpt-image-2"
MOST_PICTURES = 2
# Both sides divisible by 16, at most 3:1, as gpt-image-2 wants them.
SIZES = {
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
_LEAST_TOKENS = 16


class ResponsesCodec:
    """OpenAI directly: pictures by a tool, previews while it draws, no costs told."""

    provider = "openai"
    path = "/responses"

    def headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}"}

    def generation(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-request-id", "")[:200]

    def encode(self, prompt: Prompt, offer: Offer) -> dict[str, Any]:
        given = prompt.parameters
        body: dict[str, Any] = {
            "model": offer.model,
            "instructions": prompt.system,
            "input": [*map(_turn, prompt.past), _question(prompt)],
            "max_output_tokens": max(_LEAST_TOKENS, min(prompt.max_tokens, offer.most_output)),
            "stream": True,
            "store": False,
            "prompt_cache_key": prompt.session,
            "safety_identifier": prompt.user,
        }
        if offer.draws and not given.text_only and prompt.schema is None:
            body |= {"tools": [_drawing_tool(given)], "max_tool_calls": MOST_PICTURES}
        reasoning = _reasoning(given)
        if reasoning and takes(offer, "effort"):
            body["reasoning"] = reasoning
        if given.logprobs is not None and "top_logprobs" in offer.parameters:
            body["top_logprobs"] = given.logprobs
            body["include"] = ["message.output_text.logprobs"]
        return body | _form(prompt.schema, offer)

    def reader(self, taken: Taken | None = None) -> ResponseReader:
        return ResponseReader(taken)


def _turn(turn: PromptTurn) -> dict[str, Any]:
    # As a string: parts of an answer would need the ids of a response that was stored.
    return {"role": turn.role, "content": turn.text}


def _question(prompt: Prompt) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "input_text", "text": prompt.question}]
    content += [_picture_part(picture) for picture in prompt.pictures]
    content += [_file_part(document) for document in prompt.documents if document.data]
    return {"role": "user", "content": content}


def _picture_part(picture: Attachment) -> dict[str, Any]:
    url = data_url(picture.mimetype, picture.data)
    return {"type": "input_image", "image_url": url, "detail": "high"}


def _file_part(document: Document) -> dict[str, Any]:
    url = data_url(document.mimetype, document.data)
    return {"type": "input_file", "filename": document.name, "file_data": url}


def _drawing_tool(given: Parameters) -> dict[str, Any]:
    tool: dict[str, Any] = {
        "type": "image_generation",
        "model": DRAWING_MODEL,
        "partial_images": 1,
        "output_format": "png",
    }
    wishes = {
        "size": SIZES.get(given.aspect or ""),
        "quality": given.quality,
        "background": given.background,
    }
    return tool | {name: value for name, value in wishes.items() if value is not None}


def _reasoning(given: Parameters) -> dict[str, Any]:
    wanted: dict[str, Any] = {"effort": given.effort} if given.effort else {}
    return wanted | ({"summary": "auto"} if given.show_reasoning else {})


def _form(schema: Schema | None, offer: Offer) -> dict[str, Any]:
    if schema is None or not takes(offer, "form"):
        return {}
    described = {"name": schema.name, "schema": schema.schema, "strict": schema.strict}
    return {"text": {"format": {"type": "json_schema", **described}}}
