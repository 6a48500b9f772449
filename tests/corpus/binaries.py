"""Files that Easel does not read: sound, video, programs, other binary data, noise, no bytes."""

from __future__ import annotations

import io
import random
import sqlite3
import struct
import wave
from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.corpus.case import ARCHIVE, DAMAGED, EMPTY, MEDIA, UNSUPPORTED, Case, Expectation
from tests.corpus.drawing import SIZE, draw_quarters
from tests.support.pictures import encode_picture

# Bytes after a signature that do not look like text.
_REST = bytes(range(256)) * 16


def list_cases() -> Iterator[Case]:
    yield from _list_sound()
    yield from _list_programs()
    yield from _list_other_pictures()
    yield from _list_noise()


def _build_box(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand * 2 + b"\x00\x00\x10\x00mdat"


def _build_wave() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(range(256)) * 40)
    return out.getvalue()


def _list_sound() -> Iterator[Case]:
    refused = Expectation.expect_refusal(MEDIA)
    yield Case("voice.wav", _build_wave, refused)
    starts = {
        "tagged.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
        "bare.mp3": b"\xff\xfb\x90\x64",
        "clip.mp4": _build_box(b"isom"),
        "clip-2.mp4": _build_box(b"mp42"),
        "clip.mov": _build_box(b"qt  "),
        "old.mov": b"\x00\x00\x00\x08moov",
        "voice.m4a": _build_box(b"M4A "),
        "phone.3gp": _build_box(b"3gp5"),
        "song.ogg": b"OggS\x00\x02" + bytes(8),
        "voice.opus": b"OggS\x00\x02" + bytes(22) + b"OpusHead",
        "song.flac": b"fLaC\x00\x00\x00\x22",
        "screen.webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7webm",
        "film.mkv": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7matroska",
        "film.avi": b"RIFF\x00\x10\x00\x00AVI LIST",
        "song.aiff": b"FORM\x00\x00\x10\x00AIFFCOMM",
        "song.aac": b"\xff\xf1\x50\x80",
        "film.flv": b"FLV\x01\x05\x00\x00\x00\x09",
        "voice.amr": b"#!AMR\n\x3c",
        "tune.mid": b"MThd\x00\x00\x00\x06",
    }
    for name, start in starts.items():
        yield Case(name, partial(bytes, start + _REST), refused)
    rarer = {
        "film.wmv": bytes.fromhex("3026B2758E66CF11A6D900AA0062CE6C"),
        "film.mpg": b"\x00\x00\x01\xba\x44",
        "stream.ts": (b"\x47\x40\x00\x10" + _REST[:184]) * 5,
    }
    for name, start in rarer.items():
        refusal = Expectation.expect_refusal(MEDIA, UNSUPPORTED)
        yield Case(name, partial(bytes, start + _REST), refusal)


def _build_database() -> bytes:
    base = sqlite3.connect(":memory:")
    try:
        base.execute("create table a (b)")
        return base.serialize()
    finally:
        base.close()


def _list_programs() -> Iterator[Case]:
    refused = Expectation.expect_refusal(UNSUPPORTED)
    starts = {
        "setup.exe": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
        "lib.so": b"\x7fELF\x02\x01\x01\x00",
        "Main.class": b"\xca\xfe\xba\xbe\x00\x00\x00\x41",
        "tool": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01",
        "code.wasm": b"\x00asm\x01\x00\x00\x00",
        "code.pyc": b"\xa7\x0d\x0d\x0a\x00\x00\x00\x00",
        "font.ttf": b"\x00\x01\x00\x00\x00\x0b\x00\x80",
        "font.woff2": b"wOF2\x00\x01\x00\x00",
        "scene.blend": b"BLENDER-v300\x00",
        "link.lnk": b"\x4c\x00\x00\x00\x01\x14\x02\x00",
        "plan.dwg": b"AC1032\x00\x00\x00",
    }
    for name, start in starts.items():
        yield Case(name, partial(bytes, start + _REST), refused)
    yield Case("base.sqlite", _build_database, Expectation.expect_file("SQLite"))


def _list_other_pictures() -> Iterator[Case]:
    """Yield picture formats that Easel does not promise to read; if it does, it must be correct."""
    maybe = Expectation.expect_either(Expectation.expect_file(size=None), UNSUPPORTED)
    for kind, ending in (("ICO", "ico"), ("PCX", "pcx"), ("TGA", "tga"), ("PPM", "ppm"),
                         ("SGI", "sgi"), ("JPEG2000", "jp2"), ("ICNS", "icns"), ("DDS", "dds"),
                         ("XBM", "xbm"), ("EPS", "eps")):  # fmt: skip
        picture = Image.new("1", SIZE) if kind == "XBM" else draw_quarters()
        yield Case(f"picture.{ending}", partial(encode_picture, picture, kind), maybe)
    starts = {
        "picture.psd": b"8BPS\x00\x01" + bytes(6),
        "picture.jxl": b"\xff\x0a\xfa\x1f",
        "boxed.jxl": b"\x00\x00\x00\x0cJXL \r\n\x87\n",
        "picture.xcf": b"gimp xcf v011\x00",
        "scan.djvu": b"AT&TFORM\x00\x00\x10\x00DJVM",
        "drawing.wmf": b"\xd7\xcd\xc6\x9a\x00\x00",
    }
    for name, start in starts.items():
        refused = Expectation.expect_refusal(UNSUPPORTED, DAMAGED)
        yield Case(name, partial(bytes, start + _REST), refused)


def _list_noise() -> Iterator[Case]:
    refused = Expectation.expect_refusal(UNSUPPORTED, DAMAGED, MEDIA, ARCHIVE)
    for length in (64, 1_000, 100_000):
        for seed in range(3):
            noise = random.Random(seed * 7 + length).randbytes(length)
            yield Case(f"noise-{length}-{seed}.bin", partial(bytes, noise), refused)
    for name in ("nothing.png", "nothing.pdf", "nothing.docx", "nothing", "nothing.mp3"):
        yield Case(name, bytes, Expectation.expect_refusal(EMPTY))
    # A few bytes are not enough to recognise a format.
    for number, data in enumerate(
        (b"\x89", b"PK", b"BM", b"\xff\xd8", b"%PDF", b"GIF", b"\x1f\x8b")
    ):
        few = Expectation.expect_either(Expectation.expect_file(), UNSUPPORTED, DAMAGED, ARCHIVE)
        yield Case(f"few-bytes-{number}", partial(bytes, data), few)
