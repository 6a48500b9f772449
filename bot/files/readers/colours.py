"""Converts pictures to sRGB, so that colours stay right when the picture's profile is dropped.

Synchronous; runs in a sandbox process. Works on pixels and profiles, not on files.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable

from PIL import Image, ImageCms

# Pillow's modes that a profile applies to, by the name of its colour space.
_MODES = {"GRAY": ("L", "LA"), "CMYK": ("CMYK",), "RGB": ("RGB", "RGBA")}


def convert_to_srgb(
    picture: Image.Image, profile: object, convert_to_rgb: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """Return the picture in RGB or RGBA: by its profile if that fits, else by `convert_to_rgb`."""
    source = _open_profile(profile)
    if source is None:
        return convert_to_rgb(picture)
    modes = _MODES.get(str(source.profile.xcolor_space).strip(), ())
    # Grey and CMYK need the profile before any other conversion.
    prepared = picture if picture.mode in modes else convert_to_rgb(picture)
    if prepared.mode not in modes:
        return prepared
    return _apply_profile(prepared, source) or convert_to_rgb(prepared)


def _open_profile(profile: object) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # an unreadable profile is ignored


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
