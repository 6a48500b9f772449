"""ZIP files, honest and hostile, and archives that Easel does not open."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial

from tests.corpus.case import (
    ARCHIVE,
    COSTLY,
    DAMAGED,
    EMPTY,
    NO_DOCUMENT,
    PASSWORD,
    UNSUPPORTED,
    Case,
    Expectation,
)
from tests.corpus.drawing import SIZE, draw_quarters, list_spots
from tests.corpus.pdf import build_one_page
from tests.corpus.word import build_docx
from tests.corpus.zips import Entry, build_entry, build_filler_entry, build_raw_zip, build_zip
from tests.support.pictures import encode_picture

# How skipped files inside are described is not checked.
_ANY_ZIP = Expectation.expect_file("ZIP")
_ZIP_OR_REFUSAL = Expectation.expect_either(
    _ANY_ZIP, DAMAGED, EMPTY, NO_DOCUMENT, UNSUPPORTED, *COSTLY, "archive in an archive"
)
# Written by py7zr from the same texts.
SEVEN_ZIP = base64.b64decode(
    "N3q8ryccAASwe/l3ngAAAAAAAAAVAAAAAAAAABDcqLQBAB5maXJzdCB0ZXh0IyBzZWNvbmQgdGV4dHgseQoxLDIK"
    "AOAAjgBzXQAAgTMHrg/QPBb8nzkQnG8VArnDFMcdhtRaWFWIYyWP7jQoqLJs/ze1QBkoBBK5ojkVUJL74zPYc1If"
    "P1nyI9jSC15S9/Ej2iLMB7SB5P8n9YF6EBLt0k1415O0JGdvphZ7i97Zp3hPOLTtHTD2AOBKAAAAABcGIwEJewAH"
    "CwEAASEhARgMgI8AAA=="
)
_TEXTS = {"a.txt": b"first text", "b/c.md": b"# second text", "b/d.csv": b"x,y\n1,2\n"}
_LINK_MODE = 0o120777


def list_cases() -> Iterator[Case]:
    yield from _list_honest()
    yield from _list_odd_names()
    yield from _list_locked()
    yield from _list_hostile()
    yield from _list_others()


def _list_honest() -> Iterator[Case]:
    texts = Expectation.expect_file("ZIP", fragments=("first text", "second text", "1,2"), count=3)
    yield Case("texts.zip", partial(build_zip, _TEXTS), texts)
    for name, how in (("stored", 0), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        yield Case(f"{name}.zip", partial(build_zip, _TEXTS, how), texts)
    photo = encode_picture(draw_quarters(), "PNG")
    one = Expectation.expect_file("ZIP", pictures=(1, 1), size=SIZE, spots=list_spots(), count=1)
    yield Case("photo.zip", lambda: build_zip({"a/photo.png": photo}), one)
    three = {f"{n}.jpg": encode_picture(draw_quarters(), "JPEG") for n in range(3)}
    yield Case(
        "photos.zip",
        lambda: build_zip(three),
        Expectation.expect_file("ZIP", pictures=(3, 3), count=3),
    )
    mixed = {
        "photo.png": photo,
        "letter.docx": build_docx(),
        "page.pdf": build_one_page(),
        **_TEXTS,
    }
    all_of_it = Expectation.expect_file("ZIP", count=6, fragments=("Hello Easel", "first text"))
    yield Case("mixed.zip", lambda: build_zip(mixed), all_of_it)
    yield Case("comment.zip", lambda: build_zip(_TEXTS, comment=b"SECRET" * 900), texts)
    yield Case(
        "made-to-run.zip",
        lambda: b"#!/bin/sh\n" + b"x" * 500 + build_zip(_TEXTS),
        _expect_prefixed(),
    )
    folders = {"a/": b"", "b/": b"", "b/c/": b"", "b/c/d.txt": b"deep text"}
    yield Case(
        "folders.zip",
        lambda: build_zip(folders),
        Expectation.expect_file("ZIP", fragments=("deep",)),
    )
    program = {**_TEXTS, "run.exe": b"MZ" + bytes(range(256)) * 4}
    left = Expectation.expect_file("ZIP", fragments=("first text",), absent=("MZ",))
    yield Case("with-a-program.zip", lambda: build_zip(program), left)
    large = {"64.txt": b"large numbers"}
    yield Case(
        "sixty-four.zip", lambda: _build_zip64(large), Expectation.expect_file("ZIP", count=1)
    )


def _expect_prefixed() -> Expectation:
    return Expectation.expect_either(_ANY_ZIP, NO_DOCUMENT, UNSUPPORTED, DAMAGED)


def _build_zip64(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
            with archive.open(entry, "w", force_zip64=True) as stream:
                stream.write(data)
    return out.getvalue()


def _list_odd_names() -> Iterator[Case]:
    names = {
        "up": "../../../../tmp/evil.txt",
        "root": "/etc/evil.txt",
        "drive": "C:\\Windows\\evil.txt",
        "backslashes": "..\\..\\evil.txt",
        "newline": "a\nb\r\nc.txt",
        "turned": "abc\u202egnp.txt",
        "mention": "<!channel> <@U123>.txt",
        "nothing": " ",
        "long": "n" * 5_000 + ".txt",
        "marks": "*bold*_it_`code`.txt",
    }
    for name, inside in names.items():
        data = build_zip({inside: b"words inside", "b.txt": b"second"})
        yield Case(
            f"named-{name}.zip", partial(bytes, data), Expectation.expect_file("ZIP", count=2)
        )
    twice = build_raw_zip([build_entry("a.txt", b"one"), build_entry("a.txt", b"two")])
    yield Case("same-name-twice.zip", lambda: twice, _ANY_ZIP)
    old = build_raw_zip([Entry(b"\x84\x94\x81.txt", b"words", 5, zlib.crc32(b"words"), method=0)])
    yield Case("names-of-dos.zip", lambda: old, _ZIP_OR_REFUSAL)
    zero = build_raw_zip([build_entry("a\x00b.txt", b"words")])
    yield Case("name-with-zero.zip", lambda: zero, _ZIP_OR_REFUSAL)
    link = build_raw_zip(
        [build_entry("link", b"/etc/passwd", mode=_LINK_MODE), build_entry("a.txt", b"words")]
    )
    followed = Expectation.expect_file("ZIP", absent=("root:",))
    yield Case("link.zip", lambda: link, followed)


def _list_locked() -> Iterator[Case]:
    locked = [build_entry(name, data, flags=1) for name, data in _TEXTS.items()]
    yield Case("locked.zip", lambda: build_raw_zip(locked), Expectation.expect_refusal(PASSWORD))
    some = build_raw_zip([build_entry("open.txt", b"open words"), *locked])
    open_ones = Expectation.expect_file("ZIP", fragments=("open words",))
    yield Case("locked-in-part.zip", lambda: some, Expectation.expect_either(open_ones, PASSWORD))


def _list_hostile() -> Iterator[Case]:
    inner = build_zip(_TEXTS)
    yield Case("zip-in-zip.zip", lambda: build_zip({"in.zip": inner, "a.txt": b"outer"}), _ANY_ZIP)
    yield Case("only-a-zip.zip", lambda: build_zip({"in.zip": inner}), _ZIP_OR_REFUSAL)
    yield Case("sixty-deep.zip", _build_sixty_deep, _ZIP_OR_REFUSAL)
    yield Case("zeros.zip", _build_bomb, _ZIP_OR_REFUSAL)
    yield Case("letters.zip", _build_letters, _ZIP_OR_REFUSAL)
    yield Case("forty-two.zip", _build_layered, _ZIP_OR_REFUSAL)
    yield Case("overlapping.zip", _build_overlapping, _ZIP_OR_REFUSAL)
    yield Case(
        "ten-thousand.zip", _build_ten_thousand, Expectation.expect_either(_ANY_ZIP, *COSTLY)
    )
    yield from _list_untrue(inner)


def _build_bomb() -> bytes:
    return build_raw_zip([build_filler_entry("zeros.txt", 1_000)])


def _build_letters() -> bytes:
    return build_raw_zip([build_filler_entry(f"{n}.txt", 60, b"a") for n in range(16)])


def _build_layered() -> bytes:
    bomb = _build_bomb()
    inner = build_zip({f"{n}.zip": bomb for n in range(4)})
    return build_zip({f"lib{n}.zip": inner for n in range(4)})


def _build_overlapping() -> bytes:
    """Build two thousand files of 20 MB, which all share the same bytes of the archive."""
    kernel = build_filler_entry("a", 20, b"a")
    listed = [Entry(b"%d.txt" % n, kernel.stored, kernel.size, kernel.crc) for n in range(2_000)]
    return build_raw_zip(listed, overlap=True)


def _build_ten_thousand() -> bytes:
    return build_raw_zip(build_entry(f"{n}.txt", b"text %d" % n) for n in range(10_000))


def _list_untrue(inner: bytes) -> Iterator[Case]:
    entry = build_entry("a.txt", b"words" * 50)
    for name, size in (("more", 0xFFFFFFF0), ("less", 1)):
        false_zip = build_raw_zip([Entry(entry.name, entry.stored, size, entry.crc)])
        yield Case(f"says-{name}.zip", partial(bytes, false_zip), _ZIP_OR_REFUSAL)
    wrong = build_raw_zip([Entry(entry.name, entry.stored, entry.size, 1)])
    yield Case("wrong-sum.zip", lambda: wrong, _ZIP_OR_REFUSAL)
    junk = build_raw_zip([Entry(b"a.txt", b"junk" * 9, 50, 1)])
    yield Case("junk-inside.zip", lambda: junk, _ZIP_OR_REFUSAL)
    strange = build_raw_zip([Entry(b"a.txt", b"words", 5, 1, method=77)])
    yield Case("strange-method.zip", lambda: strange, _ZIP_OR_REFUSAL)
    nothing = build_zip({})
    yield Case("nothing.zip", lambda: nothing, Expectation.expect_refusal(EMPTY, DAMAGED))
    yield Case("only-folders.zip", lambda: build_zip({"a/": b"", "b/": b""}), _ZIP_OR_REFUSAL)
    listing = inner.index(b"PK\x01\x02")
    yield Case("no-listing.zip", lambda: inner[:listing], Expectation.expect_refusal(DAMAGED))
    yield Case(
        "only-listing.zip",
        lambda: inner[listing:],
        Expectation.expect_refusal(DAMAGED, NO_DOCUMENT),
    )


def _build_sixty_deep() -> bytes:
    data = build_zip({"a.txt": b"at the bottom"})
    for _ in range(60):
        data = build_zip({"in.zip": data})
    return data


def _build_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in _TEXTS.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _list_others() -> Iterator[Case]:
    read = Expectation.expect_file("archive", count=3, fragments=("File b/c.md:\n# second text",))
    yield Case("texts.tar", _build_tar, read)
    yield Case("texts.tar.gz", lambda: gzip.compress(_build_tar(), mtime=0), read)
    yield Case("texts.tgz", lambda: gzip.compress(_build_tar(), mtime=0), read)
    yield Case("texts.tar.bz2", lambda: bz2.compress(_build_tar()), read)
    yield Case("texts.tar.xz", lambda: lzma.compress(_build_tar()), read)
    yield Case("texts.7z", lambda: SEVEN_ZIP, read)
    log = Expectation.expect_file(
        "gzip", count=1, fragments=("- log, 594 bytes", "File log:\na log")
    )
    yield Case("log.gz", lambda: gzip.compress(b"a log\n" * 99, mtime=0), log)
    damaged = Expectation.expect_refusal(DAMAGED)
    for name, start in (
        ("a.7z", b"7z\xbc\xaf\x27\x1c\x00\x04"),
        ("a.zst", b"\x28\xb5\x2f\xfd\x04\x00"),
    ):
        yield Case(name, partial(bytes, start + bytes(range(256)) * 4), damaged)
    refused = Expectation.expect_refusal(ARCHIVE)
    starts = {
        "a.rar": b"Rar!\x1a\x07\x00",
        "b.rar": b"Rar!\x1a\x07\x01\x00",
    }
    for name, start in starts.items():
        yield Case(name, partial(bytes, start + bytes(range(256)) * 4), refused)
    rarer = {"a.cab": b"MSCF\x00\x00", "a.lz4": b"\x04\x22\x4d\x18", "a.Z": b"\x1f\x9d\x90"}
    rarer |= {"a.deb": b"!<arch>\ndebian-binary", "a.rpm": b"\xed\xab\xee\xdb\x03\x00"}
    for name, start in rarer.items():
        data = start + bytes(range(256)) * 4
        yield Case(
            name,
            partial(bytes, data),
            Expectation.expect_refusal(ARCHIVE, NO_DOCUMENT, UNSUPPORTED),
        )
