"""Builds the file names and alt texts of generated pictures. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.messages import Message
from bot.domain.safe_text import clean_sentence

_EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
}
# Words that say nothing about what a picture shows.
_FILLER_WORDS = {
    "a", "an", "the", "me", "of", "please", "draw", "paint", "make", "it", "with", "and",
    "go", "back", "to", "now", "undo", "this", "that", "add",
    "two", "three", "four", "variation", "variations", "version", "versions", "different",
    "picture", "image", "easel", "can", "you", "could", "create", "generate", "sketch",
}  # fmt: skip
_VERSION_PATTERN = re.compile(r"v\d+")
_REFERENCE_PATTERN = re.compile(r"<[^<>]{0,200}>|https?://\S+")  # people, channels, links
_MAX_WORDS, _MAX_WORD_CHARS = 6, 20
_MAX_READ_CHARS = 2_000


def build_picture_file_name(title: str, mimetype: str, version: int) -> str:
    """Return a file name for a generated picture: a few words of `title`, then its version."""
    text = _REFERENCE_PATTERN.sub(" ", title[:_MAX_READ_CHARS])
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [
        word[:_MAX_WORD_CHARS]
        for word in re.findall(r"[a-z0-9]+", ascii_text.lower())
        if word not in _FILLER_WORDS and not _VERSION_PATTERN.fullmatch(word)
    ]
    stem = "-".join(words[:_MAX_WORDS]) or "easel-picture"
    return f"{stem}-v{version}{_EXTENSIONS.get(mimetype, '.png')}"


def build_alt_text(title: str, version: int) -> Message:
    """Return what a screen reader says about a generated picture: its version, then `title`."""
    request = clean_sentence(title)
    if not request:
        return Message("Picture v{version} made by Easel", version=version)
    return Message(
        "Picture v{version} made by Easel for: {request}", version=version, request=request
    )
