"""Tells Slack's sign-in page from a file that is a web page itself. Pure.

A bot token without `files:read` gets that page instead of a file, with status 200 or by a redirect
(slackapi/bolt-js issue 2585).
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from bot.domain.files import FileRef

_MAX_SCAN_BYTES = 64 * 1024
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?:<!--.{0,500}?-->\s*+)*"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL,
)
# The page's title is “Slack”, or ends so in every language: “Sign in | Slack”, “Anmelden | Slack”.
_TITLE = re.compile(rb"<title[^>]{0,200}>\s*([^<]{0,300})</title")
_SIGN_IN_TITLE_WORDS = (b"sign in", b"log in", b"login")
_SIGN_IN_MARKERS = (
    b"signin_form", b"login_form", b"/signin", b"workspace-signin", b"slack-edge.com",
)  # fmt: skip
_SIGN_IN_PATHS = ("signin", "login", "sso", "ssb", "workspace-signin", "checkcookie")
_BINARY_MIMETYPES = (
    "image/", "audio/", "video/", "font/", "application/pdf", "application/zip",
    "application/vnd.openxmlformats", "application/vnd.ms-", "application/msword",
    "application/gzip", "application/x-7z", "application/x-rar",
)  # fmt: skip
_BINARY_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp",
    ".pdf", ".docx", ".xlsx", ".pptx", ".zip", ".mp3", ".mp4", ".mov", ".wav", ".7z", ".gz",
)  # fmt: skip


class BodyKind(StrEnum):
    """What Slack's answer to a download holds."""

    FILE = "file"
    SIGN_IN = "sign-in page"
    OTHER_PAGE = "another page"  # of something between here and Slack


def detect_body_kind(file: FileRef, data: bytes) -> BodyKind:
    """Tell whether `data` are the bytes of `file`, or a page that came instead of them.

    The size that Slack states decides, then the content of the page, then what kind of file it is.
    """
    start = data[:_MAX_SCAN_BYTES].lower()
    if not _HTML_START.match(start) or (file.size and len(data) == file.size):
        return BodyKind.FILE
    if _is_sign_in_page(start):
        return BodyKind.SIGN_IN
    return BodyKind.OTHER_PAGE if _is_binary(file) else BodyKind.FILE


def is_sign_in_address(url: str) -> bool:
    """Whether a redirect to `url` leads to Slack's sign-in page instead of a file."""
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    first_part = address.path.strip("/").partition("/")[0].lower()
    return first_part in _SIGN_IN_PATHS or "redir" in parse_qs(address.query)


def _is_sign_in_page(start: bytes) -> bool:
    title = _TITLE.search(start)
    if title is None or not title[1].strip().endswith(b"slack"):
        return False
    has_title_words = any(words in title[1] for words in _SIGN_IN_TITLE_WORDS)
    return has_title_words or any(marker in start for marker in _SIGN_IN_MARKERS)


def _is_binary(file: FileRef) -> bool:
    """Whether the file cannot be a web page, by what Slack says of it."""
    if file.mimetype == "image/svg+xml" or file.is_canvas or file.mode in ("snippet", "email"):
        return False
    if file.mimetype:
        return file.mimetype.startswith(_BINARY_MIMETYPES)
    return file.name.lower().endswith(_BINARY_ENDINGS)
