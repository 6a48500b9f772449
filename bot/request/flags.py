"""Wishes as flags: `--aspect 16:9 --quality high`, in messages, for a channel, in the environment.

Pure. See `phrases.py` for wishes in plain words.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import UserError
from bot.domain.options import OutputFormat, RequestOptions

ASPECTS = ("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9", "auto")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
QUALITIES = ("low", "medium", "high", "auto")
BACKGROUNDS = ("auto", "opaque", "transparent")
# Each is asked for, and paid for, by itself.
MAX_VARIATIONS = 4


class InvalidFlagError(UserError):
    """A flag that is not known, or its value not allowed; `said` tells what is."""


def _build_choice_parser(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"choose one of {', '.join(allowed)}")
        return value.lower()

    return parse


def _build_integer_parser(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value) if re.fullmatch(r"[+-]?\d{1,19}", value) else None
        if number is None or not minimum <= number <= maximum:
            raise ValueError(f"give a whole number from {minimum} to {maximum}")
        return number

    return parse


def _parse_penalty(value: str) -> float:
    number = float(value) if re.fullmatch(r"[+-]?\d{1,2}(\.\d{1,6})?", value) else None
    if number is None or not -2 <= number <= 2:
        raise ValueError("give a number from -2 to 2")
    return number


def _parse_stop(value: str) -> tuple[str, ...]:
    if not value or len(value) > 200:
        raise ValueError("give up to 200 characters, in quotes where there are spaces")
    return (value,)


def _parse_logit_bias(value: str) -> tuple[tuple[int, int], ...]:
    pairs = []
    for part in value.split(","):
        found = re.fullmatch(r"(\d{1,7}):([+-]?\d{1,3})", part.strip())
        if found is None or abs(int(found[2])) > 100:
            raise ValueError("give token numbers with a bias from -100 to 100, as in 1734:-100")
        pairs.append((int(found[1]), int(found[2])))
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: the field of `Parameters` it sets, and how. Without `read` it takes no value."""

    option: str
    parse: Callable[[str], Any] | None = None
    value: Any = True
    description: str = ""


FLAGS: Mapping[str, Flag] = {
    "effort": Flag("effort", _build_choice_parser(*EFFORTS), description="how long to think"),
    "show-reasoning": Flag("show_reasoning", description="tell what it thinks while it thinks"),
    "hide-reasoning": Flag("show_reasoning", value=False, description="the opposite"),
    "max-tokens": Flag(
        "max_tokens", _build_integer_parser(16, 128_000), description="the longest answer"
    ),
    "frequency-penalty": Flag(
        "frequency_penalty", _parse_penalty, description="against repeated words"
    ),
    "presence-penalty": Flag(
        "presence_penalty", _parse_penalty, description="against repeated subjects"
    ),
    "seed": Flag(
        "seed",
        _build_integer_parser(-(1 << 63), (1 << 63) - 1),
        description="the same again, if possible",
    ),
    "stop": Flag("stop", _parse_stop, description="end before this text; up to four times"),
    "logit-bias": Flag("logit_bias", _parse_logit_bias, description="make tokens likelier or not"),
    "logprobs": Flag(
        "logprobs", _build_integer_parser(0, 20), description="a file with the odds of each token"
    ),
    "json": Flag("output_format", value=OutputFormat.JSON, description="answer as data"),
    "csv": Flag(
        "output_format", value=OutputFormat.CSV, description="answer as a table and a CSV file"
    ),
    "table": Flag("output_format", value=OutputFormat.TABLE, description="answer as a table"),
    "prose": Flag("output_format", value=OutputFormat.TEXT, description="answer in words"),
    "text-only": Flag("text_only", description="make no pictures"),
    "pictures": Flag("text_only", value=False, description="the opposite"),
    "aspect": Flag("aspect", _build_choice_parser(*ASPECTS), description="the shape of pictures"),
    "quality": Flag("quality", _build_choice_parser(*QUALITIES), description="of pictures"),
    "background": Flag("background", _build_choice_parser(*BACKGROUNDS), description="of pictures"),
    "variations": Flag(
        "variations", _build_integer_parser(1, MAX_VARIATIONS), description="how many pictures"
    ),
}
_MAX_STOPS = 4
_MAX_NAME_CHARS = 30
_MAX_FLAGS = 40
# Phones turn two hyphens into a dash.
_FLAG_START_PATTERN = re.compile(r"(?:^|(?<=\s))(?:--|[—–])(?=[a-z])", re.IGNORECASE)
_FLAG_NAME_PATTERN = re.compile(r"[a-z][a-z-]*", re.IGNORECASE)
_CODE_PATTERN = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_FLAG_VALUE_PATTERN = re.compile(r"[\s=]+(\"[^\"]*\"|“[^”]*”|'[^']*'|\S+)")


@dataclass(frozen=True, slots=True)
class ParsedFlags:
    """A message without its flags, and what they say."""

    text: str
    options: RequestOptions


def read_flags(text: str) -> ParsedFlags:
    """Read the flags out of a message. Raises `WrongFlag`.

    What is in code, and what only looks like a flag (as in a question about another program), stays
    where it is: an unknown name counts as a mistake beside known ones, at the end of the message,
    or where it is nearly a known one.
    """
    hidden = _CODE_PATTERN.sub(lambda found: " " * len(found.group()), text)
    found = [
        (at, _FLAG_NAME_PATTERN.match(hidden, at.end()))
        for at in _FLAG_START_PATTERN.finditer(hidden)
    ]
    names = [
        (at, name.group().lower(), name.end())
        for at, name in found
        if name and len(name.group()) <= _MAX_NAME_CHARS
    ][:_MAX_FLAGS]
    if not any(_is_meant_as_flag(name, hidden[end:]) for _, name, end in names):
        return ParsedFlags(text, RequestOptions())
    given, kept, last = RequestOptions(), [], 0
    for at, name, end in names:
        if at.start() < last:
            continue
        kept.append(text[last : at.start()])
        given, last = _read_flag(name, text, end, given)
    kept.append(text[last:])
    words = " ".join(part.strip() for part in kept if part.strip())
    return ParsedFlags(words, given)


def strip_flags(text: str) -> str:
    """A message's words; all of it where its flags are wrong."""
    try:
        return read_flags(text).text
    except InvalidFlagError:
        return text


def parse_flags(text: str) -> RequestOptions:
    """Read a line that is nothing but flags, as for a channel. Raises `WrongFlag`."""
    try:
        shlex.split(text.replace("“", '"').replace("”", '"'))
    except ValueError as error:
        raise InvalidFlagError(
            "quotes", user_message="A quotation mark is missing in these flags."
        ) from error
    flagged = read_flags(text)
    if flagged.text:
        word = flagged.text.split()[0][:40]
        raise InvalidFlagError(
            "no flag", user_message=f"`{_sanitize_word(word)}` is no flag. {format_known_flags()}"
        )
    return flagged.options


def format_known_flags() -> str:
    """All flags in one sentence."""
    return f"I know {', '.join(f'`--{name}`' for name in FLAGS)}."


def format_flags(options: RequestOptions) -> str:
    """What `parse_flags` would read as these parameters; "" where nothing is set."""
    parts = []
    for name, flag in FLAGS.items():
        value = getattr(options, flag.option)
        if flag.parse is None:
            parts += [f"--{name}"] if value is not None and value == flag.value else []
        elif flag.option == "stop":
            parts += [f'--stop "{text}"' for text in options.stop]
        elif flag.option == "logit_bias" and value:
            parts.append("--logit-bias " + ",".join(f"{t}:{bias}" for t, bias in value))
        elif value not in (None, ()):
            parts.append(f"--{name} {value}")
    return " ".join(parts)


def find_flag_name(option: str) -> str:
    """The flag that sets a field of `Parameters`, as people write it."""
    return next(f"--{name}" for name, flag in FLAGS.items() if flag.option == option)


def _is_meant_as_flag(name: str, rest: str) -> bool:
    if name in FLAGS or difflib.get_close_matches(name, FLAGS, n=1, cutoff=0.75):
        return True
    # At the end, alone or with one value, there is nothing else that it could be.
    return bool(re.fullmatch(r"(=\S+|\s+[\w:.,-]+)?\s*", rest)) and name.isalpha()


def _read_flag(
    name: str, text: str, end: int, options: RequestOptions
) -> tuple[RequestOptions, int]:
    flag = FLAGS.get(name)
    if flag is None:
        close = difflib.get_close_matches(name, FLAGS, n=1, cutoff=0.6)
        hint = f"Did you mean `--{close[0]}`?" if close else format_known_flags()
        said = f"I do not know `--{_sanitize_word(name)[:40]}`. {hint}"
        raise InvalidFlagError(f"unknown {name[:40]}", user_message=said)
    value: Any = flag.value
    if flag.parse is not None:
        raw = _FLAG_VALUE_PATTERN.match(text, end)
        word = raw[1].strip("\"'“”") if raw else ""
        try:
            value = flag.parse(word)
        except ValueError as error:
            shown = f"`--{name} {_sanitize_word(word)[:40]}`".replace(" `", "`")
            raise InvalidFlagError(name, user_message=f"{shown}: {error}.") from error
        end = raw.end() if raw else end
    if flag.option == "stop" and len(options.stop) >= _MAX_STOPS:
        raise InvalidFlagError(
            name, user_message="`--stop` may be given four times, not more often."
        )
    if flag.option in ("stop", "logit_bias"):
        value = (*getattr(options, flag.option), *value)
    return RequestOptions(**{flag.option: value}).override(options), end


def _sanitize_word(word: str) -> str:
    """A word of a person's as it may stand in a sentence of ours."""
    return re.sub(r"[^\w:.,=+-]", "", word)
