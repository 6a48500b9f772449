"""Gives a request the form in which the model takes it, after what it has refused. Pure.

What is left out is told to the person; see `bot/llm/retry.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bot.domain.llm import JsonSchema, Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo, is_option_supported, is_value_refused
from bot.domain.options import RequestOptions
from bot.domain.tokens import estimate_tokens
from bot.llm.failures.lengths import ToldLengths
from bot.prompt.estimate import sum_document_tokens, sum_picture_tokens

# Without these there is no request, no limit to what it costs, or none to who keeps what is in it.
# A picture of another quality costs more, so that has to be asked for.
_ESSENTIAL_PARAMETERS = {"model", "messages", "input", "instructions", "stream", "tools",
                         "max_output_tokens", "max_completion_tokens", "max_tokens",
                         "max_tool_calls", "provider", "store"}  # fmt: skip
_KEPT_OPTIONS = {"quality", "max_tokens", "variations", "output_format", "text_only"}
_SAVING = {"low", "medium"}
# A schema that is not taken is noted under this, with its own name (`name_schema`) as the value.
REFUSED_SCHEMA = "schema"
_SCHEMA_NOTE = "\n\n[The schema of the data: {}]"
# An answer with fewer tokens is hardly worth having.
_MIN_OUTPUT_TOKENS = 1_024
_MARGIN = 1.02
# What is left out of a thread may be shorter than it is estimated to be.
_LEFT_OUT_MARGIN = 1.2
NO_PICTURES_MESSAGE = Message("_The model does not make pictures, so I asked it for words alone._")
SCHEMA_IN_WORDS_MESSAGE = Message(
    "_The provider does not take this schema, so I told the model of it in words._"
)
NO_WISHES_MESSAGE = Message(
    "_The provider takes no wishes for how a picture is drawn, so I asked for it without them._"
)
SAVING_MESSAGES = {
    "quality": Message(
        "The provider does not let me choose the quality of a picture, and another one may cost"
        " more. Please ask with `--quality high`."
    ),
    "text_only": Message(
        "The provider does not let me ask for words alone, and a picture would cost more. Please"
        " ask with `--pictures` if the answer may hold one."
    ),
    "schema": Message(
        "The provider does not let me ask for words alone, and a picture would cost more. Please"
        " ask without a form of data, and with `--pictures`."
    ),
}
_LEFT_OUT_MESSAGE = (
    "_The thread is longer than the model can read, so I left out its oldest message._"
)
_LEFT_OUT_MANY_MESSAGE = (
    "_The thread is longer than the model can read, so I left out its {count} oldest messages._"
)


def fit_prompt(prompt: Prompt, model_info: ModelInfo) -> Prompt:
    """Return `prompt` without the options that the model has refused."""
    if not model_info.refused:
        return prompt
    dropped: dict[str, Any] = {
        item.name: item.default
        for item in fields(RequestOptions)
        if item.name not in _KEPT_OPTIONS and _is_refused(prompt.options, item.name, model_info)
    }
    mask = None if ("mask", "") in model_info.refused else prompt.mask
    prompt = replace(prompt, options=replace(prompt.options, **dropped), mask=mask)
    if prompt.schema is None or _is_schema_taken(prompt.schema, model_info):
        return prompt
    return _put_in_words(prompt, prompt.schema)


def tell_schema_in_words(prompt: Prompt) -> tuple[Prompt, Message | None] | None:
    """Return a prompt that tells the model of its schema instead of holding it to that, and what
    the person should know, who knows only of a schema of their own.

    None where that is no other prompt. It stays one for words alone.
    """
    if prompt.schema is None or prompt.schema.in_words:
        return None
    note = SCHEMA_IN_WORDS_MESSAGE if prompt.schema.is_uploaded else None
    return _put_in_words(prompt, prompt.schema), note


def name_schema(schema: JsonSchema) -> str:
    """Return a short name that no other schema has."""
    text = json.dumps(schema.schema, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def _is_schema_taken(schema: JsonSchema, model_info: ModelInfo) -> bool:
    if not is_option_supported(model_info, "output_format"):
        return False
    return not is_value_refused(model_info, REFUSED_SCHEMA, name_schema(schema))


def _put_in_words(prompt: Prompt, schema: JsonSchema) -> Prompt:
    """Return `prompt` with a question that tells of `schema`, which is its own."""
    text, question = json.dumps(schema.schema, ensure_ascii=False), prompt.question
    if text not in question:
        question += _SCHEMA_NOTE.format(text)
    return replace(prompt, question=question, schema=replace(schema, in_words=True))


def drop_refused_parameters(
    body: Mapping[str, Any],
    prompt: Prompt,
    model_info: ModelInfo,
    kept: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Return the request without the parameters that the provider has refused, but for `kept`."""
    return {
        name: value
        for name, value in body.items()
        if (name, "") not in model_info.refused
        or name in _ESSENTIAL_PARAMETERS | kept
        or find_saving(name, prompt)
    }


def find_saving(parameter: str, prompt: Prompt) -> str:
    """Return the key in `SAVING_MESSAGES` of what `parameter` carries, without which the answer may
    cost more; "" if nothing is."""
    if parameter == "modalities" and prompt.is_text_only:
        return "text_only" if prompt.schema is None else "schema"
    is_saving = parameter == "image_config" and prompt.options.quality in _SAVING
    return "quality" if is_saving else ""


def shorten_prompt(prompt: Prompt, lengths: ToldLengths) -> tuple[Prompt, Message | None] | None:
    """Return a prompt that fits the limit that was told of, and what was left out.

    Where no limit was told its words are about half as many. None if nothing can be left out.
    """
    file_tokens = sum_picture_tokens(prompt.pictures) + sum_document_tokens(prompt.documents)
    texts = [prompt.system, prompt.question, *(turn.text for turn in prompt.history)]
    estimated = file_tokens + sum(map(estimate_tokens, texts))
    told = lengths.input or max(0, (lengths.requested or 0) - prompt.max_tokens) or estimated
    scale = told / max(1, estimated)
    if file_tokens:
        scale = min(1.0, scale)  # what is more than estimated may be the files
    if lengths.limit is None:
        return _drop_oldest(prompt, (told - file_tokens) // 2, scale)
    room = int(lengths.limit - told * _MARGIN)
    if min(prompt.max_tokens, _MIN_OUTPUT_TOKENS) <= room < prompt.max_tokens:
        return replace(prompt, max_tokens=room), None
    max_tokens = min(prompt.max_tokens, max(lengths.limit // 4, _MIN_OUTPUT_TOKENS))
    shorter = replace(prompt, max_tokens=max_tokens)
    return _drop_oldest(shorter, told + max_tokens - lengths.limit, scale)


def _drop_oldest(
    prompt: Prompt, excess_tokens: int, scale: float
) -> tuple[Prompt, Message | None] | None:
    """Return `prompt` without its oldest messages, of `excess_tokens` together; None if these are
    too few. One of our tokens is `scale` of theirs."""
    dropped_tokens, count = 0.0, 0
    for turn in prompt.history:
        if dropped_tokens >= excess_tokens * _LEFT_OUT_MARGIN:
            break
        dropped_tokens += estimate_tokens(turn.text) * scale
        count += 1
    if not count or dropped_tokens < excess_tokens:
        return None
    shorter = replace(prompt, history=prompt.history[count:])
    return shorter, Message(_LEFT_OUT_MESSAGE, plural=_LEFT_OUT_MANY_MESSAGE, count=count)


def _is_refused(options: RequestOptions, name: str, model_info: ModelInfo) -> bool:
    value = getattr(options, name)
    return (name, "") in model_info.refused or is_value_refused(model_info, name, value)
