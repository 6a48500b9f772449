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

from bot.domain.errors import TellPerson
from bot.domain.options import Form, Parameters

ASPECTS = ("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9", "auto")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
QUALITIES = ("low", "medium", "high", "auto")
BACKGROUNDS = ("auto", "opaque", "transparent")
# Each is asked for, and paid for, by itself.
MOST_VARIATIONS = 4


class WrongFlag(TellPerson):
    """A flag that is not known, or its value not allowed; `said` tells what is."""


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"choose one of {', '.join(allowed)}")
        return value.lower()

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value) if re.fullmatch(r"[+-]?\d{1,19}", value) else None
        if number is None or not least <= number <= most:
            raise ValueError(f"give a whole number from {least} to {most}")
        return number

    return read


def _penalty(value: str) -> float:
    number = float(value) if re.fullmatch(r"[+-]?\d{1,2}(\.\d{1,6})?", value) else None
    if number is None or not -2 <= number <= 2:
        raise ValueError("give a number from -2 to 2")
    return number


def _stop(value: str) -> tuple[str, ...]:
    if not value or len(value) > 200:
        raise ValueError("give up to 200 characters, in quotes where there are spaces")
    return (value,)


def _bias(value: str) -> tuple[tuple[int, int], ...]:
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

    field: str
    read: Callable[[str], Any] | None = None
    sets: Any = True
    told: str = ""


FLAGS: Mapping[str, Flag] = {
    "effort": Flag("effort", _choice(*EFFORTS), told="how long to think"),
    "show-reasoning": Flag("show_reasoning", told="tell what it thinks while it thinks"),
    "hide-reasoning": Flag("show_reasoning", sets=False, told="the opposite"),
    "max-tokens": Flag("max_tokens", _whole(16, 128_000), told="the longest answer"),
    "frequency-penalty": Flag("frequency_penalty", _penalty, told="against repeated words"),
    "presence-penalty": Flag("presence_penalty", _penalty, told="against repeated subjects"),
    "seed": Flag("seed", _whole(-(1 << 63), (1 << 63) - 1), told="the same again, if possible"),
    "stop": Flag("stop", _stop, told="end before this text; up to four times"),
    "logit-bias": Flag("logit_bias", _bias, told="make tokens likelier or not"),
    "logprobs": Flag("logprobs", _whole(0, 20), told="a file with the odds of each token"),
    "json": Flag("form", sets=Form.JSON, told="answer as data"),
    "csv": Flag("form", sets=Form.CSV, told="answer as a table and a CSV file"),
    "table": Flag("form", sets=Form.TABLE, told="answer as a table"),
    "prose": Flag("form", sets=Form.TEXT, told="answer in words"),
    "text-only": Flag("text_only", told="make no pictures"),
    "pictures": Flag("text_only", sets=False, told="the opposite"),
    "aspect": Flag("aspect", _choice(*ASPECTS), told="the shape of pictures"),
    "quality": Flag("quality", _choice(*QUALITIES), told="of pictures"),
    "background": Flag("background", _choice(*BACKGROUNDS), told="of pictures"),
    "variations": Flag("variations", _whole(1, MOST_VARIATIONS), told="how many pictures"),
}
_MOST_STOPS = 4
_LONGEST_NAME = 30
_MOST_NAMES = 40
# Phones turn two hyphens into a dash.
_START = re.compile(r"(?:^|(?<=\s))(?:--|[—–])(?=[a-z])", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z-]*", re.IGNORECASE)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_VALUE = re.compile(r"[\s=]+(\"[^\"]*\"|“[^”]*”|'[^']*'|\S+)")


@dataclass(frozen=True, slots=True)
class Flagged:
    """A message without its flags, and what they say."""

    text: str
    parameters: Parameters


def read_flags(text: str) -> Flagged:
    """Read the flags out of a message. Raises `WrongFlag`.

    What is in code, and what only looks like a flag (as in a question about another program), stays
    where it is: an unknown name counts as a mistake beside known ones, at the end of the message,
    or where it is nearly a known one.
    """
    hidden = _CODE.sub(lambda found: " " * len(found.group()), text)
    found = [(at, _NAME.match(hidden, at.end())) for at in _START.finditer(hidden)]
    names = [
        (at, name.group().lower(), name.end())
        for at, name in found
        if name and len(name.group()) <= _LONGEST_NAME
    ][:_MOST_NAMES]
    if not any(_is_meant(name, hidden[end:]) for _, name, end in names):
        return Flagged(text, Parameters())
    given, kept, last = Parameters(), [], 0
    for at, name, end in names:
        if at.start() < last:
            continue
        kept.append(text[last : at.start()])
        given, last = _read_one(name, text, end, given)
    kept.append(text[last:])
    words = " ".join(part.strip() for part in kept if part.strip())
    return Flagged(words, given)


def without_flags(text: str) -> str:
    """A message's words; all of it where its flags are wrong."""
    try:
        return read_flags(text).text
    except WrongFlag:
        return text


def parse_flags(text: str) -> Parameters:
    """Read a line that is nothing but flags, as for a channel. Raises `WrongFlag`."""
    try:
        shlex.split(text.replace("“", '"').replace("”", '"'))
    except ValueError as error:
        raise WrongFlag("quotes", said="A quotation mark is missing in these flags.") from error
    flagged = read_flags(text)
    if flagged.text:
        word = flagged.text.split()[0][:40]
        raise WrongFlag("no flag", said=f"`{_plain(word)}` is no flag. {known_flags()}")
    return flagged.parameters


def known_flags() -> str:
    """All flags in one sentence."""
    return f"I know {', '.join(f'`--{name}`' for name in FLAGS)}."


def in_flags(given: Parameters) -> str:
    """What `parse_flags` would read as these parameters; "" where nothing is set."""
    parts = []
    for name, flag in FLAGS.items():
        value = getattr(given, flag.field)
        if flag.read is None:
            parts += [f"--{name}"] if value is not None and value == flag.sets else []
        elif flag.field == "stop":
            parts += [f'--stop "{text}"' for text in given.stop]
        elif flag.field == "logit_bias" and value:
            parts.append("--logit-bias " + ",".join(f"{t}:{bias}" for t, bias in value))
        elif value not in (None, ()):
            parts.append(f"--{name} {value}")
    return " ".join(parts)


def flag_of(field: str) -> str:
    """The flag that sets a field of `Parameters`, as people write it."""
    return next(f"--{name}" for name, flag in FLAGS.items() if flag.field == field)


def _is_meant(name: str, rest: str) -> bool:
    if name in FLAGS or difflib.get_close_matches(name, FLAGS, n=1, cutoff=0.75):
        return True
    # At the end, alone or with one value, there is nothing else that it could be.
    return bool(re.fullmatch(r"(=\S+|\s+[\w:.,-]+)?\s*", rest)) and name.isalpha()


def _read_one(name: str, text: str, end: int, given: Parameters) -> tuple[Parameters, int]:
    flag = FLAGS.get(name)
    if flag is None:
        close = difflib.get_close_matches(name, FLAGS, n=1, cutoff=0.6)
        hint = f"Did you mean `--{close[0]}`?" if close else known_flags()
        said = f"I do not know `--{_plain(name)[:40]}`. {hint}"
        raise WrongFlag(f"unknown {name[:40]}", said=said)
    value: Any = flag.sets
    if flag.read is not None:
        raw = _VALUE.match(text, end)
        word = raw[1].strip("\"'“”") if raw else ""
        try:
            value = flag.read(word)
        except ValueError as error:
            shown = f"`--{name} {_plain(word)[:40]}`".replace(" `", "`")
            raise WrongFlag(name, said=f"{shown}: {error}.") from error
        end = raw.end() if raw else end
    if flag.field == "stop" and len(given.stop) >= _MOST_STOPS:
        raise WrongFlag(name, said="`--stop` may be given four times, not more often.")
    if flag.field in ("stop", "logit_bias"):
        value = (*getattr(given, flag.field), *value)
    return Parameters(**{flag.field: value}).over(given), end


def _plain(word: str) -> str:
    """A word of a person's as it may stand in a sentence of ours."""
    return re.sub(r"[^\w:.,=+-]", "", word)
