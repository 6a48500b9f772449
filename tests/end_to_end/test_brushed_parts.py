"""A brush over a part of a picture that was sent, or put together, changes that part alone."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

from tests.support.easel import run_easel
from tests.support.files import list_files, read_texts
from tests.support.marked_pictures import Box, build_photo, measure_changes
from tests.support.pictures import encode_picture


def brush(data: bytes, box: Box) -> bytes:
    """Return a picture with half-transparent strokes over a box, as the large view draws them."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    painted = picture.copy()
    ImageDraw.Draw(painted).rounded_rectangle(box, 20, fill=(255, 45, 149))
    return encode_picture(Image.blend(picture, painted, 0.5))


async def test_brushing_a_sent_picture_and_then_its_composite_changes_each_part_alone(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("what is this?", files=[("boat.png", build_photo())])
        shown = build_photo()
        for box, wish in (((60, 50, 240, 200), "green"), ((380, 260, 560, 420), "red")):
            files = [("boat-marked.png", brush(shown, box))]
            await easel.ask(f"make this {wish}", thread_ts=root, files=files)
            strokes = box[0] - 12, box[1] - 12, box[2] + 12, box[3] + 12  # with a soft edge
            kept = list_files(easel, root)[-1]
            outside, inside = measure_changes(shown, kept.data, strokes)
            assert outside == 0 and inside > 8, (kept.name, outside, inside)
            shown = kept.data
        assert list_files(easel, root)[-1].name.endswith("-v4.png")
        assert "In v4, everything outside of the part you chose is exactly" in read_texts(
            easel, root
        )
