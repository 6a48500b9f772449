"""Builds the sentences that tell people why a file cannot be read.

Every sentence names the file, says why it cannot be read, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name


class UnreadableError(UserError):
    """A file that Easel cannot use; `user_message` names it. `why` is a key of `_REASONS`."""

    why = ""
    figures: tuple[int, ...] = ()


_SUPPORTED_FORMATS = (
    "I read pictures (PNG, JPEG, WebP, GIF, HEIC, AVIF, TIFF, BMP, SVG), PDF, Word, Excel,"
    " PowerPoint, HTML, e-mail, ZIP and text"
)
_REASONS = {
    "unsupported": f"{_SUPPORTED_FORMATS}. Please send it as one of those.",
    "damaged": "it is damaged or cut off. Please send it again.",
    "no picture": (
        "its name is that of a picture, but its content is none that I know. Please save it as PNG"
        " or JPEG and send that."
    ),
    "no document": (
        "its name is that of a PDF, an Office file or a ZIP archive, but its content is none of"
        " these. Please save it again and send that."
    ),
    "crashed": (
        "my reader broke down over it, which happens with damaged files. Please save it again or in"
        " another format, and send that."
    ),
    "not started": (
        "I could not start the program that reads files, which is no fault of yours. Please ask"
        " again in a minute; if it goes on, tell the person who runs me."
    ),
    "empty": "it is empty. Please send it again.",
    "too many pixels": "it has {actual} megapixels and I read at most {limit}. Please shrink it.",
    "too many pages": "it has {actual:,} pages and I read at most {limit:,}. Please split it.",
    "too large inside": "unpacked it would be larger than I can hold. Please send less of it.",
    "password": "it is protected by a password. Please send it without one.",
    "audio or video": (
        "I cannot listen to audio or watch video. Please send what was said as text, or a"
        " screenshot."
    ),
    "another archive": "of archives I read only ZIP. Please send the files themselves.",
    "archive in an archive": "it is an archive in an archive. Please send it on its own.",
    "not installed": (
        "reading such files is not installed here. Please send it as PDF, or tell the person who"
        " runs me."
    ),
    "old office": "it is in an old Office format. Please save it as .docx, .xlsx, .pptx or PDF.",
    "another document": (
        "I do not read OpenDocument files and e-books. Please save it as .docx, .xlsx, .pptx or"
        " PDF."
    ),
    "entities": "it declares XML entities, which I do not read. Please send it without them.",
    "took too long": "reading it took too long. Please send a smaller one.",
    "too heavy": "reading it took more memory than I have. Please send a smaller one.",
    "no text": "there is no text in it, and the model I am set to use sees no pictures.",
    "not seen": "the model I am set to use sees no pictures. Please describe it in words.",
    "no such page": "it has {actual:,} pages, so not those. Please name others.",
}


def build_unreadable_error(name: str, why: str, *figures: int, detail: str = "") -> UnreadableError:
    """Build the error for file `name`; `why` is a key of `_REASONS`, `figures` fill its gaps."""
    values: dict[str, Any] = dict(zip(("actual", "limit"), figures, strict=False))
    sentence = f"I could not read {{name}}: {_REASONS[why]}"
    user_message = Message(sentence, name=clean_name(name), **values)
    error = UnreadableError(detail or why, user_message=user_message)
    error.why, error.figures = why, figures
    return error


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
