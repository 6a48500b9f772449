"""Makes of a file that Pillow does not read one that it does, where that loses nothing to see.

Runs in a sandbox process. See the other modules here for each kind of file.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from PIL import Image

from bot.domain.messages import Message
from bot.files.kinds import RAW_MIMETYPE, detect_picture_mimetype
from bot.files.readers.pixels.bitmaps import rewrite_bitmap
from bot.files.readers.pixels.crops import find_clean_aperture
from bot.files.readers.pixels.limits import MAX_PIXELS
from bot.files.readers.pixels.photoshop import is_deep_photoshop, read_photoshop
from bot.files.readers.pixels.raws import find_embedded
from bot.files.readers.pixels.tiffs import is_unknown_tiff, read_tiff
from bot.files.unreadable import build_unreadable_error

_PREVIEW_ONLY = (
    "all but the preview of {width:,} × {height:,} pixels that the camera put into the file"
)
RAW_TITLE = "RAW picture"
_MAX_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TranslatedPicture:
    """The bytes of a picture as Pillow reads it. `title` is its kind where that is another now.

    `notes` say what of the file is not shown, or shown in another way.
    """

    data: bytes
    title: str = ""
    notes: tuple[Message, ...] = ()


def translate_picture(name: str, data: bytes) -> TranslatedPicture:
    """Return a picture that Pillow reads. Raises `UnreadableError` where there is none."""
    mimetype = detect_picture_mimetype(data)
    if mimetype == RAW_MIMETYPE:
        return _translate_raw(name, data)
    if mimetype == "image/bmp":
        return TranslatedPicture(rewrite_bitmap(data))
    if mimetype == "image/tiff" and is_unknown_tiff(data):
        return _translate_tiff(name, data)
    if mimetype == "image/vnd.adobe.photoshop" and is_deep_photoshop(data):
        return _translate_layered(name, data)
    if mimetype == "image/avif" and b"clap" in data[:_MAX_HEADER_BYTES]:
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            return _translate_avif(data)  # a damaged one is told of where it is opened
    return TranslatedPicture(data)


def _translate_avif(data: bytes) -> TranslatedPicture:
    """Return the part of an AVIF that is to be shown, by itself, turned as the file says."""
    with Image.open(io.BytesIO(data), formats=["AVIF"]) as picture:
        box = find_clean_aperture(data, picture.size)
        # What is larger is refused where the picture is opened.
        if box is None or picture.width * picture.height > MAX_PIXELS:
            return TranslatedPicture(data)
        shown, out = picture.crop(box), io.BytesIO()
        profile = picture.info.get("icc_profile")
        shown.save(out, "PNG", compress_level=1, exif=picture.getexif(), icc_profile=profile)
    return TranslatedPicture(out.getvalue(), "AVIF picture")


def _translate_raw(name: str, data: bytes) -> TranslatedPicture:
    found = find_embedded(data)
    if found is None:
        raise build_unreadable_error(name, "no preview")
    note = Message(_PREVIEW_ONLY, width=found.width, height=found.height)
    return TranslatedPicture(found.data, RAW_TITLE, (note,))


def _translate_tiff(name: str, data: bytes) -> TranslatedPicture:
    """Return a TIFF of fractions as one of eight bits; as it is where that fails, too."""
    try:
        picture, notes = read_tiff(data)
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except Exception:  # noqa: BLE001 - a damaged file raises anything, and is told of by Pillow
        return TranslatedPicture(data)
    out = io.BytesIO()
    picture.save(out, "TIFF")
    return TranslatedPicture(out.getvalue(), notes=tuple(notes))


def _translate_layered(name: str, data: bytes) -> TranslatedPicture:
    """Return a Photoshop file that Pillow does not know as a plain picture."""
    try:
        picture, note = read_photoshop(data)
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except NotImplementedError as error:
        raise build_unreadable_error(name, "rare form", detail=str(error)) from error
    except Exception as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return TranslatedPicture(out.getvalue(), "PSD picture", (note,) if note else ())
