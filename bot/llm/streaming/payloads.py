"""Reads text, counts, costs and pictures from payloads that may hold anything. Pure.

A value of the wrong type or out of bounds counts as missing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.domain.llm import ImageOutput, PicturesUnreadable, Usage
from bot.files.kinds import detect_picture_mimetype
from bot.llm import errors
from bot.llm.streaming.base64 import ExtractedBlobs

MAX_PICTURE_BYTES = 64 * 1024 * 1024
_MAX_CONTAINERS = 1_000_000
_PICTURE_MIMETYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_NO_BLOBS = ExtractedBlobs("nothing")


def parse_payload(payload: bytes) -> Mapping[str, Any]:
    """Parse one payload of a stream. Raises `AnswerInterrupted` if it is not JSON."""
    if payload.count(b"{") + payload.count(b"[") > _MAX_CONTAINERS:
        # Parsed, it would take many times its size.
        raise errors.AnswerInterrupted(
            "too many objects", user_message=errors.UNREADABLE_ANSWER_MESSAGE
        )
    try:
        return coerce_mapping(json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise errors.AnswerInterrupted(
            "not JSON", user_message=errors.UNREADABLE_ANSWER_MESSAGE
        ) from error


class PictureDecoder:
    """Decodes the pictures of one answer. A picture that is sent repeatedly counts once."""

    def __init__(self, blobs: ExtractedBlobs | None = None) -> None:
        self._blobs = blobs or _NO_BLOBS
        self._seen_digests: set[str] = set()
        self._unreadable_digests: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._seen_digests)

    def decode_data_url(self, url: str) -> Iterator[ImageOutput]:
        """Yield the picture in a data URL if it is new. No other URL is ever fetched."""
        head, comma, body = url.partition(",")
        is_picture = comma and head.lower().startswith("data:") and head.lower().endswith(";base64")
        if is_picture:
            yield from self.decode_unseen(body)
        else:
            self.note_unreadable(url)

    def decode_unseen(self, body: str) -> Iterator[ImageOutput]:
        """Yield the picture in base64 `body` if it is new."""
        picture = self._decode_picture(body)
        if picture is None:
            self.note_unreadable(body)
            return
        data, mimetype, sha256 = picture
        if sha256 not in self._seen_digests:
            self._seen_digests.add(sha256)
            yield ImageOutput(data, mimetype, sha256)

    def note_unreadable(self, body: str) -> None:
        """Note a picture that cannot be read; one that is sent repeatedly counts once."""
        if body:
            self._unreadable_digests.add(hash(self._blobs.restore(body)))

    def list_unreadable(self) -> list[PicturesUnreadable]:
        """Return what tells of the pictures that came and cannot be read; [] if there are none."""
        count = len(self._unreadable_digests)
        return [PicturesUnreadable(count)] if count else []

    def decode(self, body: str) -> tuple[bytes, str] | None:
        """Return the bytes and MIME type of a picture, new or not; None if it is not a picture."""
        picture = self._decode_picture(body)
        return None if picture is None else picture[:2]

    def _decode_picture(self, body: str) -> tuple[bytes, str, str] | None:
        if self._blobs.has_placeholder(body):
            blob = self._blobs.find_data(body)
            if blob is None:
                return None
            data, sha256 = blob
        else:
            decoded = decode_base64(body)
            if not decoded:
                return None
            data, sha256 = decoded, hashlib.sha256(decoded).hexdigest()
        mimetype = detect_picture_mimetype(data)
        return (data, mimetype, sha256) if mimetype in _PICTURE_MIMETYPES and mimetype else None


def decode_base64(body: str) -> bytes | None:
    """Decode base64 that may lack padding and hold white space; return None if it is invalid."""
    if len(body) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        return None
    if any(space in body for space in " \r\n\t"):
        body = "".join(body.split())
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def coerce_usd(value: object) -> Decimal | None:
    """Return an amount in US dollars from 0 to below a million; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1_000_000 else None


def describe_odd_cost(value: object) -> str:
    """Return a reported cost that is no amount in US dollars as a text; "" for any other."""
    if value is None or coerce_usd(value) is not None:
        return ""
    return coerce_text(str(value))[:100]


def update_usage(known: Usage | None, told: Usage) -> Usage:
    """Return the usage that counts: the one told later, unless it takes back what was told.

    Proxies repeat a usage as zeros, as nulls, or without its cost.
    """
    if known is None:
        return told
    is_blank = not (told.prompt_tokens or told.completion_tokens or told.cost or told.odd_cost)
    is_same = told.completion_tokens <= known.completion_tokens
    lacks_cost = known.cost is not None and told.cost is None and not told.odd_cost
    return known if is_blank or (lacks_cost and is_same) else told


def is_count(value: object) -> bool:
    """Whether `value` is a number of tokens that a model can have read or written."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40


def coerce_count(value: object) -> int:
    """Return a number of tokens; 0 for anything else."""
    return int(value) if is_count(value) and isinstance(value, int | float) else 0


def coerce_id(value: object) -> str:
    """Return the provider's id of an answer; "" for what cannot be one."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 200 else ""


def coerce_mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object as it is; an empty one for anything else."""
    # A dictionary, as JSON gives it: to ask for any mapping takes ten times as long.
    return value if isinstance(value, dict) else {}


def coerce_mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the items of a list, those that are no objects as empty ones; [] for anything else."""
    return [coerce_mapping(item) for item in value] if isinstance(value, list) else []


def coerce_text(value: object) -> str:
    """Return a text that can be stored and posted; "" for anything that is not a text."""
    if not isinstance(value, str):
        return ""
    # Half of a surrogate pair is legal in JSON, but cannot be stored or posted.
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
