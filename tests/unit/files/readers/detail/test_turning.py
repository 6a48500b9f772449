"""A part of an upright picture is found in the picture as it is stored."""

from __future__ import annotations

import pytest
from PIL import Image

from bot.files.readers.detail.turning import compute_upright_size, crop_upright

PICTURE = Image.linear_gradient("L").resize((7, 5))
PICTURE.putdata(range(35))


@pytest.mark.parametrize("transpose", [None, *Image.Transpose])
@pytest.mark.parametrize("box", [(0, 0, 2, 3), (1, 2, 5, 4), (3, 1, 5, 5), (0, 0, 5, 5)])
def test_cut_and_turned_is_the_same_as_turned_and_cut(
    transpose: Image.Transpose | None, box: tuple[int, int, int, int]
) -> None:
    upright = PICTURE if transpose is None else PICTURE.transpose(transpose)
    assert compute_upright_size(PICTURE.size, transpose) == upright.size
    part = crop_upright(PICTURE, box, transpose)
    turned = part if transpose is None else part.transpose(transpose)
    assert turned.tobytes() == upright.crop(box).tobytes()
