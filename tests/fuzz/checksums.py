"""Damage that the checksums of a file do not give away: it reaches the code behind them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from tests.corpus.zips import build_zip
from tests.support.pictures import PNG_MAGIC, build_png_chunk

Damage = Callable[[bytes], bytes]


def damage_below_checksums(data: bytes, damage: Damage, rng: random.Random) -> bytes:
    """`data` damaged inside: a part of a ZIP, or a chunk of a PNG. Anything else as a whole."""
    if data.startswith(PNG_MAGIC):
        return _repair_checksums(damage(data))
    if data.startswith(b"PK\x03\x04"):
        return _damage_zip_part(data, damage, rng)
    return damage(data)


def _repair_checksums(data: bytes) -> bytes:
    """A PNG whose chunks, as far as they can be told, have the checksums they should."""
    if not data.startswith(PNG_MAGIC):
        return data
    made, at = PNG_MAGIC, len(PNG_MAGIC)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            break
        made += build_png_chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length])
        at += 12 + length
    return made + data[at:]


def _damage_zip_part(data: bytes, damage: Damage, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            files = [(name, opened.read(name)) for name in opened.namelist()]
    except Exception:  # noqa: BLE001 - some of the corpus is broken already, in every way
        return damage(data)
    if not files or len({name for name, _ in files}) < len(files):
        return damage(data)
    which = rng.randrange(len(files))
    name, part = files[which]
    files[which] = (name, damage(part))
    try:
        return build_zip(files)
    except Exception:  # noqa: BLE001 - some have names that can be read but not written
        return damage(data)
