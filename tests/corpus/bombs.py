"""Pictures that claim to be huge, and pictures that are huge after unpacking."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from tests.corpus.case import COSTLY, DAMAGED, PIXELS, Case, Expectation
from tests.corpus.drawing import SIZE, draw_quarters
from tests.corpus.gif import Frame, build_gif
from tests.corpus.jpeg import build_jpeg
from tests.corpus.phone import build_avif, build_heic
from tests.corpus.png_writer import insert_chunks
from tests.corpus.tiff import build_tiff
from tests.corpus.zips import deflate_repeated
from tests.support.pictures import PNG_MAGIC, build_png_chunk, build_png_header, encode_picture

_CLAIMED_SIZE = (60_000, 60_000)


def build_gif_claiming(width: int, height: int) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
    return screen + b"\x00\x00\x00\xff\xff\xff" + frame + b"\x02\x02\x44\x01\x00;"


def build_webp_claiming(width: int, height: int) -> bytes:
    size = struct.pack("<I", (width - 1) | (height - 1) << 14)
    chunk = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + size + b"\x00"
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def build_jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(build_jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def build_bmp_claiming(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def build_tiff_claiming(width: int, height: int) -> bytes:
    fields = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
    fields += [(273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, 8)]
    return build_tiff("<", fields)


def build_box_claiming(make: Callable[[], bytes], width: int, height: int) -> bytes:
    """Change the size of a HEIC or AVIF, which is stored in boxes named `ispe`."""
    data = make()
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def list_cases() -> Iterator[Case]:
    claims: dict[str, Callable[[int, int], bytes]] = {
        "png": build_png_header,
        "gif": build_gif_claiming,
        "jpg": build_jpeg_claiming,
        "bmp": build_bmp_claiming,
        "tif": build_tiff_claiming,
    }
    for ending, make in claims.items():
        yield Case(
            f"huge.{ending}", partial(make, *_CLAIMED_SIZE), Expectation.expect_refusal(PIXELS)
        )
        nothing = Expectation.expect_refusal(DAMAGED, PIXELS)
        yield Case(f"no-size.{ending}", partial(make, 0, 0), nothing)
    yield Case(
        "huge.webp",
        partial(build_webp_claiming, 16_384, 16_384),
        Expectation.expect_refusal(PIXELS),
    )
    for ending, box in (("heic", build_heic), ("avif", build_avif)):
        claimed = partial(build_box_claiming, box, *_CLAIMED_SIZE)
        # The decoder may compare the boxes with the coded picture before it reports a size.
        shown = Expectation.expect_picture("", SIZE)
        yield Case(
            f"huge.{ending}", claimed, Expectation.expect_either(shown, PIXELS, DAMAGED, *COSTLY)
        )
    yield Case(
        "largest.png",
        partial(build_png_header, 2**31 - 1, 2**31 - 1),
        Expectation.expect_refusal(PIXELS),
    )
    yield Case(
        "upside.bmp",
        partial(build_bmp_claiming, 60_000, -60_000),
        Expectation.expect_refusal(PIXELS),
    )
    # A huge picture after a harmless first one is as dangerous as one alone.
    shown = Expectation.expect_either(Expectation.expect_file(size=SIZE), PIXELS, DAMAGED, *COSTLY)
    yield Case("huge-second.gif", _build_huge_second_frame, shown)
    yield Case("huge-second.tif", _build_huge_second_page, shown)
    yield from _list_unpacked()


def _build_huge_second_frame() -> bytes:
    second = build_gif_claiming(*_CLAIMED_SIZE)
    return build_gif([Frame(0)])[:-1] + second[second.index(b",") :]


def _build_huge_second_page() -> bytes:
    """Build a TIFF whose second page claims too much."""
    claims = build_tiff_claiming(*_CLAIMED_SIZE)[8:]
    first = bytearray(encode_picture(draw_quarters(), "TIFF"))
    at = int.from_bytes(first[4:8], "little")
    end = at + 2 + 12 * int.from_bytes(first[at : at + 2], "little")
    first[end : end + 4] = struct.pack("<I", len(first))
    return bytes(first) + claims


def _build_flat_png(width: int, height: int, kind: tuple[int, int], row: int) -> bytes:
    """Build a PNG of zeros, a thousandth of its pixels' size; `row` is the bytes of a row."""
    piece, check = bytes((row + 1) * 10), zlib.adler32(b"")
    for _ in range(height // 10):
        check = zlib.adler32(piece, check)
    pixels = b"\x78\xda" + deflate_repeated(b"", piece, height // 10) + struct.pack(">I", check)
    head = struct.pack(">IIBBBBB", width, height, kind[1], kind[0], 0, 0, 0)
    body = build_png_chunk(b"IHDR", head) + build_png_chunk(b"IDAT", pixels)
    return PNG_MAGIC + body + build_png_chunk(b"IEND", b"")


def _list_unpacked() -> Iterator[Case]:
    large = Expectation.expect_picture("PNG", (2048, 2048))
    for name, (kind, row) in {
        "flat-1": ((0, 1), 1_250),
        "flat-grey": ((0, 8), 10_000),
        "flat-rgb": ((2, 8), 30_000),
        "flat-rgba": ((6, 8), 40_000),
    }.items():
        make = partial(_build_flat_png, 10_000, 10_000, kind, row)
        yield Case(f"{name}-100-megapixels.png", make, Expectation.expect_either(large, *COSTLY))
    over = partial(_build_flat_png, 10_010, 10_000, (0, 1), 1_252)
    yield Case("just-too-large.png", over, Expectation.expect_refusal(PIXELS))
    sound = Expectation.expect_picture("PNG", SIZE)
    harmless = Expectation.expect_either(sound, DAMAGED, *COSTLY)
    packed = zlib.compress(bytes(80_000_000), 1)
    chunks = {
        "text-bomb": (b"zTXt", b"Comment\x00\x00" + packed),
        "unicode-bomb": (b"iTXt", b"Comment\x00\x01\x00\x00\x00" + packed),
        "profile-bomb": (b"iCCP", b"x\x00\x00" + packed),
    }
    for name, chunk in chunks.items():
        make = partial(insert_chunks, encode_picture(draw_quarters(), "PNG"), chunk, chunk)
        yield Case(f"{name}.png", make, harmless)
    long = partial(
        insert_chunks, encode_picture(draw_quarters(), "PNG"), *[(b"tEXt", b"k\x00v")] * 20_000
    )
    yield Case("many-texts.png", long, harmless)
    scans = partial(_build_with_many_scans, 3_000)
    yield Case(
        "many-scans.jpg",
        scans,
        Expectation.expect_either(Expectation.expect_picture("JPEG", None), DAMAGED, *COSTLY),
    )


def _build_with_many_scans(times: int) -> bytes:
    """Build a progressive JPEG that repeats its first scan, each over all pixels."""
    data = bytearray(build_jpeg(progressive=True))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 8_000, 8_000)
    first = data.index(b"\xff\xda")
    second = data.index(b"\xff\xc4", first)
    return bytes(data[:first] + bytes(data[first:second]) * times + data[first:])
