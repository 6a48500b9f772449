"""What every reading and every refusal has to be like, and whether it is the one expected."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterator

from PIL import Image as PilImage

from bot.domain.files import Attachment, Reading
from bot.files.kinds import recognise
from tests.corpus.case import Case, Right

LARGEST = 2048
_TOLD = {"exif", "icc_profile", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "parsed_exif"}


def problems_with_reading(case: Case, reading: Reading) -> list[str]:
    """What is wrong with a reading; [] where nothing is."""
    found = [*_unclean(reading)]
    wanted = case.expects.reading
    if wanted is None:
        return [*found, f"read as {reading.kind!r} instead of refused: {case.expects.refusals}"]
    return [*found, *_differs(wanted, reading)]


def problems_with_refusal(case: Case, said: str) -> list[str]:
    found = [*_unclean_sentence(said)]
    if not case.expects.refusals:
        found.append(f"refused: {said}")
    elif not any(part in said for part in case.expects.refusals):
        found.append(f"said {said!r} instead of {case.expects.refusals}")
    return found


def _unclean_sentence(said: str) -> Iterator[str]:
    if not said.startswith("I could not read "):
        yield f"begins otherwise: {said!r}"
    if not said.endswith("."):
        yield f"does not end: {said!r}"
    if len(said) > 400:
        yield f"{len(said)} characters long"
    yield from _unclean_name("the sentence", said)


def _unclean_name(what: str, text: str) -> Iterator[str]:
    if odd := [c for c in text if unicodedata.category(c)[0] == "C" or c in "<>\u2028\u2029"]:
        yield f"{what} has {odd!r} in it"


def _unclean(reading: Reading) -> Iterator[str]:
    """What no reading may have, whatever the file was."""
    yield from _unclean_name("its name", reading.name)
    yield from _unclean_name("its kind", reading.kind)
    yield from _unclean_name("what is left out", reading.left_out)
    if not reading.name or len(reading.name) > 120:
        yield f"its name has {len(reading.name)} characters"
    if any("\x00" in page for page in reading.pages):
        yield "a page has a NUL in it"
    if not reading.pictures and not reading.pages:
        yield "there is nothing in it, and it is not refused"
    if not reading.kind:
        yield "it has no kind"
    for picture in reading.pictures:
        yield from _unclean_picture(picture)


def _unclean_picture(picture: Attachment) -> Iterator[str]:
    yield from _unclean_name("a picture's name", picture.label)
    if picture.mimetype not in ("image/png", "image/jpeg"):
        yield f"a picture is {picture.mimetype}"
    if recognise(picture.data) != picture.mimetype:
        yield f"a picture is no {picture.mimetype}"
    if hashlib.sha256(picture.data).hexdigest() != picture.sha256:
        yield "a picture's digest is another's"
    if b"SECRET" in picture.data:
        yield "a picture tells what was hidden in its file"
    yield from _unclean_pixels(picture)


def _unclean_pixels(picture: Attachment) -> Iterator[str]:
    with PilImage.open(io.BytesIO(picture.data)) as opened:
        opened.load()
        if opened.size != (picture.width, picture.height):
            yield f"a picture is {opened.size}, said {(picture.width, picture.height)}"
        if max(opened.size) > LARGEST:
            yield f"a picture is {opened.size}"
        if told := _TOLD & set(opened.info):
            yield f"a picture tells {sorted(told)}"
        if len(opened.getexif()):
            yield "a picture has EXIF"


def _differs(wanted: Right, reading: Reading) -> Iterator[str]:
    if wanted.kind.lower() not in reading.kind.lower():
        yield f"kind is {reading.kind!r}, not {wanted.kind!r}"
    fewest, most = wanted.pictures
    if not fewest <= len(reading.pictures) <= most:
        yield f"{len(reading.pictures)} pictures, not {fewest} to {most}"
    if wanted.count is not None and reading.count != wanted.count:
        yield f"count is {reading.count}, not {wanted.count}"
    if wanted.scanned is not None and reading.scanned != wanted.scanned:
        yield f"scanned is {reading.scanned}"
    yield from _says_otherwise(wanted, "\n".join(reading.pages))
    if len(reading.pictures) > wanted.which:
        yield from _looks_different(wanted, reading.pictures[wanted.which])


def _says_otherwise(wanted: Right, text: str) -> Iterator[str]:
    for fragment in wanted.fragments:
        if fragment not in text:
            yield f"{fragment!r} is not in {text[:300]!r}"
    for fragment in wanted.absent:
        if fragment in text:
            yield f"{fragment!r} is in {text[:300]!r}"


def _looks_different(wanted: Right, picture: Attachment) -> Iterator[str]:
    with PilImage.open(io.BytesIO(picture.data)) as opened:
        shown = opened.convert("RGBA")
    if wanted.size is not None and shown.size != wanted.size:
        yield f"a picture is {shown.size}, not {wanted.size}"
    lowest, _ = shown.getchannel("A").getextrema()
    if wanted.transparent is not None and wanted.transparent != (lowest != 255):
        yield f"transparent is {lowest != 255}"
    for spot in wanted.spots:
        at = (
            min(shown.width - 1, int(spot.at[0] * shown.width)),
            min(shown.height - 1, int(spot.at[1] * shown.height)),
        )
        seen = shown.getpixel(at)
        assert isinstance(seen, tuple)
        if not _near(seen, spot.colour, wanted.tolerance):
            yield f"at {spot.at} it is {seen}, not {spot.colour}"


def _near(seen: tuple[int, ...], wanted: tuple[int, ...], tolerance: int) -> bool:
    """Alike to the eye; whatever is wholly transparent looks the same."""
    alpha = wanted[3] if len(wanted) == 4 else 255
    if abs(seen[3] - alpha) > tolerance:
        return False
    if alpha == 0:
        return True
    return all(abs(a - b) <= tolerance for a, b in zip(seen[:3], wanted[:3], strict=True))
