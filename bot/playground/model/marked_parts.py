"""Obeys where only a part of a picture is meant, by a mask or by a copy in pink. Pure.

How the part is changed is `pictures.py`'s. Of a copy with strokes it cannot tell the part.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence

from PIL import Image, ImageChops

from bot.answering.masking.sentences import TINTED_PART
from bot.playground.model.pictures import encode_png, open_picture

# A model draws all of a picture again, so that nothing stays the same to the last bit.
_MAX_NOISE = 2
_MIN_TINT = 24  # by which a part in pink differs; compression alone differs by less
_CELLS_PATTERN = re.compile(
    r"(?i)(?:\b(?:only|just|nur|seulement|uniquement|s[oó]lo|solamente) )?\b[a-l]\d{1,2}(?!\w)"
    r"(?: ?(?:to|bis|à|a|and|und|et|y|から|,|-) ?[a-l]\d{1,2}(?!\w))*(?:まで)?"
    r"(?:だけ|のみ)?を?[:：,]?",
    re.ASCII,
)


def erase_cells(question: str) -> str:
    """Return a question without the cells of the grid that it begins with: “only B3: …”."""
    return _CELLS_PATTERN.sub(" ", question).strip()


def find_mask(mask: bytes | None, notes: Sequence[str], pictures: Sequence[bytes]) -> bytes | None:
    """Return the mask of the part that is meant: the provider's, or that of the part in pink."""
    is_tinted = any(TINTED_PART in note for note in notes)
    if mask is None and is_tinted and len(pictures) > 1:
        return _find_tinted_part(*pictures[:2])
    return mask


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
