"""A large PNG is inflated ahead of Pillow, with the same pixels and the same errors."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.files.readers.pixels.png_rows import read_ahead

SIZE = (1200, 900)
ROW_BYTES = 1 + 3 * SIZE[0]
HEAD_BYTES = 8


def draw(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Draw slopes with some noise: all filters of rows are of use."""
    rows, columns = np.mgrid[: size[1], : size[0]]
    noise = np.random.default_rng(5).integers(0, 9, (size[1], size[0], len(mode)))
    values = (rows * 3 + columns * 2)[:, :, None] // (np.arange(len(mode)) + 4) + noise
    pixels = (values % 256).astype(np.uint8)
    return Image.fromarray(pixels[:, :, 0] if len(mode) == 1 else pixels, mode=mode)


def save(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = HEAD_BYTES
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def replace_rows(data: bytes, packed: bytes, piece: int = 65_536) -> bytes:
    """Return a PNG with `packed` as what its rows are packed in, in pieces of that length."""
    chunks = [chunk for chunk in split(data) if chunk[0] != b"IDAT"]
    pieces = [(b"IDAT", packed[at : at + piece]) for at in range(0, len(packed), piece)]
    chunks[1:1] = pieces
    return data[:HEAD_BYTES] + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def get_packed(data: bytes) -> bytes:
    return b"".join(content for kind, content in split(data) if kind == b"IDAT")


def load(
    data: bytes, *, is_ahead: bool = True
) -> tuple[bytes, dict[str | tuple[int, int], Any]] | None:
    """Return the pixels and what is told of a picture; None where it is damaged."""
    with Image.open(io.BytesIO(data)) as picture:
        try:
            if is_ahead:
                with read_ahead(picture):
                    picture.load()
            else:
                picture.load()
        except Exception:  # noqa: BLE001 - decoders raise anything
            return None
        return picture.tobytes(), {**picture.info}


@pytest.mark.parametrize(
    ("mode", "size"),
    [(mode, SIZE) for mode in ("L", "LA", "RGB", "RGBA", "P", "1", "I;16")]
    + [("RGB", (7, 150_001)), ("RGB", (3, 2))],
)
def test_the_pixels_are_those_of_pillow(mode: str, size: tuple[int, int]) -> None:
    picture = (
        draw("RGB", size).convert("L").convert(mode)
        if mode in ("P", "1", "I;16")
        else draw(mode, size)
    )
    data = save(picture)
    assert load(data) == load(data, is_ahead=False) != None  # noqa: E711 - a chain


@pytest.mark.parametrize("piece", [9, 5_000, 10**9])
def test_pieces_may_have_any_length_and_what_follows_them_is_read(piece: int) -> None:
    data = save(draw("RGB"))
    text = b"tEXtTitle\0after all"
    end = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    loaded = load(replace_rows(data, get_packed(data), piece)[:-12] + end + data[-12:])
    plain = load(data, is_ahead=False)
    assert loaded is not None and plain is not None and loaded[0] == plain[0]
    assert loaded[1]["Title"] == "after all"


@pytest.mark.parametrize(
    "change",
    [
        lambda packed, rows: packed[:-4] + b"abcd",  # another checksum
        lambda packed, rows: packed[:-4],  # none
        lambda packed, rows: packed[:-1_000],
        lambda packed, rows: packed + b"more" * 999,
        lambda packed, rows: packed[2:-4],  # no head
        lambda packed, rows: b"\x78\x20" + packed[2:],  # a dictionary that nobody has
        lambda packed, rows: packed[:40_000] + bytes([packed[40_000] ^ 4]) + packed[40_001:],
        lambda packed, rows: zlib.compress(rows[:-1]),
        lambda packed, rows: zlib.compress(rows + bytes(5 * ROW_BYTES)),
        # a filter that does not exist
        lambda packed, rows: zlib.compress(rows[:ROW_BYTES] + b"\x09" + rows[ROW_BYTES + 1 :]),
        lambda packed, rows: b"",
    ],
)  # fmt: skip
def test_what_is_wrong_is_wrong_as_pillow_finds_it(change: object) -> None:
    data = save(draw("RGB"))
    packed = get_packed(data)
    assert callable(change)
    wrong = replace_rows(data, change(packed, zlib.decompress(packed)))
    assert load(wrong) == load(wrong, is_ahead=False)


def test_no_more_is_inflated_than_the_rows_take() -> None:
    packed = zlib.compress(bytes(400_000_000), 1)
    with Image.open(io.BytesIO(replace_rows(save(Image.new("RGB", SIZE)), packed))) as picture:
        read_bytes = list[int]()
        with read_ahead(picture):
            read = picture.load_read  # type: ignore[attr-defined] # set by the reader

            def count(size: int) -> bytes:
                piece: bytes = read(size)
                read_bytes.append(len(piece))
                return piece

            picture.load_read = count  # type: ignore[attr-defined] # likewise
            picture.load()
    assert ROW_BYTES * SIZE[1] < sum(read_bytes) < 1.01 * ROW_BYTES * SIZE[1]


def test_no_thread_is_left_whatever_the_file_holds() -> None:
    before, data = threading.active_count(), save(draw("RGB"))
    for wrong in (data, data[: len(data) // 2], replace_rows(data, b"\x78\x01" + b"\xff" * 99_999)):
        load(wrong)
    assert threading.active_count() == before
