"""Kinds that few people send, and that are read all the same: deep pictures, old mails, .xlsb."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import tifffile

from bot.files.readers.parquet.packing import zstd
from tests.corpus.case import Case, Expectation, Spot
from tests.support.archives import build_packed_zip
from tests.support.other_workbooks import build_binary_book
from tests.support.outlook_files import BODY, SUBJECT, build_outlook_file, build_tnef
from tests.support.rare_pictures import build_layered
from tests.support.seven_zips import ZSTANDARD, build_seven_zip
from tests.support.signed_files import sign

_expect = Expectation.expect_file
_NOTE = b"The launch moves to May.\n"
_LZMA2 = b"\x21\x21\x01\x18"
_RED = Spot((0.5, 0.5), (255, 0, 0, 255))


def list_cases() -> Iterator[Case]:
    """Yield a case for each kind."""
    planes = np.stack([np.full((24, 32), 65_535), np.zeros((24, 32)), np.zeros((24, 32))])
    for version in (1, 2):
        for packing in ("raw", "runs"):
            yield Case(
                f"deep-{packing}-{version}.psd",
                partial(build_layered, planes.astype(">u2"), version, packing),
                Expectation.expect_picture("PSD picture", (32, 24), spots=(_RED,)),
            )
    yield Case(
        "planes.tif",
        partial(_build_planes, planes.astype("<u2")),
        Expectation.expect_picture("TIFF picture", (32, 24), spots=(_RED,)),
    )
    yield Case(
        "figures.xlsb",
        partial(build_binary_book, [["City", "Sum"], ["Köln", 12.5]], 2),
        _expect("Excel workbook", fragments=("| Köln | 12.5 |",), left_out="2 comments"),
    )
    yield Case(
        "notes.7z",
        lambda: build_seven_zip(ZSTANDARD, zstd.compress(_NOTE), {"a.txt": _NOTE}),
        _expect("7z archive", fragments=("launch moves",)),
    )
    for number, pack in ((93, zstd.compress), (95, lzma.compress)):
        yield Case(
            f"packed-{number}.zip",
            partial(_build_packed, number, pack),
            _expect("ZIP", fragments=("launch moves",), count=1),
        )
    yield Case(
        "lzma2.7z",
        lambda: build_seven_zip(_LZMA2, _pack_lzma2(_NOTE), {"a.txt": _NOTE}),
        _expect("7z archive", fragments=("launch moves",)),
    )
    yield from _list_mails()


def _build_packed(packing: int, pack: Callable[[bytes], bytes]) -> bytes:
    crc = zlib.crc32(_NOTE)
    return build_packed_zip("a.txt", pack(_NOTE), packing, size=len(_NOTE), crc=crc)


def _pack_lzma2(data: bytes) -> bytes:
    chain = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 24}]
    return lzma.compress(data, lzma.FORMAT_RAW, filters=chain)


def _list_mails() -> Iterator[Case]:
    words = {SUBJECT: "Plan", BODY: "The launch moves"}
    files = [("größe.txt", _NOTE)]
    for name, build in (("letter.msg", build_outlook_file), ("winmail.dat", build_tnef)):
        yield Case(
            name,
            partial(build, words, attachments=files),
            _expect("e-mail", fragments=("The launch moves", "größe.txt", "to May")),
        )
    yield Case(
        "note.txt.p7m",
        partial(sign, _NOTE),
        _expect("text", fragments=("launch moves",), left_out="a check of its signature"),
    )


def _build_planes(planes: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, planes, photometric="rgb", planarconfig="separate", metadata=None)
    return out.getvalue()
