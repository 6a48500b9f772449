"""Builds the file names and alt texts of generated pictures. Pure."""

from __future__ import annotations

import itertools
import re
import unicodedata

from bot.domain.messages import Message
from bot.domain.references import remove_references
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
# Such words of other languages, up to the first that says something. Elsewhere, and in a sentence
# that begins in English, some of them are English words: “male”, “die”, “con”.
_LEADING_FILLER_WORDS = _FILLER_WORDS | {
    "bitte", "kannst", "konntest", "du", "mir", "uns", "zeichne", "zeichnen", "male", "mal",
    "skizziere", "illustriere", "erstelle", "erzeuge", "generiere", "entwirf", "mach", "mache",
    "ihn", "es", "sie", "das", "die", "der", "den", "dem", "ein", "eine", "einen", "einem", "einer",
    "eines", "von", "vom", "bild", "bilder", "zwei", "drei", "vier", "verschiedene", "variante",
    "varianten", "variationen", "versionen", "geh", "gehe", "zuruck", "zu", "zur", "und", "fuge",
    "fuege", "setze", "jetzt", "ruckgangig", "auf",
    "dessine", "dessinez", "dessiner", "moi", "nous", "peins", "peindre", "illustre", "esquisse",
    "cree", "creez", "creer", "fais", "faire", "genere", "peux", "tu", "pourrais", "un", "une",
    "le", "la", "les", "l", "de", "des", "d", "deux", "trois", "quatre", "variantes",
    "reviens", "retour", "et", "ajoute", "rends", "mets", "annule", "maintenant", "stp", "plait",
    "s", "il", "te",
    "dibuja", "dibujame", "dibujar", "pinta", "pintame", "ilustra", "crea", "haz", "hazme", "hazlo",
    "hazla", "genera", "puedes", "por", "favor", "una", "unos", "unas", "el", "los", "las", "del",
    "imagen", "dos", "tres", "cuatro", "variaciones", "versiones", "diferentes", "vuelve", "y",
    "anade", "agrega", "ponle", "deshaz", "ahora", "con",
}  # fmt: skip
_VERSION_PATTERN = re.compile(r"\bv\d+\b")
_LABELLED_LINK_PATTERN = re.compile(
    r"<https?://[^<>|]{1,2000}\|([^<>|]{1,200})>|!?\[([^\[\]]{1,200})\]\(https?://[^\s)]{1,2000}\)"
)
# A flag and its value, such as `--aspect 16:9`, with any of the dashes that phones make of two.
_FLAG_PATTERN = re.compile(
    r"(?<!\S)(?:--|—|–)[A-Za-z][\w-]*(?:[= ](?:\d[\w:.]*|low|medium|high|auto|none|minimal|xhigh"
    r"|max|opaque|transparent|png|jpe?g|webp)\b)?",
    re.IGNORECASE,
)
# “Go back to v2 and” before a change: where it began, which the picture does not show.
_GO_BACK_PATTERN = re.compile(
    r"^\W*(?:please |bitte |now )?(?:"
    r"(?:(?:go )?back to (?:the )?(?:v|version )\d{1,4}|go back|undo(?: it| that| this)?"
    r"|(?:geh(?:e)? )?(?:zurück|zurueck) (?:zu(?:r)?|auf) (?:v|version )\d{1,4}"
    r"|(?:geh(?:e)? )?auf (?:v|version )\d{1,4} zurück|mache? (?:das|es) rückgängig"
    r"|geh(?:e)? zurück"
    r"|(?:reviens|retourne|retour) (?:à|a) (?:la )?(?:v|version )\d{1,4}|annule(?: ça| cela)?"
    r"|(?:vuelve|regresa) a (?:la )?(?:v|versi[oó]n )\d{1,4}|deshaz(?:lo)?)"
    r"(?:\s*,)?\s+(?:and(?: then)?|then|und(?: dann)?|et(?: puis)?|puis|y(?: luego)?)\s+"
    r"|(?:(?:v|バージョン ?)\d{1,4}(?:に|へ)戻して|元に戻して)[、,\s]*(?=\S))",
    re.IGNORECASE,
)
_FORMAT_TITLES = {"WEBP": "WebP"}
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
    text = remove_references(title[:_MAX_READ_CHARS])
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore")
    found = re.findall(r"[a-z0-9]+", plain.decode().lower())
    if found and found[0] not in _FILLER_WORDS:
        found = list(itertools.dropwhile(_is_leading_filler, found))
    words = [
        word[:_MAX_WORD_CHARS]
        for word in found
        if word not in _FILLER_WORDS and not _VERSION_PATTERN.fullmatch(word)
    ]
    stem = "-".join(words[:_MAX_WORDS]) or "easel-picture"
    return f"{stem}-v{version}{_EXTENSIONS.get(mimetype, '.png')}"


def _is_leading_filler(word: str) -> bool:
    return word in _LEADING_FILLER_WORDS or bool(_VERSION_PATTERN.fullmatch(word))


def build_alt_text(title: str, version: int, count: int = 1) -> Message:
    """Return what a screen reader says about a generated picture: its version, then `title`.

    `count` pictures were made at once.
    """
    request = describe_request(title)
    if count > 1:
        return Message(
            VARIATION_ALT if request else VARIATION_ALT_ALONE,
            version=version,
            count=count,
            request=request,
        )
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
        return Message(COMPARISON_ALT_ALONE, versions=tuple(versions))
    return build_conversion_alt_text(stem, mimetype)


def build_conversion_alt_text(subject: str, mimetype: str) -> Message:
    """Return what a screen reader says about a converted picture."""
    name = mimetype.removeprefix("image/").upper()
    format_name = _FORMAT_TITLES.get(name, name)
    return Message(CONVERSION_ALT, subject=subject.replace("-", " "), format=format_name)


def describe_request(text: str) -> str:
    """Return what was asked in a sentence of its own: without flags, links, mentions, marks.

    What it went back to before a change is left out as well.
    """
    plain = _LABELLED_LINK_PATTERN.sub(lambda found: found[1] or found[2], text[:_MAX_READ_CHARS])
    plain = _FLAG_PATTERN.sub(" ", remove_references(plain))
    sentence = clean_sentence(re.sub(r"[`*_~|]", " ", plain)).strip(" .,:;")
    return _GO_BACK_PATTERN.sub("", sentence)
