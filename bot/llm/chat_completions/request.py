"""Encodes a `Prompt` as a chat completions request. Pure. See `response.py` for the answer.

There are three dialects: OpenRouter's, which draws (openrouter.ai/docs, "Image generation"),
OpenAI's own, and that of any other compatible server; the latter two do not draw. A request holds
only parameters that the model supports.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.files import Document, Image
from bot.domain.llm import JsonSchema, Prompt
from bot.domain.model_info import ModelInfo, is_option_supported
from bot.domain.options import RequestOptions
from bot.domain.pictures.sight import Detail
from bot.llm.chat_completions.response import ChatCompletionsReader
from bot.llm.failures.limit_names import LIMIT_NAMES
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy
from bot.llm.offers.openai_models import CACHE_PARAMETER
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import coerce_id


class _ChatCodec:
    """What the dialects share."""

    path = "/chat/completions"
    kept_parameters = frozenset[str]()
    is_insured = False

    def build_reader(
        self,
        blobs: ExtractedBlobs | None = None,
        picture_tokens: Mapping[str, int] = PICTURE_TOKENS,
    ) -> ChatCompletionsReader:
        del picture_tokens  # the usage of such an answer is whole, or there is none
        return ChatCompletionsReader(blobs, is_insured=self.is_insured)


class OpenRouterCodec(_ChatCodec):
    """OpenRouter: draws pictures, reports costs, and lets us look up a generation later."""

    def __init__(
        self, provider: str = "openrouter", data_policy: DataPolicy = ANY_PROVIDER
    ) -> None:
        self.provider = provider
        self._preferences = data_policy.build_preferences()
        # Another server that speaks this dialect has not promised it.
        self.is_insured = provider == "openrouter"

    def build_headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}", "X-OpenRouter-Title": "Easel"}

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        return coerce_id(headers.get("x-generation-id"))

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        body = _build_body(prompt, model_info)
        body |= {"user": prompt.user, "session_id": prompt.session}
        if self._preferences:
            body["provider"] = self._preferences
        if model_info.draws:
            body["modalities"] = ["text"] if prompt.is_text_only else ["image", "text"]
            image_config = _build_image_config(prompt.options, model_info)
            if image_config and not prompt.is_text_only:
                body["image_config"] = image_config
        reasoning = _build_reasoning(prompt.options)
        if reasoning and is_option_supported(model_info, "effort"):
            body["reasoning"] = reasoning
        return body


class CompatibleCodec(_ChatCodec):
    """Any other server that speaks chat completions: text and pictures in, text out."""

    def __init__(self, provider: str = "compatible") -> None:
        self.provider = provider

    def build_headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        del headers  # such a server has no bills to look up
        return ""

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        body = _build_body(prompt, model_info) | _build_effort(prompt.options, model_info)
        return body | {"user": prompt.user, "stream_options": {"include_usage": True}}


class OpenAIChatCodec(_ChatCodec):
    """OpenAI directly: words about words, pictures and files. Reports no costs."""

    # OpenAI takes it, and without it tells no usage: thoughts would be counted as nothing.
    kept_parameters = frozenset({"stream_options"})

    def __init__(self, provider: str = "openai") -> None:
        self.provider = provider

    def build_headers(self, api_key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {api_key}"}

    def read_generation_id(self, headers: Mapping[str, str]) -> str:
        return coerce_id(headers.get("x-request-id"))

    def encode(self, prompt: Prompt, model_info: ModelInfo) -> dict[str, Any]:
        body = _build_body(prompt, model_info, limit_names=tuple(reversed(LIMIT_NAMES)))
        body |= _build_effort(prompt.options, model_info)
        body |= build_cache_fields(prompt, model_info)
        return body | {"store": False, "stream_options": {"include_usage": True}}


def build_cache_fields(prompt: Prompt, model_info: ModelInfo) -> dict[str, str]:
    """Build what both of OpenAI's APIs take to know the person and to find the cached beginning.

    The cache keeps a thread for a day where the model takes that; it costs no more
    (platform.openai.com/docs, "Prompt caching").
    """
    fields = {"prompt_cache_key": prompt.session, "safety_identifier": prompt.user}
    keeps_cache = CACHE_PARAMETER in model_info.supported_parameters
    return fields | ({CACHE_PARAMETER: "24h"} if keeps_cache else {})


def _build_effort(options: RequestOptions, model_info: ModelInfo) -> dict[str, str]:
    if not options.effort or not is_option_supported(model_info, "effort"):
        return {}
    return {"reasoning_effort": options.effort}


def _build_body(
    prompt: Prompt, model_info: ModelInfo, limit_names: tuple[str, ...] = LIMIT_NAMES
) -> dict[str, Any]:
    history = [{"role": turn.role, "content": turn.text} for turn in prompt.history]
    # Text comes before pictures, and only the user's message holds pictures: OpenAI accepts them
    # nowhere else.
    question: list[dict[str, Any]] = [{"type": "text", "text": prompt.question}]
    if model_info.sees:
        question += [_build_picture_part(picture, model_info) for picture in prompt.pictures]
    question += [_build_file_part(document) for document in prompt.documents if document.data]
    body: dict[str, Any] = {
        "model": model_info.model,
        "messages": [
            {"role": "system", "content": prompt.system},
            *history,
            {"role": "user", "content": question},
        ],
        _choose_limit_name(model_info, limit_names): min(
            prompt.max_tokens, model_info.max_output_tokens
        ),
        "stream": True,
    }
    return (
        body
        | _build_sampling(prompt.options, model_info)
        | _build_response_format(prompt.schema, model_info)
    )


def _choose_limit_name(model_info: ModelInfo, names: tuple[str, ...]) -> str:
    """Return the first of `names` that the server has not refused.

    OpenAI's newer models take only the newer name, most other servers the older one.
    """
    return next((name for name in names if (name, "") not in model_info.refused), names[0])


def _build_sampling(options: RequestOptions, model_info: ModelInfo) -> dict[str, Any]:
    """Build the parameters that both dialects name alike, as far as the model supports them."""
    parameters: dict[str, Any] = {
        "frequency_penalty": options.frequency_penalty,
        "presence_penalty": options.presence_penalty,
        "seed": options.seed,
        "stop": list(options.stop) or None,
        "logit_bias": {str(token): bias for token, bias in options.logit_bias} or None,
    }
    body = {
        name: value
        for name, value in parameters.items()
        if value is not None and is_option_supported(model_info, name)
    }
    if (
        options.logprobs is not None
        and {"logprobs", "top_logprobs"} <= model_info.supported_parameters
    ):
        body |= {"logprobs": True, "top_logprobs": options.logprobs}
    return body


def _build_response_format(schema: JsonSchema | None, model_info: ModelInfo) -> dict[str, Any]:
    if schema is None or schema.in_words or not is_option_supported(model_info, "output_format"):
        return {}
    json_schema = {"name": schema.name, "schema": schema.schema, "strict": schema.strict}
    return {"response_format": {"type": "json_schema", "json_schema": json_schema}}


def _build_reasoning(options: RequestOptions) -> dict[str, Any]:
    reasoning: dict[str, Any] = {"effort": options.effort} if options.effort else {}
    if options.show_reasoning is not None:
        reasoning["exclude"] = not options.show_reasoning
    return reasoning


def _build_image_config(options: RequestOptions, model_info: ModelInfo) -> dict[str, str]:
    aspect, drawing = options.aspect, model_info.drawing
    if options.size is not None and drawing is not None:
        # No size is asked for here: of an unknown one the provider tells nothing, or takes another.
        aspect = drawing.choose_aspect(options.size) or aspect
    image_config = {
        "aspect_ratio": aspect,
        "quality": options.quality,
        "background": options.background,
    }
    return {name: value for name, value in image_config.items() if value is not None}


def _build_picture_part(picture: Image, model_info: ModelInfo) -> dict[str, Any]:
    return {
        "type": "image_url",
        "image_url": {
            "url": build_data_url(picture.mimetype, picture.data),
            "detail": find_detail(picture, model_info),
        },
    }


def find_detail(picture: Image, model_info: ModelInfo) -> str:
    """Return how closely the model is to look: a fallback may take less than was planned for."""
    return picture.sight.detail if model_info.takes_original else Detail.HIGH


def _build_file_part(document: Document) -> dict[str, Any]:
    url = build_data_url(document.mimetype, document.data)
    return {"type": "file", "file": {"filename": document.name, "file_data": url}}


def build_data_url(mimetype: str, data: bytes) -> str:
    return f"data:{mimetype};base64,{base64.b64encode(data).decode('ascii')}"
