"""File names and alt texts of generated pictures."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.safe_text import clean_sentence

_EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
}

_FILLER_WORDS = {
    "a",
    "an",
    "the",
    "me",
    "of",
    "please",
    "draw",
    "paint",
    "make",
    "it",
    "with",
    "and",
}

_FILLER_WORDS |= {"go", "back", "to", "now", "undo", "this", "that", "add"}

_FILLER_WORDS |= {
    "two",
    "three",
    "four",
    "variation",
    "variations",
    "version",
    "versions",
    "different",
}

_FILLER_WORDS |= {
    "picture",
    "image",
    "easel",
    "can",
    "you",
    "could",
    "create",
    "generate",
    "sketch",
}

_MAX_WORDS = 6

_MAX_READ_CHARS = 2_000


def build_picture_file_name(text: str, mimetype: str, version: int) -> str:
    """A name for a made picture, from the words of the question and its version."""
    plain = unicodedata.normalize(
        "NFKD", re.sub(r"<[^<>]{0,200}>|https?://\S+", " ", text[:_MAX_READ_CHARS])
    )
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    named = (
        word for word in words if word not in _FILLER_WORDS and not re.fullmatch(r"v\d+", word)
    )
    telling = [word[:20] for word in named][:_MAX_WORDS]
    stem = "-".join(telling) or "easel-picture"
    return f"{stem}-v{version}{_EXTENSIONS.get(mimetype, '.png')}"


def build_alt_text(text: str, version: int) -> str:
    """What a screen reader says of a made picture: what was asked for, as far as we know."""
    said = clean_sentence(text)
    which = f"Picture v{version}"
    return f"{which} made by Easel for: {said}" if said else f"{which} made by Easel"
