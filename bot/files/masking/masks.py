"""Makes masks with a soft edge, and puts back what was outside of one.

Runs in a sandbox process. A mask is a greyscale picture here: 255 where the picture changes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bot.domain.pictures.sight import Box, Shares
from bot.domain.pictures.sizes import limit_sides
from bot.files.masking.bits import Bits, grow

# Against the shorter side: how soft the edge is, and how far the mask reaches beyond the strokes.
_FEATHER, _MARGIN = 0.006, 0.004
# The median difference outside of a mask from which on it is another picture, of 255.
_MAX_DRIFT = 2.0
# The same for an original and a copy of it: fine grain differs by 5 where it is shrunk.
_MAX_COPY_DRIFT = 12.0
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
    size = limit_sides(original.size, _COMPARED_SIDE)
    one, other = (
        np.asarray(picture.convert("RGB").resize(size, Image.Resampling.NEAREST), np.int16)
        for picture in (original, drawn)
    )
    outside = np.asarray(mask.resize(size, Image.Resampling.NEAREST)) == 0
    if not outside.any():
        return float("inf")
    return float(np.median(np.abs(one - other).mean(axis=2)[outside]))


def put_back(
    original: Image.Image, sent: Image.Image, drawn: Image.Image, mask: Image.Image
) -> Image.Image | None:
    """Return the original with the drawn picture inside of the mask, which is enlarged to it.

    The model gets the copy `sent`, which may be smaller than the original: `drawn` and `mask` have
    its size. None where they are not the same picture but for the mask.
    """
    if not sent.size == drawn.size == mask.size or not _is_copy_size(original.size, mask.size):
        return None
    if measure_drift(sent, drawn, mask) >= _MAX_DRIFT:
        return None
    if measure_drift(_shrink(original, mask.size), sent, mask) >= _MAX_COPY_DRIFT:
        return None
    has_alpha = "A" in (*original.getbands(), *drawn.getbands())
    together = original.convert("RGBA" if has_alpha else "RGB")
    box = mask.getbbox()
    if box is not None:
        # Only what changes is enlarged: two more pictures of all of it would be too large.
        place, source = _scale_box(box, mask.size, original.size)
        size = (place[2] - place[0], place[3] - place[1])
        part = drawn.convert(together.mode).resize(size, Image.Resampling.LANCZOS, source)
        edge = mask.resize(size, Image.Resampling.BILINEAR, source)
        together.paste(part, place, edge)
    return together


def _is_copy_size(size: tuple[int, int], copy: tuple[int, int]) -> bool:
    """Whether a copy of a picture of `size` may have the size `copy`, whose sides are rounded."""
    is_smaller = size[0] >= copy[0] and size[1] >= copy[1]
    return is_smaller and abs(size[0] * copy[1] - size[1] * copy[0]) <= max(size)


def _shrink(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _scale_box(
    box: Box, size: tuple[int, int], full_size: tuple[int, int]
) -> tuple[Box, tuple[float, float, float, float]]:
    """Return the box around `box` in a picture of `full_size`, and the same in one of `size`."""
    across, down = full_size[0] / size[0], full_size[1] / size[1]
    # Beyond the edge of a mask there is one more pixel that is half in it once it is enlarged.
    left, top = (max(0, edge - 1) for edge in box[:2])
    right, bottom = (min(side, edge + 1) for side, edge in zip(size, box[2:], strict=True))
    place = (
        math.floor(left * across),
        math.floor(top * down),
        min(full_size[0], math.ceil(right * across)),
        min(full_size[1], math.ceil(bottom * down)),
    )
    source = (
        place[0] / across,
        place[1] / down,
        min(float(size[0]), place[2] / across),
        min(float(size[1]), place[3] / down),
    )
    return place, source
