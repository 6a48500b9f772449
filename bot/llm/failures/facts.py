"""Reads the body of a refusal, whatever its shape, into codes, sentences and numbers. Pure.

The shapes are those of OpenRouter, OpenAI, Azure, Anthropic, Gemini, LiteLLM, vLLM, Ollama and
llama.cpp, which differ in what nests in what. What quotes the person is not read: fields such as
`flagged_input`, and quotations in the sentences (`quotations.py`). See `kinds.py` for what
the facts mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.llm.failures.quotations import remove_quotations, split_nested

_MAX_DEPTH, _MAX_LISTED = 6, 8
_MAX_WORD_CHARS = 200
_MAX_PARTS = 60
_MAX_TEXT_CHARS = 2_000
# Of all sentences together: every rule looks through them.
_MAX_TOLD_CHARS = 8_000
_MAX_SENTENCE_CHARS = 16_000
# Where one object nests another, and the order in which they are read: what is nearer to the model
# says more.
_NESTING_FIELDS = ("error", "metadata", "raw", "message", "detail", "details", "innererror",
                   "availability", "msg")  # fmt: skip
_CODE_FIELDS = ("error_type", "code", "provider_error_code", "type", "name", "reason", "status",
                "limit_source")  # fmt: skip
_TEXT_FIELDS = ("message", "msg", "error", "detail", "raw")
_COUNT_FIELDS = {"n_ctx": "limit", "n_prompt_tokens": "requested"}
_CODE_PATTERN = re.compile(r"[A-Za-z][\w.:-]{1,63}", re.ASCII)


@dataclass(slots=True)
class ErrorFacts:
    """What a refusal says.

    `codes` are its words for the error in lower case, `texts` its sentences, `parameters` the names
    of what it refuses. `reasons` are the kinds of a moderation. `status` is the HTTP status that
    the body names, None if it names none; `retry_after` is in seconds.
    """

    status: int | None = None
    codes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    retry_after: float | None = None
    is_flagged: bool = False

    @property
    def text(self) -> str:
        """All sentences, each once, as far as they are read."""
        return "\n".join(dict.fromkeys(self.texts))[:_MAX_TOLD_CHARS]


def read_facts(body: object) -> ErrorFacts:
    """Read the body of a refusal, or the error object in a stream."""
    facts = ErrorFacts()
    for number, (part, name) in enumerate(_iterate_parts(body, "", 0)):
        if number >= _MAX_PARTS:
            break
        if isinstance(part, str):
            if name in _TEXT_FIELDS or not name:
                _read_sentence(part, facts)
            continue
        _read_object(part, facts)
    return facts


def coerce_status(value: Any) -> int | None:
    """Return an HTTP status of an error given as a number or a numeral; None for anything else."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 400 <= number < 600 else None


def coerce_seconds(value: Any) -> float | None:
    """Return a waiting time given as a number or a numeral; None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e6 else None


def _iterate_parts(
    value: object, name: str, depth: int
) -> Iterator[tuple[Mapping[str, Any] | str, str]]:
    """Yield each object and each sentence with the name of its field, the outer ones first."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str | Mapping):
        yield value, name
    for inner, inner_name in _list_inner_parts(value, name):
        yield from _iterate_parts(inner, inner_name, depth + 1)


def _list_inner_parts(value: object, name: str) -> list[tuple[object, str]]:
    if isinstance(value, str):
        nested = split_nested(value)[1]
        return [] if nested is None else [(nested, "nested")]
    if isinstance(value, Mapping):
        return [(value[inner], inner) for inner in _NESTING_FIELDS if inner in value]
    return [(item, name) for item in value[:_MAX_LISTED]] if isinstance(value, list) else []


def _read_sentence(text: str, facts: ErrorFacts) -> None:
    sentence = remove_quotations(split_nested(text)[0][:_MAX_SENTENCE_CHARS]).strip()
    if sentence:
        facts.texts.append(sentence[:_MAX_TEXT_CHARS])


def _read_object(part: Mapping[str, Any], facts: ErrorFacts) -> None:
    for name in _CODE_FIELDS:
        word = part.get(name)
        if isinstance(word, str) and _CODE_PATTERN.fullmatch(word):
            facts.codes.append(word.lower())
    for name in ("http_status", "code", "status"):
        facts.status = facts.status or coerce_status(part.get(name))
    for name, count_name in _COUNT_FIELDS.items():
        count = part.get(name)
        if isinstance(count, int) and not isinstance(count, bool):
            facts.counts.setdefault(count_name, count)
    _read_constraint(part, facts)
    _read_parameter(part, facts)
    _read_moderation(part, facts)
    if facts.retry_after is None:
        facts.retry_after = coerce_seconds(part.get("retry_after"))


def _read_constraint(part: Mapping[str, Any], facts: ErrorFacts) -> None:
    """OpenRouter: `constraint.field` is the wish that no provider fulfils, such as `zdr`."""
    constraint = part.get("constraint")
    name = constraint.get("field") if isinstance(constraint, Mapping) else None
    if isinstance(name, str) and _CODE_PATTERN.fullmatch(name):
        facts.codes.append(f"constraint.{name.lower().rpartition('.')[2]}")


def _read_parameter(part: Mapping[str, Any], facts: ErrorFacts) -> None:
    parameter, location = part.get("param"), part.get("loc")
    if isinstance(parameter, str) and " " in parameter:
        _read_sentence(parameter, facts)  # some gateways put the sentence there
    elif isinstance(parameter, str) and parameter:
        facts.parameters.append(parameter[:100])
    if isinstance(location, list) and location:
        # FastAPI: ["body", "stream_options"], or ["body", "messages", 0, "name"]; ["body"] is all
        # of the request, and names no parameter.
        steps = [name for name in location[:_MAX_LISTED] if isinstance(name, str | int)]
        names = [str(name)[:100] for name in steps if name != "body"]
        facts.parameters += [".".join(names)[:100]] if any(names) else []


def _read_moderation(part: Mapping[str, Any], facts: ErrorFacts) -> None:
    details = part.get("moderation_details")
    categories = details.get("categories") if isinstance(details, Mapping) else None
    lists = [told for told in (part.get("reasons"), categories) if isinstance(told, list)]
    for reasons in lists:
        words = [reason for reason in reasons[:_MAX_LISTED] if isinstance(reason, str)]
        facts.reasons += [word[:_MAX_WORD_CHARS] for word in words]
    if any(lists) or details or {"flagged_input", "patterns"} & set(part):
        facts.is_flagged = True
