"""Obeys where only a part of a picture is meant: by a mask, a copy in pink, or places. Pure.

How the part is changed is `pictures.py`'s; for words that say where, see `wishes/part_words.py`.
Next to a copy with strokes it keeps to the places that the notes tell, as a model does that reads
them.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

from bot.domain.pictures.areas import TINTED_PART
from bot.playground.model.pictures import encode_png, open_picture

# A model draws all of a picture again, so that nothing stays the same to the last bit.
_MAX_NOISE = 2
_MIN_TINT = 24  # by which a part in pink differs; compression alone differs by less
_PART_NOTE, _KEPT_PART_NOTE = "[Only a part of ", "stays exactly as it is: "
_PLACE_PATTERN = re.compile(r"(\d+)%-(\d+)% from the left and (\d+)%-(\d+)% from the top")
_REACH = 1  # percent: places are told rounded, and edges are soft


def find_mask(mask: bytes | None, notes: Sequence[str], pictures: Sequence[bytes]) -> bytes | None:
    """Return the mask of the part that is meant: the provider's, that in pink, or where it lies."""
    is_tinted = any(TINTED_PART in note for note in notes)
    if mask is not None or not pictures:
        return mask
    if is_tinted and len(pictures) > 1:
        return _find_tinted_part(*pictures[:2])
    note = next((one for one in notes if one.startswith(_PART_NOTE)), "")
    places = [tuple(int(edge) for edge in found) for found in _PLACE_PATTERN.findall(note)]
    return _mask_places(pictures[0], places, is_kept=_KEPT_PART_NOTE in note) if places else None


def keep_outside(original: bytes, drawn: bytes, mask: bytes) -> bytes:
    """Return the drawn picture inside of the mask, and outside the original with a little noise."""
    before, after = open_picture(original).convert("RGB"), open_picture(drawn).convert("RGB")
    with Image.open(io.BytesIO(mask)) as opened:
        inside = ImageChops.invert(opened.getchannel("A"))
    if after.size != before.size:
        after = after.resize(before.size)
    grain = random.Random(len(original)).randbytes(before.width * before.height)
    shift = Image.frombytes("L", before.size, grain).point([v % _MAX_NOISE for v in range(256)])
    noisy = ImageChops.add(before, Image.merge("RGB", (shift, shift, shift)))
    return encode_png(Image.composite(after, noisy, inside))


def _mask_places(original: bytes, places: Sequence[tuple[int, ...]], *, is_kept: bool) -> bytes:
    """Return a mask of rectangles in percent, or of all but these: transparent there, a PNG."""
    width, height = open_picture(original).size
    reach = -_REACH if is_kept else _REACH
    inside = Image.new("L", (width, height))
    draw = ImageDraw.Draw(inside)
    for left, right, top, bottom in places:
        corner = ((left - reach) * width / 100, (top - reach) * height / 100)
        end = ((right + reach) * width / 100, (bottom + reach) * height / 100)
        if corner[0] < end[0] and corner[1] < end[1]:
            draw.rectangle((*corner, *end), fill=255)
    mask = Image.new("RGBA", (width, height))
    mask.putalpha(inside if is_kept else ImageChops.invert(inside))
    return encode_png(mask)


def _find_tinted_part(original: bytes, tinted: bytes) -> bytes:
    """Return the mask of what differs in a copy of a picture: transparent there, a PNG."""
    before, after = open_picture(original).convert("RGB"), open_picture(tinted).convert("RGB")
    if after.size != before.size:
        after = after.resize(before.size)
    bands = ImageChops.difference(before, after).split()
    largest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    mask = Image.new("RGBA", before.size)
    mask.putalpha(largest.point([0 if value > _MIN_TINT else 255 for value in range(256)]))
    return encode_png(mask)
