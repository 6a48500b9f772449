"""One sound file of every format, cut off, hollowed out, scratched."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image

from tests.corpus.bmp import Shape, bmp
from tests.corpus.case import COSTLY, DAMAGED, EMPTY, PASSWORD, PIXELS, UNSUPPORTED, Case, Expect
from tests.corpus.drawing import file_of
from tests.corpus.letters import html, mail
from tests.corpus.office import slides, xlsx
from tests.corpus.pdf import one_page
from tests.corpus.phone import avif, heic
from tests.corpus.svg import svg
from tests.corpus.word import docx
from tests.corpus.zips import zipped

_SIDE = 120
# How much of a file each format shows of itself: enough of its start to be recognised.
_HEADS = {"png": 33, "jpg": 20, "gif": 13, "webp": 30, "tif": 8, "bmp": 54}
_CUTS = (10, 50, 90, 99)


def noise(kind: str) -> bytes:
    """Pixels that no compression makes small: a cut is felt."""
    rnd = random.Random(kind)
    picture = Image.frombytes("RGB", (_SIDE, _SIDE), rnd.randbytes(_SIDE * _SIDE * 3))
    return file_of(picture, kind)


SOUND: dict[str, Callable[[], bytes]] = {
    "png": partial(noise, "PNG"),
    "jpg": partial(noise, "JPEG"),
    "gif": partial(noise, "GIF"),
    "webp": partial(noise, "WEBP"),
    "tif": partial(noise, "TIFF"),
    "bmp": partial(bmp, Shape(24)),
    "heic": heic,
    "avif": avif,
    "svg": svg,
    "pdf": one_page,
    "docx": docx,
    "xlsx": xlsx,
    "pptx": slides,
    "zip": partial(zipped, {"a.txt": b"words " * 99, "b.txt": b"more words " * 99}),
    "html": html,
    "eml": lambda: mail().as_bytes(),
}
# Nobody can tell whether text was longer, and of these what is there is worth something.
_TEXTUAL = ("html", "eml")


def cases() -> Iterator[Case]:
    for ending, make in SOUND.items():
        for percent in _CUTS:
            yield Case(f"cut-{percent}.{ending}", partial(_cut, make, percent), _after(ending))
        head = partial(_head, make, _HEADS.get(ending, 16))
        yield Case(f"head-only.{ending}", head, _after(ending))
        yield Case(f"hollow.{ending}", partial(_hollow, make), _after(ending))
        for seed in range(3):
            scratched = partial(_scratched, make, seed)
            yield Case(f"scratched-{seed}.{ending}", scratched, _after(ending))
        yield Case(f"twice.{ending}", partial(_twice, make), _after(ending))


def _after(ending: str) -> Expect:
    """Something to see, or "damaged"; a scratch may also hit what says how a file is to be read."""
    shown = Expect.right()
    refusals = [DAMAGED, UNSUPPORTED, EMPTY, PIXELS, *COSTLY]
    if ending in ("docx", "xlsx", "pptx", "zip"):
        refusals += [PASSWORD, "archive in an archive"]
    if ending == "pdf":
        refusals += [PASSWORD]
    return Expect.either(shown, *refusals)


def _cut(make: Callable[[], bytes], percent: int) -> bytes:
    data = make()
    return data[: max(1, len(data) * percent // 100)]


def _head(make: Callable[[], bytes], length: int) -> bytes:
    return make()[:length]


def _hollow(make: Callable[[], bytes]) -> bytes:
    """The middle fifth is gone: what a broken download or disk leaves."""
    data = make()
    start, end = len(data) * 2 // 5, len(data) * 3 // 5
    return data[:start] + bytes(end - start) + data[end:]


def _scratched(make: Callable[[], bytes], seed: int) -> bytes:
    data, rnd = bytearray(make()), random.Random(seed)
    for _ in range(8):
        data[rnd.randrange(len(data))] = rnd.randrange(256)
    return bytes(data)


def _twice(make: Callable[[], bytes]) -> bytes:
    return make() * 2
