"""Reading what providers send, whatever it holds: text, counts, money, pictures. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.domain.llm import ImageOutput
from bot.files.kinds import detect_picture_mimetype
from bot.llm import errors
from bot.llm.streaming.base64 import ExtractedBlobs

MAX_PICTURE_BYTES = 64 * 1024 * 1024
_PICTURE_MIMETYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_NO_BLOBS = ExtractedBlobs("nothing")


def parse_payload(payload: bytes) -> Mapping[str, Any]:
    """One payload of a stream. Raises `BrokenOff` for what is no JSON."""
    try:
        return coerce_mapping(json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise errors.AnswerInterrupted(
            "not JSON", user_message=errors.UNREADABLE_ANSWER_MESSAGE
        ) from error


class PictureDecoder:
    """The pictures of one answer, each once however often it is sent."""

    def __init__(self, blobs: ExtractedBlobs | None = None) -> None:
        self._blobs = blobs or _NO_BLOBS
        self._seen_digests: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._seen_digests)

    def decode_data_url(self, url: str) -> Iterator[ImageOutput]:
        """A picture in a data URL; no other address is ever fetched."""
        head, comma, body = url.partition(",")
        if comma and head.startswith("data:") and head.endswith(";base64"):
            yield from self.decode_unseen(body)

    def decode_unseen(self, body: str) -> Iterator[ImageOutput]:
        found = self._decode_picture(body)
        if found is None:
            return
        data, kind, sha256 = found
        if sha256 not in self._seen_digests:
            self._seen_digests.add(sha256)
            yield ImageOutput(data, kind, sha256)

    def decode(self, body: str) -> tuple[bytes, str] | None:
        """The bytes and type of a picture; None for what is none."""
        found = self._decode_picture(body)
        return None if found is None else found[:2]

    def _decode_picture(self, body: str) -> tuple[bytes, str, str] | None:
        if self._blobs.has_placeholder(body):
            taken = self._blobs.find_data(body)
            if taken is None:
                return None
            data, sha256 = taken
        else:
            short = decode_base64(body)
            if not short:
                return None
            data, sha256 = short, hashlib.sha256(short).hexdigest()
        kind = detect_picture_mimetype(data)
        return (data, kind, sha256) if kind in _PICTURE_MIMETYPES and kind else None


def decode_base64(body: str) -> bytes | None:
    """The bytes of base64, which may lack its padding and hold line breaks; None if it is none."""
    if len(body) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        return None
    if any(space in body for space in " \r\n\t"):
        body = "".join(body.split())
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def coerce_usd(value: object) -> Decimal | None:
    """An amount in US dollars, or None for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1_000_000 else None


def coerce_count(value: object) -> int:
    """A number of tokens; 0 for anything that is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if ok and isinstance(value, int) else 0


def coerce_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def coerce_mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; nothing for anything else."""
    return [coerce_mapping(item) for item in value] if isinstance(value, list) else []


def coerce_text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # Half of a surrogate pair is legal JSON but no text that could be stored or posted.
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
