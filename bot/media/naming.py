"""Names people see: file names made safe for a sentence, names and alt texts of made pictures."""

from __future__ import annotations

import re
import unicodedata

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}
_FILLER = {"a", "an", "the", "me", "of", "please", "draw", "paint", "make", "it", "with", "and"}
_FILLER |= {"go", "back", "to", "now", "undo", "this", "that", "add"}
_FILLER |= {"two", "three", "four", "variation", "variations", "version", "versions", "different"}
_FILLER |= {"picture", "image", "easel", "can", "you", "could", "create", "generate", "sketch"}
_MOST_WORDS = 6
_MOST_READ = 2_000
_LONGEST_NAME = 80
_LONGEST_TIDY = 200
# What a file is called whose name nobody has told.
NAMELESS = "file"
_LONGEST_ALT = 900
_BRACKETS = str.maketrans("[]<>", "()()")


def clean_name(name: str) -> str:
    """A file name as it may stand in a sentence in Slack: one line, bounded, no control codes."""
    one_line = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    harmless = " ".join(re.sub(r"[<>@`*_~|&]", " ", one_line).split())
    if len(harmless) > _LONGEST_NAME:
        harmless = f"{harmless[: _LONGEST_NAME - 13]}…{harmless[-12:]}"
    return harmless or "the file"


def tidy_name(name: str) -> str:
    """A file name as it is kept and shown to the model: its last part, one line, bounded.

    Nothing that cannot be seen or turns the writing around, no brackets that notes stand in.
    """
    last = re.split(r"[/\\]", name.strip())[-1]
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    plain = " ".join(seen.translate(_BRACKETS).split()).strip(".") or NAMELESS
    if len(plain) > _LONGEST_TIDY:
        plain = f"{plain[: _LONGEST_TIDY - 21]}…{plain[-20:]}"
    return plain


def picture_file_name(asked: str, mimetype: str, version: int) -> str:
    """A name for a made picture, from the words of the question and its version."""
    plain = unicodedata.normalize(
        "NFKD", re.sub(r"<[^<>]{0,200}>|https?://\S+", " ", asked[:_MOST_READ])
    )
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    named = (word for word in words if word not in _FILLER and not re.fullmatch(r"v\d+", word))
    telling = [word[:20] for word in named][:_MOST_WORDS]
    stem = "-".join(telling) or "easel-picture"
    return f"{stem}-v{version}{_ENDINGS.get(mimetype, '.png')}"


def alt_text(asked: str, version: int) -> str:
    """What a screen reader says of a made picture: what was asked for, as far as we know."""
    said = clean_sentence(asked)
    which = f"Picture v{version}"
    return f"{which} made by Easel for: {said}" if said else f"{which} made by Easel"


def clean_sentence(text: str) -> str:
    """Text on one line, bounded, without Slack's control sequences."""
    harmless = " ".join(re.sub(r"[<>]", " ", text).split())
    return harmless if len(harmless) <= _LONGEST_ALT else f"{harmless[:_LONGEST_ALT]}…"
