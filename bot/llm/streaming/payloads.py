"""Reading what providers send, whatever it holds: text, counts, money, pictures. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.domain.llm import ImageMade
from bot.files.kinds import recognise
from bot.llm import errors
from bot.llm.streaming.base64 import Taken

MAX_PICTURE = 64 * 1024 * 1024
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_NOTHING_TAKEN = Taken("nothing")


def parsed(payload: bytes) -> Mapping[str, Any]:
    """One payload of a stream. Raises `BrokenOff` for what is no JSON."""
    try:
        return mapping(json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise errors.BrokenOff("not JSON", said=errors.GARBLED) from error


class Pictures:
    """The pictures of one answer, each once however often it is sent."""

    def __init__(self, taken: Taken | None = None) -> None:
        self._taken = taken or _NOTHING_TAKEN
        self._seen: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._seen)

    def of_address(self, url: str) -> Iterator[ImageMade]:
        """A picture in a data URL; no other address is ever fetched."""
        head, comma, body = url.partition(",")
        if comma and head.startswith("data:") and head.endswith(";base64"):
            yield from self.of_base64(body)

    def of_base64(self, body: str) -> Iterator[ImageMade]:
        found = self._read(body)
        if found is None:
            return
        data, kind, sha256 = found
        if sha256 not in self._seen:
            self._seen.add(sha256)
            yield ImageMade(data, kind, sha256)

    def decoded(self, body: str) -> tuple[bytes, str] | None:
        """The bytes and type of a picture; None for what is none."""
        found = self._read(body)
        return None if found is None else found[:2]

    def _read(self, body: str) -> tuple[bytes, str, str] | None:
        if self._taken.stands_in(body):
            taken = self._taken.data(body)
            if taken is None:
                return None
            data, sha256 = taken
        else:
            short = decode(body)
            if not short:
                return None
            data, sha256 = short, hashlib.sha256(short).hexdigest()
        kind = recognise(data)
        return (data, kind, sha256) if kind in _PICTURES and kind else None


def decode(body: str) -> bytes | None:
    """The bytes of base64, which may lack its padding and hold line breaks; None if it is none."""
    if len(body) > MAX_PICTURE * 4 // 3 + 4:
        return None
    if any(space in body for space in " \r\n\t"):
        body = "".join(body.split())
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def money(value: object) -> Decimal | None:
    """An amount in US dollars, or None for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1_000_000 else None


def count(value: object) -> int:
    """A number of tokens; 0 for anything that is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if ok and isinstance(value, int) else 0


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; nothing for anything else."""
    return [mapping(item) for item in value] if isinstance(value, list) else []


def text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # Half of a surrogate pair is legal JSON but no text that could be stored or posted.
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
