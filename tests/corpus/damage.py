"""One sound file of every format, damaged: cut off, with zeros in the middle, or scratched."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image

from tests.corpus.bmp import BitmapFormat, build_bmp
from tests.corpus.case import (
    COSTLY,
    DAMAGED,
    EMPTY,
    NO_DOCUMENT,
    NO_PICTURE,
    NO_WORDS,
    PASSWORD,
    PIXELS,
    UNSUPPORTED,
    Case,
    Expectation,
)
from tests.corpus.letters import build_html, build_mail
from tests.corpus.office import build_slides, build_xlsx
from tests.corpus.pdf import build_one_page
from tests.corpus.phone import build_avif, build_heic
from tests.corpus.svg import build_svg
from tests.corpus.word import build_docx
from tests.corpus.zips import build_zip
from tests.support.pictures import encode_picture

_SIDE_PIXELS = 120
# How many bytes at the start are enough to recognise each format.
_HEAD_BYTES = {"png": 33, "jpg": 20, "gif": 13, "webp": 30, "tif": 8, "bmp": 54}
_CUT_PERCENTS = (10, 50, 90, 99)


def build_noise(kind: str) -> bytes:
    """Build noise, which no compression makes small, so that a cut removes pixels."""
    rng = random.Random(kind)
    picture = Image.frombytes(
        "RGB", (_SIDE_PIXELS, _SIDE_PIXELS), rng.randbytes(_SIDE_PIXELS * _SIDE_PIXELS * 3)
    )
    return encode_picture(picture, kind)


SOUND_BUILDERS: dict[str, Callable[[], bytes]] = {
    "png": partial(build_noise, "PNG"),
    "jpg": partial(build_noise, "JPEG"),
    "gif": partial(build_noise, "GIF"),
    "webp": partial(build_noise, "WEBP"),
    "tif": partial(build_noise, "TIFF"),
    "bmp": partial(build_bmp, BitmapFormat(24)),
    "heic": build_heic,
    "avif": build_avif,
    "svg": build_svg,
    "pdf": build_one_page,
    "docx": build_docx,
    "xlsx": build_xlsx,
    "pptx": build_slides,
    "zip": partial(build_zip, {"a.txt": b"words " * 99, "b.txt": b"more words " * 99}),
    "html": build_html,
    "eml": lambda: build_mail().as_bytes(),
}


def list_cases() -> Iterator[Case]:
    for ending, make in SOUND_BUILDERS.items():
        for percent in _CUT_PERCENTS:
            yield Case(
                f"cut-{percent}.{ending}",
                partial(_cut, make, percent),
                _expect_after_damage(ending),
            )
        head = partial(_keep_head, make, _HEAD_BYTES.get(ending, 16))
        yield Case(f"head-only.{ending}", head, _expect_after_damage(ending))
        yield Case(f"hollow.{ending}", partial(_hollow_out, make), _expect_after_damage(ending))
        for seed in range(3):
            scratched = partial(_scratch, make, seed)
            yield Case(f"scratched-{seed}.{ending}", scratched, _expect_after_damage(ending))
        yield Case(f"twice.{ending}", partial(_double, make), _expect_after_damage(ending))


def _expect_after_damage(ending: str) -> Expectation:
    """Expect content or a refusal; a scratch may also hit the fields that name the format."""
    shown = Expectation.expect_file(incomplete=None)
    refusals = [DAMAGED, UNSUPPORTED, NO_PICTURE, NO_DOCUMENT, EMPTY, NO_WORDS, PIXELS, *COSTLY]
    if ending in ("docx", "xlsx", "pptx", "zip"):
        refusals += [PASSWORD, "archive in an archive"]
    if ending == "pdf":
        refusals += [PASSWORD]
    return Expectation.expect_either(shown, *refusals)


def _cut(make: Callable[[], bytes], percent: int) -> bytes:
    data = make()
    return data[: max(1, len(data) * percent // 100)]


def _keep_head(make: Callable[[], bytes], length: int) -> bytes:
    return make()[:length]


def _hollow_out(make: Callable[[], bytes]) -> bytes:
    """Zero the middle fifth, as a broken download or disk does."""
    data = make()
    start, end = len(data) * 2 // 5, len(data) * 3 // 5
    return data[:start] + bytes(end - start) + data[end:]


def _scratch(make: Callable[[], bytes], seed: int) -> bytes:
    data, rng = bytearray(make()), random.Random(seed)
    for _ in range(8):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def _double(make: Callable[[], bytes]) -> bytes:
    return make() * 2
