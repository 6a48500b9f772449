"""Reads subtitles and transcripts (.srt, .vtt): who says what, with the time at which it starts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.domain.files import ParsedFile
from bot.files.readers.data.tables import build_text_file
from bot.files.readers.text_files import decode_text
from bot.files.unreadable import build_unreadable_error

KIND = "subtitle file"
_TIMES = re.compile(
    r"\s{0,10}(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}\s{0,10}-->\s{0,10}"
    r"((?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^>\n]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^>\n]{0,200}>|\{\\[^}\n]{0,200}\}")
_SKIPPED = ("NOTE", "STYLE", "REGION")


def read_subtitles(name: str, data: bytes) -> ParsedFile | None:
    """Read subtitles; None if it holds none: then it is text like any other.

    Raises `UnreadableError` where no word is said: Slack writes such transcripts of silence.
    """
    text = decode_text(data)
    if text is None:
        raise build_unreadable_error(name, "damaged", detail="no text")
    lines = list(format_subtitles(text))
    if not lines and text.strip("\ufeff \r\n\t") == "WEBVTT":
        raise build_unreadable_error(name, "no speech")
    return build_text_file(name, KIND, "\n".join(lines) + "\n", len(lines)) if lines else None


def format_subtitles(text: str) -> Iterator[str]:
    """Yield a line for each subtitle: “[0:01:05] Ada: Hello”. One that repeats is told once."""
    last = ""
    for block in re.split(r"\n[ \t]*\n", text.lstrip("\ufeff").replace("\r\n", "\n")):
        lines = block.strip("\n").split("\n")
        index = next((i for i, line in enumerate(lines[:3]) if _TIMES.match(line)), None)
        if index is None or lines[0].startswith(_SKIPPED):
            continue
        match = _TIMES.match(lines[index])
        words = _clean(" ".join(_drop_lone_dash(lines[index + 1 :])))
        if match is not None and words and words != last:
            yield f"[{int(match[1] or 0)}:{match[2]:0>2}:{match[3]}] {words}"
            last = words


def _drop_lone_dash(lines: list[str]) -> list[str]:
    """Return the lines of a subtitle without the dash before its only speaker."""
    spoken = [line for line in lines if line.startswith("- ")]
    return [line.removeprefix("- ") for line in lines] if len(spoken) == 1 else lines


def _clean(text: str) -> str:
    named = _VOICE.sub(lambda match: f"{match[1].strip()}: ", text)
    return " ".join(html.unescape(_TAG.sub("", named)).split())
