"""File names and alt texts of generated pictures."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.safe_text import clean_sentence

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}

_FILLER = {"a", "an", "the", "me", "of", "please", "draw", "paint", "make", "it", "with", "and"}

_FILLER |= {"go", "back", "to", "now", "undo", "this", "that", "add"}

_FILLER |= {"two", "three", "four", "variation", "variations", "version", "versions", "different"}

_FILLER |= {"picture", "image", "easel", "can", "you", "could", "create", "generate", "sketch"}

_MOST_WORDS = 6

_MOST_READ = 2_000


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
