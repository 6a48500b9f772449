"""Checks parsed files and refusals: the rules for all of them, and what a case expects."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterator

from PIL import Image as PilImage

from bot.domain.files import Image, ParsedFile
from bot.files.kinds import detect_picture_mimetype
from tests.corpus.case import Case, ExpectedFile

MAX_SIDE_PIXELS = 2048
_METADATA_KEYS = {
    "exif",
    "icc_profile",
    "xmp",
    "XML:com.adobe.xmp",
    "comment",
    "photoshop",
    "parsed_exif",
}


def find_file_problems(case: Case, parsed_file: ParsedFile) -> list[str]:
    """Return what is wrong with a parsed file."""
    found = [*_find_general_problems(parsed_file)]
    expected = case.expects.file
    if expected is None:
        return [*found, f"read as {parsed_file.kind!r} instead of refused: {case.expects.refusals}"]
    return [*found, *_find_differences(expected, parsed_file)]


def find_refusal_problems(case: Case, message: str) -> list[str]:
    """Return what is wrong with a refusal."""
    found = [*_find_message_problems(message)]
    if not case.expects.refusals:
        found.append(f"refused: {message}")
    elif not any(part in message for part in case.expects.refusals):
        found.append(f"said {message!r} instead of {case.expects.refusals}")
    return found


def _find_message_problems(message: str) -> Iterator[str]:
    if not message.startswith("I could not read "):
        yield f"begins otherwise: {message!r}"
    if not message.endswith("."):
        yield f"does not end: {message!r}"
    if len(message) > 400:
        yield f"{len(message)} characters long"
    yield from _find_name_problems("the sentence", message)


def _find_name_problems(description: str, text: str) -> Iterator[str]:
    if bad_chars := [c for c in text if unicodedata.category(c)[0] == "C" or c in "<>\u2028\u2029"]:
        yield f"{description} has {bad_chars!r} in it"


def _find_general_problems(parsed_file: ParsedFile) -> Iterator[str]:
    """Find what no parsed file may have, whatever the file was."""
    yield from _find_name_problems("its name", parsed_file.name)
    yield from _find_name_problems("its kind", parsed_file.kind)
    yield from _find_name_problems("what is left out", parsed_file.left_out)
    if not parsed_file.name or len(parsed_file.name) > 120:
        yield f"its name has {len(parsed_file.name)} characters"
    if any("\x00" in page for page in parsed_file.pages):
        yield "a page has a NUL in it"
    if not parsed_file.pictures and not parsed_file.pages:
        yield "there is nothing in it, and it is not refused"
    if not parsed_file.kind:
        yield "it has no kind"
    if parsed_file.is_incomplete and not parsed_file.left_out:
        yield "it is incomplete, and what is missing is not said"
    for picture in parsed_file.pictures:
        yield from _find_picture_problems(picture)


def _find_picture_problems(picture: Image) -> Iterator[str]:
    yield from _find_name_problems("a picture's name", picture.label)
    if picture.mimetype not in ("image/png", "image/jpeg", "image/webp"):
        yield f"a picture is {picture.mimetype}"
    if detect_picture_mimetype(picture.data) != picture.mimetype:
        yield f"a picture is no {picture.mimetype}"
    if hashlib.sha256(picture.data).hexdigest() != picture.sha256:
        yield "a picture's digest is another's"
    if b"SECRET" in picture.data:
        yield "a picture tells what was hidden in its file"
    yield from _find_pixel_problems(picture)


def _find_pixel_problems(picture: Image) -> Iterator[str]:
    with PilImage.open(io.BytesIO(picture.data)) as decoded:
        decoded.load()
        if decoded.size != (picture.width, picture.height):
            yield f"a picture is {decoded.size}, said {(picture.width, picture.height)}"
        if max(decoded.size) > MAX_SIDE_PIXELS:
            yield f"a picture is {decoded.size}"
        if metadata_keys := _METADATA_KEYS & set(decoded.info):
            yield f"a picture tells {sorted(metadata_keys)}"
        if len(decoded.getexif()):
            yield "a picture has EXIF"


def _find_differences(expected: ExpectedFile, parsed_file: ParsedFile) -> Iterator[str]:
    if expected.kind.lower() not in parsed_file.kind.lower():
        yield f"kind is {parsed_file.kind!r}, not {expected.kind!r}"
    min_pictures, max_pictures = expected.pictures
    if not min_pictures <= len(parsed_file.pictures) <= max_pictures:
        yield f"{len(parsed_file.pictures)} pictures, not {min_pictures} to {max_pictures}"
    if expected.count is not None and parsed_file.count != expected.count:
        yield f"count is {parsed_file.count}, not {expected.count}"
    if expected.scanned is not None and parsed_file.is_scanned != expected.scanned:
        yield f"scanned is {parsed_file.is_scanned}"
    if expected.incomplete is not None and parsed_file.is_incomplete != expected.incomplete:
        yield f"incomplete is {parsed_file.is_incomplete}, {parsed_file.left_out!r}"
    if expected.left_out not in parsed_file.left_out:
        yield f"left out is {parsed_file.left_out!r}, not {expected.left_out!r}"
    yield from _find_text_differences(expected, "\n".join(parsed_file.pages))
    if len(parsed_file.pictures) > expected.which:
        yield from _find_picture_differences(expected, parsed_file.pictures[expected.which])


def _find_text_differences(expected: ExpectedFile, text: str) -> Iterator[str]:
    for fragment in expected.fragments:
        if fragment not in text:
            yield f"{fragment!r} is not in {text[:300]!r}"
    for fragment in expected.absent:
        if fragment in text:
            yield f"{fragment!r} is in {text[:300]!r}"


def _find_picture_differences(expected: ExpectedFile, picture: Image) -> Iterator[str]:
    with PilImage.open(io.BytesIO(picture.data)) as opened:
        shown = opened.convert("RGBA")
    if expected.size is not None and shown.size != expected.size:
        yield f"a picture is {shown.size}, not {expected.size}"
    lowest, _ = shown.getchannel("A").getextrema()
    if expected.transparent is not None and expected.transparent != (lowest != 255):
        yield f"transparent is {lowest != 255}"
    for spot in expected.spots:
        at = (
            min(shown.width - 1, int(spot.at[0] * shown.width)),
            min(shown.height - 1, int(spot.at[1] * shown.height)),
        )
        seen = shown.getpixel(at)
        assert isinstance(seen, tuple)
        if not _is_close(seen, spot.colour, expected.tolerance):
            yield f"at {spot.at} it is {seen}, not {spot.colour}"


def _is_close(actual: tuple[int, ...], expected: tuple[int, ...], tolerance: int) -> bool:
    """Whether two colours look alike; all fully transparent colours do."""
    alpha = expected[3] if len(expected) == 4 else 255
    if abs(actual[3] - alpha) > tolerance:
        return False
    if alpha == 0:
        return True
    return all(abs(a - b) <= tolerance for a, b in zip(actual[:3], expected[:3], strict=True))
