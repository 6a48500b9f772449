"""Chat completions: a `Prompt` as a request. Pure; answers are read in `chat_answers.py`.

Two dialects: OpenRouter's, which draws (openrouter.ai/docs, "Image generation"), and that of any
other compatible server, which does not. Nothing is sent that the model does not take.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from bot.domain.files import Attachment, Document
from bot.domain.llm import Prompt, Schema
from bot.domain.model_info import Offer, takes
from bot.domain.options import Parameters
from bot.llm.chat_completions.response import AnswerReader
from bot.llm.streaming.base64 import Taken


class OpenRouterCodec:
    """OpenRouter: pictures out, costs told, generations that can be asked for."""

    provider = "openrouter"
    path = "/chat/completions"

    def headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}", "X-OpenRouter-Title": "Easel"}

    def generation(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-generation-id", "")[:200]

    def encode(self, prompt: Prompt, offer: Offer) -> dict[str, Any]:
        body = _common(prompt, offer) | {"session_id": prompt.session}
        if offer.draws:
            words_only = prompt.parameters.text_only or prompt.schema is not None
            body["modalities"] = ["text"] if words_only else ["image", "text"]
            drawing = {} if words_only else _drawing(prompt.parameters)
            if drawing:
                body["image_config"] = drawing
        reasoning = _reasoning(prompt.parameters)
        if reasoning and takes(offer, "effort"):
            body["reasoning"] = reasoning
        return body

    def reader(self, taken: Taken | None = None) -> AnswerReader:
        return AnswerReader(taken)


class CompatibleCodec:
    """Any other server that speaks chat completions: text and pictures in, text out."""

    provider = "compatible"
    path = "/chat/completions"

    def headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def generation(self, headers: Mapping[str, str]) -> str:
        del headers  # nobody could be asked for it later
        return ""

    def encode(self, prompt: Prompt, offer: Offer) -> dict[str, Any]:
        body = _common(prompt, offer) | {"stream_options": {"include_usage": True}}
        if prompt.parameters.effort and takes(offer, "effort"):
            body["reasoning_effort"] = prompt.parameters.effort
        return body

    def reader(self, taken: Taken | None = None) -> AnswerReader:
        return AnswerReader(taken)


def _common(prompt: Prompt, offer: Offer) -> dict[str, Any]:
    past = [{"role": turn.role, "content": turn.text} for turn in prompt.past]
    # Text before pictures, and pictures only in what a user says: OpenAI takes them nowhere else.
    question: list[dict[str, Any]] = [{"type": "text", "text": prompt.question}]
    if offer.sees:
        question += [_picture_part(picture) for picture in prompt.pictures]
    question += [_file_part(document) for document in prompt.documents if document.data]
    body: dict[str, Any] = {
        "model": offer.model,
        "messages": [
            {"role": "system", "content": prompt.system},
            *past,
            {"role": "user", "content": question},
        ],
        "max_tokens": min(prompt.max_tokens, offer.most_output),
        "stream": True,
        "user": prompt.user,
    }
    return body | _sampling(prompt.parameters, offer) | _form(prompt.schema, offer)


def _sampling(given: Parameters, offer: Offer) -> dict[str, Any]:
    """The parameters that have the same name on both sides, where the model takes them."""
    wanted: dict[str, Any] = {
        "frequency_penalty": given.frequency_penalty,
        "presence_penalty": given.presence_penalty,
        "seed": given.seed,
        "stop": list(given.stop) or None,
        "logit_bias": {str(token): bias for token, bias in given.logit_bias} or None,
    }
    found = {name: value for name, value in wanted.items() if value is not None}
    body = {name: value for name, value in found.items() if takes(offer, name)}
    if given.logprobs is not None and {"logprobs", "top_logprobs"} <= offer.parameters:
        body |= {"logprobs": True, "top_logprobs": given.logprobs}
    return body


def _form(schema: Schema | None, offer: Offer) -> dict[str, Any]:
    if schema is None or not takes(offer, "form"):
        return {}
    described = {"name": schema.name, "schema": schema.schema, "strict": schema.strict}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def _reasoning(given: Parameters) -> dict[str, Any]:
    wanted: dict[str, Any] = {"effort": given.effort} if given.effort else {}
    if given.show_reasoning is not None:
        # Without an effort `enabled` asks for the model's usual one.
        wanted |= {"exclude": not given.show_reasoning}
    return wanted


def _drawing(given: Parameters) -> dict[str, str]:
    wishes = {
        "aspect_ratio": given.aspect,
        "quality": given.quality,
        "background": given.background,
    }
    return {name: value for name, value in wishes.items() if value is not None}


def _picture_part(picture: Attachment) -> dict[str, Any]:
    return {
        "type": "image_url",
        "image_url": {"url": data_url(picture.mimetype, picture.data), "detail": "high"},
    }


def _file_part(document: Document) -> dict[str, Any]:
    url = data_url(document.mimetype, document.data)
    return {"type": "file", "file": {"filename": document.name, "file_data": url}}


def data_url(mimetype: str, data: bytes) -> str:
    return f"data:{mimetype};base64,{base64.b64encode(data).decode('ascii')}"
