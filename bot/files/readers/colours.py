"""Colours as the eye should see them once a picture's profile is gone: everything in sRGB.

Synchronous; runs in a decoder's process. Knows pixels and profiles, no files.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable

from PIL import Image, ImageCms

# Which pixels a profile is for, by the name of its colours.
_MODES = {"GRAY": ("L", "LA"), "CMYK": ("CMYK",), "RGB": ("RGB", "RGBA")}


def convert_to_srgb(
    picture: Image.Image, profile: object, convert_to_rgb: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """The picture in RGB or RGBA, as `plain` makes it, by way of its profile where that fits."""
    source = _open_profile(profile)
    if source is None:
        return convert_to_rgb(picture)
    fits = _MODES.get(str(source.profile.xcolor_space).strip(), ())
    # Grey and printed colours have to go the profile's way before they are anything else.
    own = picture if picture.mode in fits else convert_to_rgb(picture)
    if own.mode not in fits:
        return own
    return _apply_profile(own, source) or convert_to_rgb(own)


def _open_profile(profile: object) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # a profile that cannot be read is worth less than none


def _apply_profile(picture: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image | None:
    alpha = picture.getchannel("A") if picture.mode == "LA" else None
    bare = picture.convert("L") if alpha is not None else picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(bare, source, _build_srgb_profile(), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if converted is not None and alpha is not None:
        converted.putalpha(alpha)
    return converted


@functools.cache
def _build_srgb_profile() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
