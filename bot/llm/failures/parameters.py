"""Finds which parameter a provider refuses, and what to tell of it. Pure.

A refused parameter that the person did not ask for by name is left out, and the request is sent
again; see `learnt.py` and `bot/llm/retry.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.messages import Message
from bot.llm.failures.extras import find_refused_extra
from bot.llm.failures.facts import ErrorFacts
from bot.llm.failures.limit_names import find_refused_limit
from bot.request.flags import find_flag_name

# The field of `RequestOptions` that a provider's parameter carries, by its last name.
OPTION_BY_PARAMETER = {
    "aspect_ratio": "aspect",
    "size": "aspect",
    "background": "background",
    "quality": "quality",
    "effort": "effort",
    "reasoning": "effort",
    "reasoning_effort": "effort",
    "exclude": "show_reasoning",
    "include_reasoning": "show_reasoning",
    "summary": "show_reasoning",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
    "logit_bias": "logit_bias",
    "logprobs": "logprobs",
    "top_logprobs": "logprobs",
    "response_format": "output_format",
    "json_schema": "output_format",
    "text.format": "output_format",
    "input_image_mask": "mask",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
}
# Where the refusal names no parameter, or only in its sentence.
_PARAMETER_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:parameter|argument|value|field|property)s?(?: not supported)?:? ?\[?[`'\"]"
        r"([\w.\[\]]+)[`'\"]",
        r"argument not supported: ([\w.]+)",
        r"(?:unknown|unsupported|unrecognized|unexpected) (?:request )?(?:parameter|argument|field"
        r"|key)(?:s|\(s\))?(?: supplied| in object)?:? [`'\"]?([\w.\[\]]+)",
        r"properties are not allowed \([`'\"]?([\w.]+)",
        r"[`'\"]?([\w.]+)[`'\"]?:? (?:extra fields not permitted|is not supported with this model)",
    )
)
_PARAMETER_BY_WORDS = (
    ("background", re.compile(r"transparent background|background\b.{0,40}not supported", re.I)),
    ("size", re.compile(r"\binvalid size|supported sizes|size is not supported"
                        r"|invalid value: '?\d+x\d+|aspect.?ratio|resolution", re.I)),
    ("quality", re.compile(r"\bquality\b", re.I)),
)  # fmt: skip
# A sentence that begins with the parameter: `reasoning.effort: Invalid option`, `seed must be …`.
_SUBJECT_PATTERN = re.compile(
    r"^[`'\"]?([a-z]+(?:[_.][a-z]+)*)[`'\"]?"
    r"(?::? (?:must|should) be\b|: (?:invalid|unsupported)\b)",
    re.IGNORECASE | re.MULTILINE,
)
# Of a picture that is to be drawn. One that was sent has dimensions, too, but no such rule.
_SHAPE_PATTERN = re.compile(
    r"(?:dimensions?|width|height|size|resolution)\b[^\n]{0,40}(?:divisible by|multiples? of) \d"
    r"|aspect.?ratio\b[^\n]{0,40}(?:must be|between|one of|not allowed|invalid|out of range)"
    r"|(?:invalid|unsupported) aspect.?ratio",
    re.IGNORECASE,
)
_VALUE_CODES = {"unsupported_value", "invalid_value", "unsupported_request_value"}
_VALUE_PATTERN = re.compile(
    r"unsupported value|invalid value|must be (?:one|less|greater|at|between|[<>\d])|should be '"
    r"|invalid option|expected one of|divisible by"
    r"|multiples? of|does not support '|supported values|transparent background"
    r"|invalid size|supported sizes",
    re.IGNORECASE,
)
# The name itself is not known, whatever is listed after it.
_NAME_PATTERN = re.compile(
    r"(?:unknown|unrecognized|unexpected) (?:request )?(?:parameter|argument|field|key)"
    r"|(?:inputs|fields) (?:are )?not permitted|properties are not allowed",
    re.IGNORECASE,
)
_LARGEST_OUTPUT_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"supports at most (\d[\d,]{0,11}) (?:completion|output) tokens",
        r"valid range of max_\w*tokens is \[\d+, ?(\d[\d,]{0,11})\]",
        r"> (\d[\d,]{0,11}), which is the maximum allowed number of output tokens",
        r"expected a value <= (\d[\d,]{0,11})",
        # No number of anything but tokens.
        r"tokens\b[^\n]{0,80}(?:less than or equal to|at most|maximum of|max(?:imum)? is)"
        r" \W?(\d(?:[\d,]{0,10}\d)?)"
        r"(?=\W*\Z|[^\w\s]{1,2} |\W? ?(?:(?:completion|output) )?tokens?\b|\W? ?for )",
    )
)

_ASK_WITHOUT_MESSAGE = "The model does not take `{flag}`. Please ask without it."
_MESSAGES = {
    "aspect": Message(
        "The model does not draw pictures of this shape. Please ask for `--aspect 1:1`,"
        " `--aspect 3:2` or `--aspect 2:3`."
    ),
    "background": Message(
        "The model does not draw on this kind of background. Please ask without it, for example for"
        " a plain white background."
    ),
    "mask": Message(
        "The model did not take the part of the picture that was meant. Please say in words what"
        " is to change where."
    ),
    "quality": Message(
        "The model does not draw in this quality. Please ask for `--quality low`,"
        " `--quality medium` or `--quality high`, or leave it out."
    ),
    "effort": Message(
        "The model does not take this `--effort`. Please ask with another one, such as"
        " `--effort low`, or without it."
    ),
    "show_reasoning": Message(
        "The model does not show its thoughts. Please ask without `--show-reasoning`."
    ),
    "output_format": Message(
        "The provider cannot hold the model to a form of data. Please ask for a table in words."
    ),
    "max_tokens": Message(
        "The model does not write answers of this length. Please ask with a smaller `--max-tokens`."
    ),
}
_DROPPED_MESSAGES = {
    "size": Message(
        "_The provider did not take the size that was wanted, so the model chose one and I made the"
        " picture fit._"
    ),
    "aspect": Message(
        "_The model does not draw pictures of the shape that was wanted, so I let it choose one._"
    ),
    "background": Message(
        "_The model does not draw on the background that was wanted, so I asked for the picture"
        " without it._"
    ),
    "effort": Message(
        "_The model does not take the effort that was wanted, so it thought as long as it usually"
        " does._"
    ),
    "show_reasoning": Message("_The model does not show its thoughts._"),
    "mask": Message("_The model took no mask, so I told it in words which part is meant._"),
    "output_format": Message(
        "_The provider cannot hold the model to a form of data, so I asked for it in words._"
    ),
}
_DROPPED_FLAG_MESSAGE = "_The model does not take `{flag}`, so I asked without it._"


@dataclass(frozen=True, slots=True)
class RefusedParameter:
    """What was refused.

    `name` is the provider's name at the top of the request, `option` the field of `RequestOptions`
    that it carries, "" if it carries none. `is_value`: another value may be accepted. `limit` is
    the largest number that is, None where it is not told.
    """

    name: str
    option: str = ""
    is_value: bool = False
    limit: int | None = None


def find_refused_parameter(facts: ErrorFacts) -> RefusedParameter:
    """Return the parameter that is refused; its name is "" where it cannot be told."""
    limit_name = find_refused_limit(facts)
    if limit_name:
        return RefusedParameter(limit_name, "max_tokens")
    if extra_name := find_refused_extra(facts):
        return RefusedParameter(extra_name)
    path = _find_path(facts)
    names = _split_path(path)
    is_value = not _NAME_PATTERN.search(facts.text) and _is_about_value(facts)
    return RefusedParameter(names[0] if names else "", _find_option(path), is_value)


def is_option_named(facts: ErrorFacts) -> bool:
    """Whether the refusal is about an option of ours, though no code of it says so."""
    paths = [*facts.parameters, *_SUBJECT_PATTERN.findall(facts.text)]
    return any(map(_find_option, paths)) or _SHAPE_PATTERN.search(facts.text) is not None


def find_largest_output(facts: ErrorFacts) -> int | None:
    """Return the most output tokens that the refusal allows; None where it does not tell."""
    for pattern in _LARGEST_OUTPUT_PATTERNS:
        found = pattern.search(facts.text)
        if found:
            return int(found[1].replace(",", ""))
    return None


def get_refusal_message(refused: RefusedParameter) -> Message | None:
    """Return what the person reads of a refused option; None for what no option can change."""
    if not refused.option or (refused.option == "max_tokens" and refused.limit is None):
        return None
    if refused.option in _MESSAGES:
        return _MESSAGES[refused.option]
    return Message(_ASK_WITHOUT_MESSAGE, flag=find_flag_name(refused.option))


def get_dropped_message(option: str) -> Message:
    """Return the note under an answer that was asked for without `option`."""
    if option in _DROPPED_MESSAGES:
        return _DROPPED_MESSAGES[option]
    return Message(_DROPPED_FLAG_MESSAGE, flag=find_flag_name(option))


def _is_about_value(facts: ErrorFacts) -> bool:
    return not _VALUE_CODES.isdisjoint(facts.codes) or bool(_VALUE_PATTERN.search(facts.text))


def _split_path(path: str) -> list[str]:
    return [name for name in re.split(r"[.\[\]]+", path) if name and not name.isdigit()]


def _find_option(path: str) -> str:
    """Return the option that a parameter carries, "" if it carries none."""
    names = _split_path(path)
    known = (name for name in (path, *reversed(names)) if name in OPTION_BY_PARAMETER)
    if names[-1:] == ["format"] and path not in OPTION_BY_PARAMETER:
        return "output_format"
    return next((OPTION_BY_PARAMETER[name] for name in known), "")


def _find_path(facts: ErrorFacts) -> str:
    told = next((name for name in facts.parameters if re.fullmatch(r"[\w.\[\]-]+", name)), "")
    if told and told not in ("messages", "input"):
        return told
    for parameter, words in _PARAMETER_BY_WORDS[:2]:
        if words.search(facts.text):
            return parameter
    for pattern in _PARAMETER_PATTERNS:
        found = pattern.search(facts.text)
        if found:
            return found[1]
    subjects = _SUBJECT_PATTERN.findall(facts.text)
    subject = next(filter(_find_option, subjects), "")
    if subject or _SHAPE_PATTERN.search(facts.text):
        return subject or "size"
    quality, words = _PARAMETER_BY_WORDS[2]
    return quality if words.search(facts.text) else ""
