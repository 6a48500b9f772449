"""Builds the sentences that tell people why a file cannot be read.

Every sentence names the file, says why it cannot be read, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name


class UnreadableError(UserError):
    """A file that Easel cannot use; `user_message` names it. `why` is a key of `_SENTENCES`."""

    why = ""
    figures: tuple[int, ...] = ()


# Whole sentences, so that each can be translated.
_SENTENCES = {
    "unsupported": (
        "I could not read {name}: I read pictures (PNG, JPEG, WebP, GIF, HEIC, AVIF, TIFF,"
        " BMP, SVG), PDF, Office, OpenDocument, RTF, EPUB, HTML, e-mail, calendars, contacts,"
        " notebooks, SQLite, Parquet, archives and text. Please send it as one of those."
    ),
    "damaged": "I could not read {name}: it is damaged or cut off. Please send it again.",
    "rare form": (
        "I could not read {name}: its pixels are stored in a rare form that I do not read. Please"
        " save it as PNG or JPEG and send that."
    ),
    "no picture": (
        "I could not read {name}: its name is that of a picture, but its content is none that I"
        " know. Please save it as PNG or JPEG and send that."
    ),
    "no document": (
        "I could not read {name}: its name is that of a PDF, an Office file or a ZIP archive, but"
        " its content is none of these. Please save it again and send that."
    ),
    "no preview": (
        "I could not read {name}: it is a camera's raw file with no preview in it that I could"
        " show. Please save it as JPEG and send that."
    ),
    "crashed": (
        "I could not read {name}: my reader broke down over it, which happens with damaged files."
        " Please save it again or in another format, and send that."
    ),
    "not started": (
        "I could not read {name}: I could not start the program that reads files, which is no"
        " fault of yours. Please ask again in a minute; if that keeps failing, tell the person"
        " who runs me."
    ),
    "empty": "I could not read {name}: it is empty. Please send it again.",
    "no words": (
        "I could not read {name}: I found no text in it, and text is all that I read of such a"
        " file. Please send it as PDF or its pictures by themselves."
    ),
    "nothing left": (
        "I could not cut that off {name}: it is {actual:,} by {limit:,} pixels, and nothing of it"
        " would be left. Please give less."
    ),
    "not so small": (
        "I could not make {name} as small as {actual:,} KB. Please give a larger size."
    ),
    "too many pixels": (
        "I could not read {name}: it has {actual} megapixels and I read at most {limit}."
        " Please shrink it."
    ),
    "too long": (
        "I could not read {name}: it is {actual:,} pixels long on one side and I read at most"
        " {limit:,}. Please send a part of it."
    ),
    "too thin": (
        "I could not read {name}: it is {actual:,} by {limit:,} pixels, a strip too thin to show"
        " anything. Please send a part of it that is less long."
    ),
    "too many pages": (
        "I could not read {name}: it has {actual:,} pages and I read at most {limit:,}."
        " Please split it."
    ),
    "too large inside": (
        "I could not read {name}: unpacked it would be larger than I can hold. Please send"
        " less of it."
    ),
    "password": (
        "I could not read {name}: it is protected by a password. Please send it without one."
    ),
    "audio or video": (
        "I could not read {name}: I cannot listen to audio or watch video. Please send what"
        " was said as text, or a screenshot."
    ),
    "encrypted": (
        "I could not read {name}: it is encrypted for the person to whom it was sent. Please open"
        " it in your mail program and send what is in it."
    ),
    "no speech": (
        "I could not read {name}: there is not one word in its subtitles or its transcript, and I"
        " cannot listen to audio or watch video. Please send what was said as text, or a"
        " screenshot."
    ),
    "another archive": (
        "I could not read {name}: of archives I read ZIP, 7z, tar, gzip, bzip2, xz and Zstandard."
        " Please send the files themselves."
    ),
    "archive in an archive": (
        "I could not read {name}: it is an archive in an archive. Please send it on its own."
    ),
    "many archives": (
        "I could not read {name}: I open only a few archives in an archive. Please send it on its"
        " own."
    ),
    "too deep": (
        "I could not read {name}: it lies too deep in other files. Please send it on its own."
    ),
    "not installed": (
        "I could not read {name}: reading such files is not installed here. Please send it as"
        " PDF, or tell the person who runs me."
    ),
    "old office": (
        "I could not read {name}: it is in an old Office format that I could not open. Please save"
        " it as .docx, .xlsx, .pptx or PDF."
    ),
    "another document": (
        "I could not read {name}: of OpenDocument files I read texts, sheets and presentations."
        " Please save it as PDF."
    ),
    "no preview in document": (
        "I could not read {name}: of such a document I read only the preview that is stored in it,"
        " and it has none. Please export it as PDF."
    ),
    "design file": (
        "I could not read {name}: I do not read files of design programs. Please export it as PDF,"
        " PNG or SVG."
    ),
    "entities": (
        "I could not read {name}: it declares XML entities, which I do not read. Please send"
        " it without them."
    ),
    "took too long": (
        "I could not read {name}: reading it took too long. Please send a smaller one."
    ),
    "too heavy": (
        "I could not read {name}: reading it took more memory than I have. Please send a"
        " smaller one."
    ),
    "no text": (
        "I could not read {name}: there is no text in it, and the model I am set to use sees"
        " no pictures."
    ),
    "not seen": (
        "I could not read {name}: the model I am set to use sees no pictures. Please describe"
        " it in words."
    ),
    "made too large": (
        "I could not make {name} that large: I make pictures up to {actual:,} pixels a side."
        " Please ask for fewer."
    ),
    "made too heavy": (
        "I could not make {name} that large: it would be more than {actual} MB. Please ask for"
        " fewer pixels, or for JPEG."
    ),
    "side too long": (
        "I could not change {name}: it is {actual:,} pixels long on one side and I take at most"
        " {limit:,}. Please shrink it."
    ),
    "too long for WebP": (
        "I could not save {name} as WebP: it is {actual:,} pixels long on one side and WebP takes"
        " at most {limit:,}. Please ask for PNG or JPEG, or for a smaller one."
    ),
    "other shape": (
        "I could not lay {name} over each other: their shapes differ. Please crop one of them to"
        " the shape of the other."
    ),
    "no such page": (
        "I could not read {name}: its last page is {actual:,}. Please name other pages."
    ),
    "no such frame": (
        "I could not read {name}: its last frame is {actual:,}. Please name another one."
    ),
    "no pages": "I left {name} as it is: it has no pages or frames. Please name the file alone.",
}


def build_unreadable_error(name: str, why: str, *figures: int, detail: str = "") -> UnreadableError:
    """Build the error for file `name`; `why` is a key of `_SENTENCES`, `figures` fill its gaps."""
    values: dict[str, Any] = dict(zip(("actual", "limit"), figures, strict=False))
    user_message = Message(_SENTENCES[why], name=clean_name(name), **values)
    error = UnreadableError(detail or why, user_message=user_message)
    error.why, error.figures = why, figures
    return error


@contextmanager
def refuse_unreadable(name: str) -> Iterator[None]:
    """Turn whatever a reader of file `name` raises into `UnreadableError`."""
    try:
        yield
    except UnreadableError:
        raise
    except ImportError as error:
        raise build_unreadable_error(name, "not installed") from error
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except RecursionError as error:
        raise build_unreadable_error(name, "too large inside", detail="recursion") from error
    except Exception as error:
        # Parsers raise anything on a hostile file.
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error


def serialize_error(error: UnreadableError) -> dict[str, Any]:
    """Return the error as a sandbox process reports it: by its key, never as free text."""
    return {"why": error.why, "figures": list(error.figures), "detail": str(error)}


def parse_error(name: str, header: Mapping[str, Any]) -> UnreadableError:
    """Build the error for file `name` from what a sandbox process reports, even if malformed."""
    try:
        figures = [int(figure) for figure in header["figures"]]
        detail = "".join(c for c in str(header["detail"])[:200] if c.isprintable())
        return build_unreadable_error(name, str(header["why"]), *figures, detail=detail)
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError):
        return build_unreadable_error(name, "damaged", detail="another answer")
