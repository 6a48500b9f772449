"""ZIP, honest and hostile, and the archives that Easel does not open."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial

from tests.corpus.case import ARCHIVE, COSTLY, DAMAGED, EMPTY, PASSWORD, UNSUPPORTED, Case, Expect
from tests.corpus.drawing import SIZE, file_of, quarters, spots
from tests.corpus.pdf import one_page
from tests.corpus.word import docx
from tests.corpus.zips import Entry, by_hand, packed, room, zipped

# What is said of files inside that are left out is the reader's choice.
_ANY = Expect.right("ZIP")
_MAYBE = Expect.either(_ANY, DAMAGED, EMPTY, UNSUPPORTED, *COSTLY, "archive in an archive")
_TEXTS = {"a.txt": b"first text", "b/c.md": b"# second text", "b/d.csv": b"x,y\n1,2\n"}
_LINK = 0o120777


def cases() -> Iterator[Case]:
    yield from _honest()
    yield from _named()
    yield from _locked()
    yield from _hostile()
    yield from _others()


def _honest() -> Iterator[Case]:
    texts = Expect.right("ZIP", fragments=("first text", "second text", "1,2"), count=3)
    yield Case("texts.zip", partial(zipped, _TEXTS), texts)
    for name, how in (("stored", 0), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        # How the rarer ones are packed need not be known, but that they are there is told.
        ways = texts if name == "stored" else Expect.right("ZIP", count=3)
        yield Case(f"{name}.zip", partial(zipped, _TEXTS, how), ways)
    photo = file_of(quarters(), "PNG")
    one = Expect.right("ZIP", pictures=(1, 1), size=SIZE, spots=spots(), count=1)
    yield Case("photo.zip", lambda: zipped({"a/photo.png": photo}), one)
    three = {f"{n}.jpg": file_of(quarters(), "JPEG") for n in range(3)}
    yield Case("photos.zip", lambda: zipped(three), Expect.right("ZIP", pictures=(3, 3), count=3))
    mixed = {"photo.png": photo, "letter.docx": docx(), "page.pdf": one_page(), **_TEXTS}
    all_of_it = Expect.right("ZIP", count=6, fragments=("Hello Easel", "first text"))
    yield Case("mixed.zip", lambda: zipped(mixed), all_of_it)
    yield Case("comment.zip", lambda: zipped(_TEXTS, comment=b"SECRET" * 900), texts)
    yield Case("made-to-run.zip", lambda: b"#!/bin/sh\n" + b"x" * 500 + zipped(_TEXTS), _prefixed())
    folders = {"a/": b"", "b/": b"", "b/c/": b"", "b/c/d.txt": b"deep text"}
    yield Case("folders.zip", lambda: zipped(folders), Expect.right("ZIP", fragments=("deep",)))
    program = {**_TEXTS, "run.exe": b"MZ" + bytes(range(256)) * 4}
    left = Expect.right("ZIP", fragments=("first text",), absent=("MZ",))
    yield Case("with-a-program.zip", lambda: zipped(program), left)
    large = {"64.txt": b"large numbers"}
    yield Case("sixty-four.zip", lambda: _sixty_four(large), Expect.right("ZIP", count=1))


def _prefixed() -> Expect:
    return Expect.either(_ANY, UNSUPPORTED, DAMAGED)


def _sixty_four(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
            with made.open(entry, "w", force_zip64=True) as stream:
                stream.write(data)
    return out.getvalue()


def _named() -> Iterator[Case]:
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
        data = zipped({inside: b"words inside", "b.txt": b"second"})
        yield Case(f"named-{name}.zip", partial(bytes, data), Expect.right("ZIP", count=2))
    twice = by_hand([packed("a.txt", b"one"), packed("a.txt", b"two")])
    yield Case("same-name-twice.zip", lambda: twice, _ANY)
    old = by_hand([Entry(b"\x84\x94\x81.txt", b"words", 5, zlib.crc32(b"words"), method=0)])
    yield Case("names-of-dos.zip", lambda: old, _MAYBE)
    zero = by_hand([packed("a\x00b.txt", b"words")])
    yield Case("name-with-zero.zip", lambda: zero, _MAYBE)
    link = by_hand([packed("link", b"/etc/passwd", mode=_LINK), packed("a.txt", b"words")])
    followed = Expect.right("ZIP", absent=("root:",))
    yield Case("link.zip", lambda: link, followed)


def _locked() -> Iterator[Case]:
    locked = [packed(name, data, flags=1) for name, data in _TEXTS.items()]
    yield Case("locked.zip", lambda: by_hand(locked), Expect.refused(PASSWORD))
    some = by_hand([packed("open.txt", b"open words"), *locked])
    open_ones = Expect.right("ZIP", fragments=("open words",))
    yield Case("locked-in-part.zip", lambda: some, Expect.either(open_ones, PASSWORD))


def _hostile() -> Iterator[Case]:
    inner = zipped(_TEXTS)
    yield Case("zip-in-zip.zip", lambda: zipped({"in.zip": inner, "a.txt": b"outer"}), _ANY)
    yield Case("only-a-zip.zip", lambda: zipped({"in.zip": inner}), _MAYBE)
    yield Case("sixty-deep.zip", _sixty_deep, _MAYBE)
    yield Case("zeros.zip", _bomb, _MAYBE)
    yield Case("letters.zip", _letters, _MAYBE)
    yield Case("forty-two.zip", _layered, _MAYBE)
    yield Case("overlapping.zip", _overlapping, _MAYBE)
    yield Case("ten-thousand.zip", _ten_thousand, Expect.either(_ANY, *COSTLY))
    yield from _untrue(inner)


def _bomb() -> bytes:
    return by_hand([room("zeros.txt", 1_000)])


def _letters() -> bytes:
    return by_hand([room(f"{n}.txt", 60, b"a") for n in range(16)])


def _layered() -> bytes:
    bomb = _bomb()
    inner = zipped({f"{n}.zip": bomb for n in range(4)})
    return zipped({f"lib{n}.zip": inner for n in range(4)})


def _overlapping() -> bytes:
    """Two thousand files of 20 MB, all of them the same bytes of the archive."""
    kernel = room("a", 20, b"a")
    listed = [Entry(b"%d.txt" % n, kernel.stored, kernel.size, kernel.crc) for n in range(2_000)]
    return by_hand(listed, overlap=True)


def _ten_thousand() -> bytes:
    return by_hand(packed(f"{n}.txt", b"text %d" % n) for n in range(10_000))


def _untrue(inner: bytes) -> Iterator[Case]:
    told = packed("a.txt", b"words" * 50)
    for name, size in (("more", 0xFFFFFFF0), ("less", 1)):
        lying = by_hand([Entry(told.name, told.stored, size, told.crc)])
        yield Case(f"says-{name}.zip", partial(bytes, lying), _MAYBE)
    wrong = by_hand([Entry(told.name, told.stored, told.size, 1)])
    yield Case("wrong-sum.zip", lambda: wrong, _MAYBE)
    junk = by_hand([Entry(b"a.txt", b"junk" * 9, 50, 1)])
    yield Case("junk-inside.zip", lambda: junk, _MAYBE)
    strange = by_hand([Entry(b"a.txt", b"words", 5, 1, method=77)])
    yield Case("strange-method.zip", lambda: strange, _MAYBE)
    nothing = zipped({})
    yield Case("nothing.zip", lambda: nothing, Expect.refused(EMPTY, DAMAGED))
    yield Case("only-folders.zip", lambda: zipped({"a/": b"", "b/": b""}), _MAYBE)
    listing = inner.index(b"PK\x01\x02")
    yield Case("no-listing.zip", lambda: inner[:listing], Expect.refused(DAMAGED))
    yield Case("only-listing.zip", lambda: inner[listing:], Expect.refused(DAMAGED, UNSUPPORTED))


def _sixty_deep() -> bytes:
    data = zipped({"a.txt": b"at the bottom"})
    for _ in range(60):
        data = zipped({"in.zip": data})
    return data


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, data in _TEXTS.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            made.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _others() -> Iterator[Case]:
    refused = Expect.refused(ARCHIVE)
    yield Case("texts.tar", _tar, refused)
    yield Case("texts.tar.gz", lambda: gzip.compress(_tar(), mtime=0), refused)
    yield Case("texts.tgz", lambda: gzip.compress(_tar(), mtime=0), refused)
    yield Case("texts.tar.bz2", lambda: bz2.compress(_tar()), refused)
    yield Case("texts.tar.xz", lambda: lzma.compress(_tar()), refused)
    yield Case("log.gz", lambda: gzip.compress(b"a log\n" * 99, mtime=0), refused)
    starts = {
        "a.7z": b"7z\xbc\xaf\x27\x1c\x00\x04",
        "a.rar": b"Rar!\x1a\x07\x00",
        "b.rar": b"Rar!\x1a\x07\x01\x00",
        "a.zst": b"\x28\xb5\x2f\xfd\x04\x00",
    }
    for name, start in starts.items():
        yield Case(name, partial(bytes, start + bytes(range(256)) * 4), refused)
    rarer = {"a.cab": b"MSCF\x00\x00", "a.lz4": b"\x04\x22\x4d\x18", "a.Z": b"\x1f\x9d\x90"}
    rarer |= {"a.deb": b"!<arch>\ndebian-binary", "a.rpm": b"\xed\xab\xee\xdb\x03\x00"}
    for name, start in rarer.items():
        data = start + bytes(range(256)) * 4
        yield Case(name, partial(bytes, data), Expect.refused(ARCHIVE, UNSUPPORTED))
