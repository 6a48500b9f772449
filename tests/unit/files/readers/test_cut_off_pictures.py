"""A JPEG that lost the mark of its end, or half of it, is read: every pixel is there."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from bot.files.readers.dispatch import read_file


@pytest.mark.parametrize("progressive", [True, False])
@pytest.mark.parametrize("end", [b"", b"\xff", b"\xff\xff", b"\xff\xd9"])
def test_a_jpeg_without_all_of_its_end_is_read(end: bytes, *, progressive: bool) -> None:
    picture = Image.frombytes("RGB", (120, 80), random.Random(7).randbytes(120 * 80 * 3))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", progressive=progressive, quality=90)
    parsed = read_file("photo.jpg", buffer.getvalue()[:-2] + end)
    assert parsed.pictures and not parsed.is_incomplete
