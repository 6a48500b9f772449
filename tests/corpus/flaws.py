"""Pictures and documents with flaws that viewers do not mind, or that cost a known part of them."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

from PIL import Image, TiffImagePlugin

from tests.corpus.case import DAMAGED, Case, Expectation
from tests.corpus.drawing import SIZE, build_animation, draw_quarters, list_shades, list_spots
from tests.corpus.pdf import build_one_page
from tests.corpus.png_writer import Chunk, insert_chunks
from tests.corpus.word import build_docx
from tests.corpus.zips import build_zip
from tests.support.pictures import build_png_chunk, encode_picture

_MEGABYTE = 1_000_000
_SIDE = 240


def list_cases() -> Iterator[Case]:
    yield from _list_png_chunks()
    yield from _list_png_ends()
    yield from _list_jpeg_ends()
    yield from _list_webp_ends()
    yield from _list_other_pictures()
    yield from _list_animations()
    yield from _list_documents()


def _expect_whole(kind: str) -> Expectation:
    return Expectation.expect_picture(kind, SIZE, spots=list_spots(), tolerance=24)


def _expect_part(kind: str) -> Expectation:
    """Expect what is left of noise: its upper half is there, and it is said what is missing."""
    return Expectation.expect_picture(
        kind, (_SIDE, _SIDE), incomplete=True, left_out="of its pixels"
    )


def _build_noise(kind: str, mode: str = "RGB", **options: object) -> bytes:
    """Build noise, which no compression makes small: what is cut off are pixels."""
    rng = random.Random(kind)
    picture = Image.frombytes("RGB", (_SIDE, _SIDE), rng.randbytes(_SIDE * _SIDE * 3))
    return encode_picture(picture.convert(mode), kind, **options)


def _encode_quarters(kind: str, **options: object) -> bytes:
    return encode_picture(draw_quarters(), kind, **options)


def _pack(data: bytes) -> bytes:
    return b"Comment\0\0" + zlib.compress(data)


def _list_png_chunks() -> Iterator[Case]:
    noise = random.Random(1).randbytes(2 * _MEGABYTE)
    chunks: dict[str, Sequence[Chunk]] = {
        "large-packed-text": [(b"zTXt", _pack(b"words " * _MEGABYTE))],
        "large-unicode-text": [
            (b"iTXt", b"prompt\0\1\0\0\0" + zlib.compress(b"a" * 3 * _MEGABYTE))
        ],
        "large-plain-text": [(b"tEXt", b"prompt\0" + b"a" * 3 * _MEGABYTE)],
        "much-text": [(b"zTXt", _pack(b"a" * _MEGABYTE))] * 70,
        "large-profile": [(b"iCCP", b"printer\0\0" + zlib.compress(noise))],
        "huge-profile": [(b"iCCP", b"printer\0\0" + zlib.compress(bytes(30 * _MEGABYTE)))],
        "short-resolution": [(b"pHYs", b"12")],
        "short-gamma": [(b"gAMA", b"1")],
        "short-chromaticities": [(b"cHRM", b"1")],
        "empty-intent": [(b"sRGB", b"")],
        "short-animation": [(b"acTL", b"1")],
        "strange-chunk": [(b"\xff\xfe12", b"1")],
        "apple-chunk": [(b"CgBI", b"\x50\0\x20\x02")],
    }
    for name, added in chunks.items():
        make = partial(insert_chunks, _encode_quarters("PNG"), *added)
        yield Case(f"{name}.png", make, _expect_whole("PNG"))
        if name.startswith("large"):
            yield Case(f"{name}-last.png", partial(_append_chunks, added), _expect_whole("PNG"))


def _append_chunks(chunks: Sequence[Chunk]) -> bytes:
    data = _encode_quarters("PNG")
    return data[:-12] + b"".join(build_png_chunk(*chunk) for chunk in chunks) + data[-12:]


def _list_png_ends() -> Iterator[Case]:
    whole = _encode_quarters("PNG")
    for cut in (1, 5, 12, 14):
        yield Case(f"end-cut-{cut}.png", partial(bytes, whole[:-cut]), _expect_whole("PNG"))
    yield Case("end-and-junk.png", lambda: whole[:-12] + b"junk" * 9, _expect_whole("PNG"))
    for mode in ("RGB", "RGBA", "P", "L", "I;16"):
        data = _build_noise("PNG", mode) if mode != "I;16" else _build_deep_noise()
        half = partial(bytes, data[: len(data) // 2])
        yield Case(f"half-{mode.replace(';', '-')}.png", half, _expect_part("PNG"))
    start = whole.index(b"IDAT") + 4
    yield Case(
        "without-pixels.png", lambda: whole[: start + 2], Expectation.expect_refusal(DAMAGED)
    )
    yield Case("signature.png", lambda: whole[:6], Expectation.expect_refusal(DAMAGED))


def _build_deep_noise() -> bytes:
    raw = random.Random(16).randbytes(_SIDE * _SIDE * 2)
    return encode_picture(Image.frombytes("I;16", (_SIDE, _SIDE), raw), "PNG")


def _list_jpeg_ends() -> Iterator[Case]:
    whole = _encode_quarters("JPEG", quality=92)
    ends = {"one": whole[:-1], "both": whole[:-2], "zeros": whole[:-2] + bytes(99)}
    for name, data in ends.items():
        yield Case(f"end-without-{name}.jpg", partial(bytes, data), _expect_whole("JPEG"))
    progressive = _encode_quarters("JPEG", quality=92, progressive=True)
    yield Case("end-progressive.jpg", lambda: progressive[:-2], _expect_whole("JPEG"))
    for mode in ("RGB", "L", "CMYK"):
        noise = _build_noise("JPEG", mode)
        yield Case(
            f"half-{mode}.jpg", partial(bytes, noise[: len(noise) // 2]), _expect_part("JPEG")
        )
    yield Case(
        "without-pixels.jpg",
        lambda: whole[: whole.index(b"\xff\xda")],
        Expectation.expect_refusal(DAMAGED),
    )
    two = encode_picture(
        draw_quarters(), "MPO", save_all=True, append_images=[draw_quarters()], quality=92
    )
    yield Case("second-picture-cut.mpo", lambda: two[:-300], _expect_whole("JPEG"))


def _list_webp_ends() -> Iterator[Case]:
    for name, options in (("lossy", {"quality": 95}), ("lossless", {"lossless": True})):
        whole = _encode_quarters("WEBP", **options)
        tailed, large = whole + b"abc", whole[:4] + struct.pack("<I", 99_999_999) + whole[8:]
        short = whole[:4] + struct.pack("<I", 40) + whole[8:]
        exif = _encode_quarters("WEBP", exif=b"Exif\0\0MM\0*" + bytes(99), **options)
        ends = {"tail": tailed, "claims-more": large, "claims-less": short, "exif": exif[:-30]}
        for end, data in ends.items():
            yield Case(f"{name}-{end}.webp", partial(bytes, data), _expect_whole("WebP"))
        noise = _build_noise("WEBP", **options)
        half = partial(bytes, noise[: len(noise) // 2])
        yield Case(f"{name}-half.webp", half, _expect_part("WebP"))


def _list_other_pictures() -> Iterator[Case]:
    gif = _encode_quarters("GIF")
    yield Case("no-trailer.gif", lambda: gif[:-1], _expect_whole("GIF"))
    yield Case("other-trailer.gif", lambda: gif[:-1] + b"junk\xff", _expect_whole("GIF"))
    for kind in ("GIF", "BMP"):
        noise = _build_noise(kind)
        half = partial(bytes, noise[: len(noise) // 2])
        yield Case(f"half-noise.{kind.lower()}", half, _expect_part(kind))
    yield Case(
        "flaw-no-size.bmp", lambda: _set_long(_encode_quarters("BMP"), 2, 0), _expect_whole("BMP")
    )
    for tag_type in (2, 99):
        yield Case(
            f"private-tag-{tag_type}.tif",
            partial(_build_private_tag, tag_type),
            _expect_whole("TIFF"),
        )
    yield Case("next-page-far.tif", _build_far_page, _expect_whole("TIFF"))


def _set_long(data: bytes, offset: int, value: int) -> bytes:
    return data[:offset] + struct.pack("<I", value) + data[offset + 4 :]


def _build_private_tag(tag_type: int) -> bytes:
    """Build a TIFF with a private tag of type `tag_type` whose value lies beyond the file."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[65_000], directory.tagtype[65_000] = "hello", 2
    data = bytearray(_encode_quarters("TIFF", tiffinfo=directory))
    start = data.index(struct.pack("<H", 65_000))
    struct.pack_into("<HHII", data, start, 65_000, tag_type, 10_000, 2**31)
    return bytes(data)


def _build_far_page() -> bytes:
    data = _encode_quarters("TIFF")
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    return _set_long(data, start + 2 + 12 * count, 2**30)


def _list_animations() -> Iterator[Case]:
    for kind, cut in (("PNG", 60), ("GIF", 60), ("WEBP", 20)):
        data = build_animation(list_shades(5), kind)
        title = "WebP" if kind == "WEBP" else kind
        expects = Expectation.expect_file(title, pictures=(1, 4), size=SIZE, incomplete=True)
        yield Case(f"moving-cut.{kind.lower()}", partial(bytes, data[:-cut]), expects)


def _list_documents() -> Iterator[Case]:
    pdf = build_one_page()
    shown = Expectation.expect_file("PDF", fragments=("Hello Easel",))
    ends = {
        "no-end": pdf[: pdf.rindex(b"%%EOF")],
        "no-start": pdf.replace(b"startxref", b"startxxxx"),
        "no-table": pdf[: pdf.rindex(b"startxref")],
        "behind-junk": b"junk\r\n" * 20 + pdf,
        "before-zeros": pdf + bytes(3_000),
    }
    for name, data in ends.items():
        yield Case(f"flaw-{name}.pdf", partial(bytes, data), shown)
    packed, word = build_zip({"a.txt": b"inside"}), build_docx()
    archive = Expectation.expect_file("ZIP", fragments=("inside",))
    yield Case("behind-program.zip", lambda: b"MZ\0\0" + b"stub" * 99 + packed, archive)
    yield Case("behind-script.zip", lambda: b"#!/bin/sh\nexit\n" + packed, archive)
    yield Case("before-junk.zip", lambda: packed + b"junk" * 99, archive)
    read = Expectation.expect_file("Word", fragments=("Hello Easel",))
    yield Case("behind-mark.docx", lambda: b"\xef\xbb\xbf" + word, read)
    yield Case("behind-line.docx", lambda: b"\r\n" + word, read)
    yield Case("before-zeros.docx", lambda: word + bytes(50), read)
