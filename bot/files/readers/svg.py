"""Reads SVG drawings: removes scripts and references to other files, then draws a picture.

Uses nothing but the file itself. See `svg_bounds.py` for the limits of a drawing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import math
import re
import warnings
import zlib
from xml.etree.ElementTree import Element, tostring

from PIL import Image as PilImage

from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.kinds import detect_picture_mimetype
from bot.files.readers.fonts import list_font_files
from bot.files.readers.svg_bounds import (
    HREF_ATTRIBUTES,
    MAX_DEPTH,
    MIN_SIDE,
    NUMBER,
    DrawingLimitError,
    get_local_name,
    limit_drawing,
)
from bot.files.unreadable import UnreadableError, build_unreadable_error

_MAX_BYTES = 20_000_000
_MAX_ELEMENTS = 50_000
_MAX_EMBEDDED_PIXELS = 40_000_000
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_DROPPED_ELEMENTS = {
    "script",
    "foreignObject",
    "iframe",
    "audio",
    "video",
    "canvas",
    "metadata",
    "handler",
}
_EMBEDDED_MIMETYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
# Possessive quantifiers, so that a hostile drawing cannot cause backtracking.
_EXTERNAL_REFERENCE = re.compile(
    r"url\(\s*+['\"]?+\s*+(?!#)[^)]*+\)?|@import[^;]*+;?", re.IGNORECASE
)
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:[eE][+-]?\d{1,3})?)\s*([a-z]*)\s*$")
_PIXELS_PER_UNIT = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 3.7795,
    "cm": 37.795,
    "in": 96.0,
}


def is_svg(data: bytes) -> bool:
    """Whether the first element is `svg`; the file may be compressed with gzip."""
    start = _decompress(data, 65_536) if data.startswith(b"\x1f\x8b") else data[:65_536]
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    while text.startswith((b"<?", b"<!")):
        is_comment = text.startswith(b"<!--")
        has_subset = text.startswith(b"<!DOCTYPE") and b"[" in text.partition(b">")[0]
        end = b"-->" if is_comment else b"]>" if has_subset else b">"
        text = text.partition(end)[2].lstrip()
    return re.match(rb"<(?:[\w.-]+:)?svg[\s/>]", text) is not None


def read_svg(name: str, data: bytes) -> ParsedFile:
    """Draw a picture of 1,024 to 2,048 pixels on its longer side.

    Raises `UnreadableError` for a file that is damaged, declares entities or exceeds the limits.
    """
    try:
        root = _parse(name, data)
        linked_count = _clean(root)
        picture = _encode_picture(name, _draw_pixels(name, root, limit_drawing(root)))
    except UnreadableError:
        raise
    except DrawingLimitError as error:
        raise build_unreadable_error(name, "too large inside", detail=str(error)) from error
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except Exception as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    left_out = ""
    if linked_count:
        left_out = Message(
            "{count:,} picture that it does not hold itself",
            plural="{count:,} pictures that it does not hold itself",
            count=linked_count,
        )
    return ParsedFile(clean_name(name), "SVG drawing", (picture,), left_out=left_out)


def draw_on_white(name: str, data: bytes) -> PilImage.Image:
    """Draw an SVG that a program has made, as `read_svg` does, on white. Raises as it does."""
    try:
        root = _parse(name, data)
        _clean(root)
        drawn = _draw_pixels(name, root, limit_drawing(root))
    except DrawingLimitError as error:
        raise build_unreadable_error(name, "too large inside", detail=str(error)) from error
    white = PilImage.new("RGB", drawn.size, (255, 255, 255))
    white.paste(drawn, mask=drawn.getchannel("A"))
    return white


def _decompress(data: bytes, max_bytes: int) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, max_bytes)
    except zlib.error:
        return b""


def _parse(name: str, data: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if data.startswith(b"\x1f\x8b"):
        data = _decompress(data, _MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise DrawingLimitError("bytes")
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(data.lstrip()), ("start", "end")):
            is_start = event == "start"
            root = element if root is None else root
            depth, count = depth + (1 if is_start else -1), count + is_start
            if depth > MAX_DEPTH or count > _MAX_ELEMENTS:
                raise DrawingLimitError("elements")
    except DefusedXmlException as error:
        raise build_unreadable_error(name, "entities") from error
    if root is None or get_local_name(root) != "svg":
        raise build_unreadable_error(name, "damaged", detail="no svg")
    return root


def _clean(root: Element) -> int:
    """Remove scripts and outside references; return how many linked pictures were removed."""
    linked_count = pixel_count = 0
    for element in root.iter():
        if "}" not in element.tag:
            # Some files lack the namespace, and browsers accept them.
            element.tag = f"{{{_SVG_NAMESPACE}}}{element.tag}"
        for child in [child for child in element if get_local_name(child) in _DROPPED_ELEMENTS]:
            element.remove(child)
        element.text = _EXTERNAL_REFERENCE.sub("none", element.text or "")
        for key in [key for key in element.attrib if key.lower().startswith("on")]:
            del element.attrib[key]
        for key, value in element.attrib.items():
            if key not in HREF_ATTRIBUTES:
                element.set(key, _EXTERNAL_REFERENCE.sub("none", value))
                continue
            reference, pixels = _clean_href(value)
            element.set(key, reference)
            pixel_count += pixels
            linked_count += not reference and get_local_name(element) in ("image", "feImage")
    if pixel_count > _MAX_EMBEDDED_PIXELS:
        raise DrawingLimitError("pixels")
    return linked_count


def _clean_href(value: str) -> tuple[str, int]:
    """Return a reference if it is safe, else "", and how many pixels an embedded picture has."""
    value = value.strip()
    prefix, _, payload = value.partition(",")
    if not re.match(r"data:image/[\w.+-]+;(?:[^,]*;)?base64$", prefix, re.IGNORECASE):
        return (value if value.startswith("#") else ""), 0
    try:
        data = base64.b64decode("".join(payload.split()), validate=True)
        mimetype = detect_picture_mimetype(data)
        if mimetype not in _EMBEDDED_MIMETYPES:
            return "", 0
        with warnings.catch_warnings():
            # Pillow's own limit is higher than the one here.
            warnings.simplefilter("error", PilImage.DecompressionBombWarning)
            with PilImage.open(io.BytesIO(data)) as picture:
                pixels = picture.width * picture.height
    except (PilImage.DecompressionBombError, PilImage.DecompressionBombWarning) as error:
        raise DrawingLimitError("pixels") from error
    except (binascii.Error, OSError, ValueError, SyntaxError):
        return "", 0
    # State the detected type: the renderer trusts the type that a reference claims.
    return f"data:{mimetype};base64,{base64.b64encode(data).decode()}", pixels


def _set_size(root: Element, max_side: int) -> None:
    """Set the drawing's size in pixels, whatever size it claims."""
    box = [float(number) for number in NUMBER.findall(root.get("viewBox", ""))]
    has_box = len(box) == 4 and min(box[2:]) > 0 and all(map(math.isfinite, box))
    size = list[float]()
    for key, default in zip(("width", "height"), box[2:] if has_box else (300, 150), strict=True):
        length = _LENGTH.match(root.get(key, "")[:40])
        claimed = float(length[1]) * _PIXELS_PER_UNIT.get(length[2], 0) if length else 0.0
        size.append(claimed if claimed and math.isfinite(claimed) else default)
    if not has_box:
        root.set("viewBox", f"0 0 {size[0]:g} {size[1]:g}")
    longest = min(max(*size, MIN_SIDE), max_side)
    for key, side in zip(("width", "height"), size, strict=True):
        root.set(key, f"{max(1, round(side / max(size) * longest))}")


def _draw_pixels(name: str, root: Element, max_side: int) -> PilImage.Image:
    import resvg_py

    _set_size(root, max_side)
    sans, serif, mono = "DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"
    try:
        drawn = resvg_py.svg_to_bytes(
            tostring(root, "unicode"),
            font_files=list(list_font_files()),
            font_family=sans,
            sans_serif_family=sans,
            serif_family=serif,
            monospace_family=mono,
        )
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the renderer is not an Exception
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    with PilImage.open(io.BytesIO(drawn)) as picture:
        return picture.convert("RGBA")


def _encode_picture(name: str, picture: PilImage.Image) -> Image:
    out = io.BytesIO()
    transparent = picture.getchannel("A").getextrema() != (255, 255)
    if transparent:
        picture.save(out, "PNG", compress_level=6)
    else:
        picture.convert("RGB").save(out, "JPEG", quality=90)
    mimetype, data = "image/png" if transparent else "image/jpeg", out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    return Image(clean_name(name), mimetype, data, digest, *picture.size)
