"""PNG of every depth, colour type and kind of transparency; profiles, text, animations."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

from PIL import Image

from tests.corpus import icc
from tests.corpus.case import DAMAGED, Case, Colour, Expectation
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    add_alpha,
    build_animation,
    build_exif,
    draw_greys,
    draw_quarters,
    list_shades,
    list_spots,
    turn_size,
    turn_spots,
)
from tests.corpus.png_writer import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    Chunk,
    build_png,
    insert_chunks,
    sample_quarters,
)
from tests.support.pictures import encode_picture

ALPHAS = (255, 90, 0, 180)
_ALPHA_GREYS = tuple((*grey, alpha) for grey, alpha in zip(GREYS, ALPHAS, strict=True))
_ALPHA_FOUR = tuple((*colour, alpha) for colour, alpha in zip(FOUR, ALPHAS, strict=True))


def list_cases() -> Iterator[Case]:
    yield from _list_greys()
    yield from _list_colours()
    yield from _list_palettes()
    yield from _list_turned()
    yield from _list_metadata()
    yield from _list_profiles()
    yield from _list_animations()
    yield from _list_shapes()


def _list_both_layouts(
    name: str,
    kind: tuple[int, int],
    samples: Sequence[Sequence[int]],
    expected: Sequence[Colour],
    chunks: Sequence[Chunk] = (),
) -> Iterator[Case]:
    """Yield the case twice: row by row, and interlaced."""
    see_through = any(len(colour) == 4 and colour[3] < 255 for colour in expected)
    expects = Expectation.expect_picture(
        "PNG", SIZE, spots=list_spots(expected), transparent=see_through
    )
    for interlaced in (False, True):
        make = partial(
            build_png, SIZE, kind, sample_quarters(samples, SIZE), chunks, interlaced=interlaced
        )
        yield Case(f"{name}{'-interlaced' if interlaced else ''}.png", make, expects)


def _list_greys() -> Iterator[Case]:
    two = (GREYS[0], GREYS[3], GREYS[3], GREYS[0])
    yield from _list_both_layouts("grey-1", (GREY, 1), [[0], [1], [1], [0]], two)
    for bits in (2, 4, 8, 16):
        maximum = 2**bits - 1
        steps = [[maximum * step // 3] for step in range(4)]
        yield from _list_both_layouts(f"grey-{bits}", (GREY, bits), steps, GREYS)
    for bits in (8, 16):
        factor = 1 if bits == 8 else 257
        samples = [[grey[0] * factor, grey[3] * factor] for grey in _ALPHA_GREYS]
        yield from _list_both_layouts(
            f"grey-alpha-{bits}", (GREY_ALPHA, bits), samples, _ALPHA_GREYS
        )
        # The second shade stands for transparent.
        clear = struct.pack(">H", 85 * factor)
        holed = (GREYS[0], (85, 85, 85, 0), *GREYS[2:])
        greyed = [[grey[0] * factor] for grey in GREYS]
        yield from _list_both_layouts(
            f"grey-hole-{bits}", (GREY, bits), greyed, add_alpha(holed), [(b"tRNS", clear)]
        )


def _list_colours() -> Iterator[Case]:
    for bits in (8, 16):
        factor = 1 if bits == 8 else 257
        plain = [[part * factor for part in colour] for colour in FOUR]
        through = [[part * factor for part in colour] for colour in _ALPHA_FOUR]
        yield from _list_both_layouts(f"rgb-{bits}", (RGB, bits), plain, FOUR)
        yield from _list_both_layouts(f"rgba-{bits}", (RGBA, bits), through, _ALPHA_FOUR)
        clear = struct.pack(">3H", *plain[1])
        holed = (FOUR[0], (*FOUR[1], 0), *FOUR[2:])
        yield from _list_both_layouts(
            f"rgb-hole-{bits}", (RGB, bits), plain, add_alpha(holed), [(b"tRNS", clear)]
        )
    solid = [[*colour, 255] for colour in FOUR]
    yield from _list_both_layouts("rgba-solid", (RGBA, 8), solid, FOUR)


def _list_palettes() -> Iterator[Case]:
    table = b"".join(bytes(colour) for colour in FOUR)
    for bits in (1, 2, 4, 8):
        indexes = [[0], [1], [1], [0]] if bits == 1 else [[0], [1], [2], [3]]
        plain = tuple(FOUR[index] for (index,) in indexes)
        through = tuple(_ALPHA_FOUR[index] for (index,) in indexes)
        some = table[:6] if bits == 1 else table
        chunks = [(b"PLTE", some)]
        yield from _list_both_layouts(f"palette-{bits}", (PALETTE, bits), indexes, plain, chunks)
        clear = (b"tRNS", bytes(ALPHAS[: len(some) // 3]))
        named = f"palette-clear-{bits}"
        yield from _list_both_layouts(named, (PALETTE, bits), indexes, through, [*chunks, clear])
    broken = [(b"PLTE", table[:6])]
    short = partial(
        build_png, SIZE, (PALETTE, 8), sample_quarters([[0], [1], [200], [255]], SIZE), broken
    )
    yield Case(
        "palette-too-short.png",
        short,
        Expectation.expect_either(Expectation.expect_picture("PNG", SIZE), DAMAGED),
    )


def _list_turned() -> Iterator[Case]:
    for way in range(2, 9):
        seen = turn_spots(list_spots(), way)
        expects = Expectation.expect_picture(
            "PNG", turn_size(SIZE, way), spots=seen, transparent=False
        )
        yield Case(
            f"turned-{way}.png", partial(_encode_quarters, "PNG", exif=build_exif(way)), expects
        )  # fmt: skip


def _encode_quarters(kind: str, **options: object) -> bytes:
    return encode_picture(draw_quarters(), kind, **options)


def _list_metadata() -> Iterator[Case]:
    sound = Expectation.expect_picture("PNG", SIZE, spots=list_spots(), transparent=False)
    packed = zlib.compress(b"SECRET " * 50)
    notes: dict[str, Sequence[Chunk]] = {
        "text": [(b"tEXt", b"Comment\x00SECRET"), (b"tEXt", b"Author\x00Ann")],
        "packed-text": [(b"zTXt", b"Comment\x00\x00" + packed)],
        "unicode-text": [(b"iTXt", b"Title\x00\x00\x00\x00\x00" + "Grüße".encode())],
        "broken-text": [(b"tEXt", b"no end of the key"), (b"zTXt", b"a\x00\x00junk")],
        "xmp": [(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00<x:xmpmeta>SECRET</x:xmpmeta>")],
        "when": [(b"tIME", struct.pack(">HBBBBB", 2024, 2, 30, 25, 61, 61))],
        "resolution": [(b"pHYs", struct.pack(">IIB", 0, 0, 1))],
        "unknown-chunk": [(b"eaSl", b"SECRET")],
        "broken-exif": [(b"eXIf", b"MM\x00*\x00\x00\x00\x08\xff\xff")],
        "usual-gamma": [(b"gAMA", struct.pack(">I", 45_455))],
        "background": [(b"bKGD", struct.pack(">3H", 1, 2, 3))],
    }
    for name, chunks in notes.items():
        yield Case(f"{name}.png", partial(insert_chunks, _encode_quarters("PNG"), *chunks), sound)
    yield Case("wrong-crc.png", _build_with_wrong_checksum, sound)
    yield Case("tail.png", lambda: _encode_quarters("PNG") + b"SECRET" * 100, sound)
    yield Case("many-chunks.png", _build_with_many_chunks, sound)
    yield Case("no-end.png", lambda: _encode_quarters("PNG")[:-12], sound)


def _build_with_wrong_checksum() -> bytes:
    data = insert_chunks(_encode_quarters("PNG"), (b"tEXt", b"Comment\x00hello"))
    at = data.index(b"hello") + 5
    return data[:at] + b"\x00\x00\x00\x00" + data[at + 4 :]


def _build_with_many_chunks() -> bytes:
    noise = draw_quarters().resize((640, 480))
    return encode_picture(noise.resize(SIZE, Image.Resampling.NEAREST), "PNG", compress_level=0)


def _list_profiles() -> Iterator[Case]:
    for name, matrix in (("p3", icc.DISPLAY_P3), ("adobe-rgb", icc.ADOBE_RGB)):
        seen = [icc.convert_to_srgb(colour, matrix) for colour in FOUR]
        make = partial(_encode_quarters, "PNG", icc_profile=icc.build_rgb_profile(matrix))
        yield Case(
            f"{name}.png", make, Expectation.expect_picture("PNG", SIZE, spots=list_spots(seen))
        )
    linear = [(icc.encode_srgb(grey[0] / 255),) * 3 for grey in GREYS]
    of_light = icc.build_grey_profile(1.0)
    yield Case(
        "grey-profile.png",
        lambda: encode_picture(draw_greys(), "PNG", icc_profile=of_light),
        Expectation.expect_picture("PNG", SIZE, spots=list_spots(linear)),
    )
    plain = Expectation.expect_picture("PNG", SIZE, spots=list_spots())
    yield Case(
        "broken-profile.png", partial(_encode_quarters, "PNG", icc_profile=b"junk" * 99), plain
    )
    packed = [(b"iCCP", b"x\x00\x00junk")]
    yield Case("broken-iccp.png", lambda: insert_chunks(_encode_quarters("PNG"), *packed), plain)
    through = [
        (*icc.convert_to_srgb(colour, icc.DISPLAY_P3), alpha)
        for colour, alpha in zip(FOUR, ALPHAS, strict=True)
    ]
    yield Case(
        "p3-alpha.png",
        lambda: encode_picture(
            draw_quarters(_ALPHA_FOUR, "RGBA"),
            "PNG",
            icc_profile=icc.build_rgb_profile(icc.DISPLAY_P3),
        ),
        Expectation.expect_picture("PNG", SIZE, spots=list_spots(through)[:2], transparent=True),
    )


def _list_animations() -> Iterator[Case]:
    for count in (2, 12):
        expects = Expectation.expect_file("PNG", pictures=(1, count), size=SIZE, count=count)
        yield Case(
            f"moving-{count}.png", partial(build_animation, list_shades(count), "PNG"), expects
        )
    frames = partial(build_animation, list_shades(3), "PNG", default_image=True)
    yield Case(
        "moving-cover.png", frames, Expectation.expect_file("PNG", pictures=(1, 3), size=SIZE)
    )


def _list_shapes() -> Iterator[Case]:
    for width, height in ((1, 1), (2048, 1), (1, 2049), (5000, 20), (3, 2000)):
        make = partial(encode_picture, Image.new("RGB", (width, height), FOUR[0]), "PNG")
        yield Case(f"{width}x{height}.png", make, Expectation.expect_shape("PNG", width, height))
