"""Damage with valid checksums, so that it reaches the code behind their checks."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from tests.corpus.zips import build_zip
from tests.support.pictures import PNG_MAGIC, build_png_chunk

Damage = Callable[[bytes], bytes]


def damage_below_checksums(data: bytes, damage: Damage, rng: random.Random) -> bytes:
    """Damage a part of a ZIP or the chunks of a PNG under valid checksums; all else as a whole."""
    if data.startswith(PNG_MAGIC):
        return _repair_checksums(damage(data))
    if data.startswith(b"PK\x03\x04"):
        return _damage_zip_part(data, damage, rng)
    return damage(data)


def _repair_checksums(data: bytes) -> bytes:
    """Correct the checksums of a PNG's chunks, as far as they can be found."""
    if not data.startswith(PNG_MAGIC):
        return data
    repaired, offset = PNG_MAGIC, len(PNG_MAGIC)
    while offset + 12 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        if offset + 12 + length > len(data):
            break
        repaired += build_png_chunk(
            data[offset + 4 : offset + 8], data[offset + 8 : offset + 8 + length]
        )
        offset += 12 + length
    return repaired + data[offset:]


def _damage_zip_part(data: bytes, damage: Damage, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # noqa: BLE001 - some files of the corpus are already broken
        return damage(data)
    if not files or len({name for name, _ in files}) < len(files):
        return damage(data)
    index = rng.randrange(len(files))
    name, part = files[index]
    files[index] = (name, damage(part))
    try:
        return build_zip(files)
    except Exception:  # noqa: BLE001 - some names can be read but not written
        return damage(data)
