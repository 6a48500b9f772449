"""Makes masks with a soft edge, and puts back what was outside of one.

Runs in a sandbox process. A mask is a greyscale picture here: 255 where the picture changes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bot.domain.pictures.sight import Shares
from bot.files.masking.bits import Bits, grow

# Against the shorter side: how soft the edge is, and how far the mask reaches beyond the strokes.
_FEATHER, _MARGIN = 0.006, 0.004
# The median difference outside of a mask from which on it is another picture, of 255.
_MAX_DRIFT = 2.0
_COMPARED_SIDE = 1024


def draw_cells(size: tuple[int, int], boxes: Sequence[Shares]) -> Image.Image:
    """Return a mask of rectangles, with a soft edge."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for left, top, right, bottom in boxes:
        corner = (round(left * size[0]), round(top * size[1]))
        end = (
            max(corner[0], round(right * size[0]) - 1),
            max(corner[1], round(bottom * size[1]) - 1),
        )
        draw.rectangle((*corner, *end), fill=255)
    return _soften(mask)


def build_mask(
    areas: Sequence[Bits], strokes: Sequence[Bits], size: tuple[int, int]
) -> Image.Image:
    """Return the mask of areas that were found on a small copy, in the picture's own size.

    With `strokes`, these change as well: they are on the picture that is sent.
    """
    together = _join([*areas, *strokes])
    if strokes:
        together = grow(together, max(1, round(_MARGIN * min(together.shape))))
    small = Image.fromarray(together.astype(np.uint8) * 255)
    large = small.resize(size, Image.Resampling.BICUBIC)
    return _soften(large.point([255 if value > 127 else 0 for value in range(256)]))


def leave_out(areas: Sequence[Bits], strokes: Sequence[Bits]) -> Bits:
    """Return areas without what is under their strokes."""
    return _join(areas) & ~grow(_join(strokes), max(1, round(_MARGIN * min(areas[0].shape))))


def invert_mask(mask: Image.Image) -> Image.Image:
    """Return the mask of all that is not in this one."""
    return mask.point([255 - value for value in range(256)])


def _join(several: Sequence[Bits]) -> Bits:
    together = np.zeros_like(several[0])
    for bits in several:
        together |= bits
    return together


def _soften(mask: Image.Image) -> Image.Image:
    radius = min(24.0, max(1.0, _FEATHER * min(mask.size)))
    return mask.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius / 2))


def encode_mask(mask: Image.Image) -> bytes:
    """Return a mask as providers take it: a PNG that is transparent where the picture changes."""
    alpha = invert_mask(mask)
    white = Image.new("L", mask.size, 255)
    out = io.BytesIO()
    Image.merge("RGBA", (white, white, white, alpha)).save(out, "PNG", compress_level=6)
    return out.getvalue()


def decode_mask(data: bytes) -> Image.Image:
    """Return what `encode_mask` was given."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        return invert_mask(picture.getchannel("A"))


def measure_drift(original: Image.Image, drawn: Image.Image, mask: Image.Image) -> float:
    """Return the median difference outside of the mask, of 255; infinite where none is outside.

    That of a pixel is the mean over its colours: a tint of one colour is a difference as well.
    """
    scale = min(1.0, _COMPARED_SIDE / max(original.size))
    width, height = (max(1, round(side * scale)) for side in original.size)
    one, other = (
        np.asarray(
            picture.convert("RGB").resize((width, height), Image.Resampling.NEAREST), np.int16
        )
        for picture in (original, drawn)
    )
    outside = np.asarray(mask.resize((width, height), Image.Resampling.NEAREST)) == 0
    if not outside.any():
        return float("inf")
    return float(np.median(np.abs(one - other).mean(axis=2)[outside]))


def put_back(original: Image.Image, drawn: Image.Image, mask: Image.Image) -> Image.Image | None:
    """Return the drawn picture inside of the mask and the original outside of it.

    None where they are not the same picture but for the mask, and where sizes differ.
    """
    if not original.size == drawn.size == mask.size:
        return None
    if measure_drift(original, drawn, mask) >= _MAX_DRIFT:
        return None
    has_alpha = "A" in (*original.getbands(), *drawn.getbands())
    mode = "RGBA" if has_alpha else "RGB"
    return Image.composite(drawn.convert(mode), original.convert(mode), mask)
