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
_VERSION_PATTERN = re.compile(r"\bv\d+\b")
_REFERENCE_PATTERN = re.compile(r"<[^<>]{0,200}>|https?://\S+")  # people, channels, links
_LABELLED_LINK_PATTERN = re.compile(
    r"<https?://[^<>|]{1,2000}\|([^<>|]{1,200})>|!?\[([^\[\]]{1,200})\]\(https?://[^\s)]{1,2000}\)"
)
# A flag and its value, such as `--aspect 16:9`, with any of the dashes that phones make of two.
_FLAG_PATTERN = re.compile(
    r"(?<!\S)(?:--|—|–)[A-Za-z][\w-]*(?:[= ](?:\d[\w:.]*|low|medium|high|auto|none|minimal|xhigh"
    r"|max|opaque|transparent|png|jpe?g|webp)\b)?",
    re.IGNORECASE,
)
HISTORY_NAME, COMPARISON_STEM = "history.png", "compare-"
PICTURE_ALT = "Picture v{version} made by Easel for: {request}"
PICTURE_ALT_ALONE = "Picture v{version} made by Easel"
VARIATION_ALT = "Picture v{version}, one of {count} variations made by Easel for: {request}"
VARIATION_ALT_ALONE = "Picture v{version}, one of {count} variations made by Easel"
HISTORY_ALT = Message("Overview of the pictures made in this thread")
COMPARISON_ALT_ALONE = "Comparison of {versions}, side by side"
CONVERSION_ALT = "{subject}, as {format}"
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


def build_alt_text(title: str, version: int, count: int = 1) -> Message:
    """Return what a screen reader says about a generated picture: its version, then `title`.

    `count` pictures were made at once.
    """
    request = describe_request(title)
    if count > 1:
        sentence = VARIATION_ALT if request else VARIATION_ALT_ALONE
        return Message(sentence, version=version, count=count, request=request)
    return Message(PICTURE_ALT if request else PICTURE_ALT_ALONE, version=version, request=request)


def build_file_alt_text(name: str, mimetype: str) -> Message | None:
    """Return what a screen reader says about a picture that is no version, by its name.

    That is a sheet or a conversion whose own words were lost in a restart. None for other files.
    """
    if not mimetype.startswith("image/"):
        return None
    stem = name.rpartition(".")[0] or name
    versions = _VERSION_PATTERN.findall(stem)
    if name == HISTORY_NAME:
        return HISTORY_ALT
    if stem.startswith(COMPARISON_STEM) and len(versions) > 1:
        return Message(COMPARISON_ALT_ALONE, versions=" and ".join(versions))
    return build_conversion_alt_text(stem, mimetype)


def build_conversion_alt_text(subject: str, mimetype: str) -> Message:
    """Return what a screen reader says about a converted picture."""
    format_name = mimetype.removeprefix("image/").upper()
    return Message(CONVERSION_ALT, subject=subject.replace("-", " "), format=format_name)


def describe_request(text: str) -> str:
    """Return what was asked in a sentence of its own: without flags, links, mentions and marks."""
    plain = _LABELLED_LINK_PATTERN.sub(lambda found: found[1] or found[2], text[:_MAX_READ_CHARS])
    plain = _FLAG_PATTERN.sub(" ", _REFERENCE_PATTERN.sub(" ", plain))
    return clean_sentence(re.sub(r"[`*_~|]", " ", plain)).strip(" .,:;")
