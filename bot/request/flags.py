"""Options as flags: `--aspect 16:9 --quality high`, in messages, for a channel, in a setting.

Pure. See `phrases.py` for options in plain words, `flag_values.py` for the values.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import UserError
from bot.domain.messages import Message, MessageList
from bot.domain.options import OutputFormat, RequestOptions
from bot.request.flag_values import (
    InvalidValueError,
    build_choice_parser,
    build_integer_parser,
    find_value,
    parse_logit_bias,
    parse_penalty,
    parse_picture_size,
    parse_stop,
)
from bot.request.unknown_flags import (
    UNKNOWN_FLAG_MESSAGE,
    describe_unknown_flag,
    sanitize_word,
)

ASPECTS = ("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9", "auto")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
QUALITIES = ("low", "medium", "high", "auto")
BACKGROUNDS = ("auto", "opaque", "transparent")
# Each variation is a request of its own, and paid for.
MAX_VARIATIONS = 4

_NO_FLAG_MESSAGE = "`{word}` is no flag."
_INVALID_VALUE_MESSAGE = "`{flag}`: {reason}."
_TOO_MANY_STOPS_MESSAGE = "`--stop` may be given four times at most."


class InvalidFlagError(UserError):
    """An unknown flag, or a value that is not allowed; `user_message` says what is."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: the field of `RequestOptions` that it sets. Without `parse` it takes no value.

    Its value has up to `words` words.
    """

    option: str
    parse: Callable[[str], Any] | None = None
    value: Any = True
    description: str = ""
    words: int = 1


FLAGS: Mapping[str, Flag] = {
    "effort": Flag("effort", build_choice_parser(*EFFORTS), description="how long to think"),
    "show-reasoning": Flag("show_reasoning", description="tell what it thinks while it thinks"),
    "hide-reasoning": Flag("show_reasoning", value=False, description="the opposite"),
    "max-tokens": Flag(
        "max_tokens", build_integer_parser(16, 128_000), description="the longest answer"
    ),
    "frequency-penalty": Flag(
        "frequency_penalty", parse_penalty, description="against repeated words"
    ),
    "presence-penalty": Flag(
        "presence_penalty", parse_penalty, description="against repeated subjects"
    ),
    "seed": Flag(
        "seed",
        build_integer_parser(-(1 << 63), (1 << 63) - 1),
        description="the same again, if possible",
    ),
    "stop": Flag("stop", parse_stop, description="end before this text; up to four times"),
    "logit-bias": Flag("logit_bias", parse_logit_bias, description="make tokens likelier or not"),
    "logprobs": Flag(
        "logprobs", build_integer_parser(0, 20), description="a file with the odds of each token"
    ),
    "json": Flag("output_format", value=OutputFormat.JSON, description="answer as data"),
    "csv": Flag(
        "output_format", value=OutputFormat.CSV, description="answer as a table and a CSV file"
    ),
    "table": Flag("output_format", value=OutputFormat.TABLE, description="answer as a table"),
    "prose": Flag("output_format", value=OutputFormat.TEXT, description="answer in words"),
    "text-only": Flag("text_only", description="make no pictures"),
    "pictures": Flag("text_only", value=False, description="the opposite"),
    "size": Flag(
        "size", parse_picture_size, description="of pictures, in pixels or by name", words=8
    ),
    "aspect": Flag("aspect", build_choice_parser(*ASPECTS), description="the shape of pictures"),
    "quality": Flag("quality", build_choice_parser(*QUALITIES), description="of pictures"),
    "background": Flag("background", build_choice_parser(*BACKGROUNDS), description="of pictures"),
    "variations": Flag(
        "variations", build_integer_parser(1, MAX_VARIATIONS), description="how many pictures"
    ),
}
_MAX_STOPS = 4
_MAX_NAME_CHARS = 30
_MAX_FLAGS = 40
_MAX_PROBLEMS = 5
# Phones turn two hyphens into a dash.
_FLAG_START_PATTERN = re.compile(r"(?:^|(?<=\s))(?:--|[—–])(?=[^\W\d_])")
_FLAG_NAME_PATTERN = re.compile(r"[^\W\d_][\w-]*")
# Japanese is written without spaces: “--jsonで” is a flag and a word.
_LATIN_NAME_PATTERN = re.compile(r"[a-z][a-z-]*(?=[\u3040-\u30ff\u4e00-\u9fff])", re.IGNORECASE)
_CODE_PATTERN = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ParsedFlags:
    """A message without its flags, and what they say."""

    text: str
    options: RequestOptions


def read_flags(text: str) -> ParsedFlags:
    """Separate the flags from the words of a message.

    Raises `InvalidFlagError`, which names every wrong one. Code, and what only looks like a flag
    (as in a question about another program), stays where it is. An unknown name counts as a mistake
    next to known ones, at the end of the message, or where it nearly is a known one.
    """
    hidden = _CODE_PATTERN.sub(lambda found: " " * len(found.group()), text)
    found = [(at, _match_name(hidden, at.end())) for at in _FLAG_START_PATTERN.finditer(hidden)]
    names = [
        (at, name.group().lower(), name.end())
        for at, name in found
        if name and len(name.group()) <= _MAX_NAME_CHARS
    ][:_MAX_FLAGS]
    if not any(_is_meant_as_flag(name, hidden[end:]) for _, name, end in names):
        return ParsedFlags(text, RequestOptions())
    options, parts, last, problems = RequestOptions(), list[str](), 0, list[Message]()
    for at, name, end in names:
        if at.start() < last:
            continue
        parts.append(text[last : at.start()])
        options, last = _read_flag(name, text, end, options, problems)
    if problems:
        raise _build_flags_error(problems)
    parts.append(text[last:])
    words = " ".join(part.strip() for part in parts if part.strip())
    return ParsedFlags(words, options)


def _match_name(text: str, start: int) -> re.Match[str] | None:
    latin = _LATIN_NAME_PATTERN.match(text, start)
    return (
        latin if latin and latin.group().lower() in FLAGS else _FLAG_NAME_PATTERN.match(text, start)
    )


def strip_flags(text: str) -> str:
    """Return the words of a message; all of it where its flags are wrong."""
    try:
        return read_flags(text).text
    except InvalidFlagError:
        return text


def parse_flags(text: str) -> RequestOptions:
    """Read a line that holds only flags, as for a channel. Raises `InvalidFlagError`."""
    try:
        shlex.split(text.replace("“", '"').replace("”", '"'))
    except ValueError as error:
        raise InvalidFlagError(
            "quotes", user_message=Message("A quotation mark is missing in these flags.")
        ) from error
    flagged = read_flags(text)
    if flagged.text:
        word = flagged.text.split()[0][:40]
        refusal = Message(_NO_FLAG_MESSAGE, word=sanitize_word(word))
        sentence = MessageList([refusal, format_known_flags()], " ")
        raise InvalidFlagError("no flag", user_message=sentence)
    return flagged.options


def format_known_flags() -> Message:
    """Return one sentence with all flags."""
    return Message("I know {flags}.", flags=", ".join(f"`--{name}`" for name in FLAGS))


def format_flags(options: RequestOptions) -> str:
    """Return the flags that set these options, as `parse_flags` reads them; "" for none."""
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


def is_known_flag(name: str) -> bool:
    """Whether a word is the name of a flag, or nearly is one."""
    return bool(difflib.get_close_matches(name.lower(), FLAGS, n=1, cutoff=0.75))


def find_flag_name(option: str) -> str:
    """Return the flag that sets a field of `RequestOptions`, as people write it."""
    return next(f"--{name}" for name, flag in FLAGS.items() if flag.option == option)


def _is_meant_as_flag(name: str, rest: str) -> bool:
    if is_known_flag(name):
        return True
    # At the end, alone or with one value, it can be nothing else.
    return bool(re.fullmatch(r"(=\S+|\s+[\w:.,-]+)?\s*", rest)) and name.isalpha()


def _read_flag(
    name: str, text: str, end: int, options: RequestOptions, problems: list[Message]
) -> tuple[RequestOptions, int]:
    """Return `options` with the flag, and where it ends; what is wrong is added to `problems`."""
    flag = FLAGS.get(name)
    if flag is None:
        problems.append(describe_unknown_flag(name, FLAGS))
        return options, end
    value: Any = flag.value
    if flag.parse is not None:
        word, value_end = find_value(text, end, flag.parse, flag.words)
        try:
            value = flag.parse(word)
        except InvalidValueError as error:
            flag_text = f"--{name} {sanitize_word(word)[:40]}".rstrip()
            problems.append(Message(_INVALID_VALUE_MESSAGE, flag=flag_text, reason=error.reason))
            # What begins as a flag is the next one, and this one has no value.
            return options, end if word.startswith("-") else value_end
        end = value_end
    if flag.option == "stop" and len(options.stop) >= _MAX_STOPS:
        problems.append(Message(_TOO_MANY_STOPS_MESSAGE))
        return options, end
    if flag.option in ("stop", "logit_bias"):
        value = (*getattr(options, flag.option), *value)
    return RequestOptions(**{flag.option: value}).override(options), end


def _build_flags_error(problems: list[Message]) -> InvalidFlagError:
    sentences = list(dict.fromkeys(problems))[:_MAX_PROBLEMS]
    if any(sentence.msgid == UNKNOWN_FLAG_MESSAGE for sentence in sentences):
        sentences.append(format_known_flags())
    return InvalidFlagError("wrong flags", user_message=MessageList(sentences, " "))
