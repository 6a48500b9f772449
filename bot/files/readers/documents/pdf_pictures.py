"""Shows the first pictures on the pages of a PDF that matter, each where it is in the text."""

from __future__ import annotations

import io
from typing import Any

from bot.files.readers.containers.collecting import MAX_PICTURES
from bot.files.readers.containers.placing import PicturePlacer
from bot.files.readers.pictures import read_picture

# A picture matters from a tenth of the page's width and a twentieth of its height on, and is the
# page itself, scanned, if it covers nearly all of it.
_MIN_WIDTH, _MIN_HEIGHT, _MAX_SHARE = 0.1, 0.05, 0.9
_MAX_PIXELS, _MAX_OBJECTS = 40_000_000, 2_000


class PdfPictures:
    """Collects pictures, page by page."""

    def __init__(self) -> None:
        self._bitmaps = dict[str, Any]()
        self.placer = PicturePlacer(read_picture, self._encode)

    def place(self, page: Any, text_page: Any, number: int, text: str) -> str:
        """Return the text of a page with the places of its pictures."""
        found = self._find(page)
        # From the bottom up, so that the places of those above stay right.
        names = [f"page {number} picture {index}.png" for index in range(1, len(found) + 1)]
        self._bitmaps = dict(zip(names, (one for _, one in found), strict=True))
        placed = [
            (top, self.placer.place(name)) for name, (top, _) in zip(names, found, strict=True)
        ]
        self._bitmaps = {}
        for top, words in reversed(placed):
            above = str(text_page.get_text_bounded(bottom=top)).rstrip()
            at = len(above) if text.startswith(above) else len(text)
            text = f"{text[:at]}\n{words}{text[at:]}" if words else text
        return text

    def _find(self, page: Any) -> list[tuple[float, Any]]:
        """Return the pictures that matter on a page, with their upper edges, from the top down."""
        from pypdfium2 import raw

        width, height = page.get_size()
        found = list[tuple[float, Any]]()
        for index, one in enumerate(
            page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
        ):
            if index >= _MAX_OBJECTS:
                break
            left, bottom, right, top = one.get_bounds()
            across, down = (right - left) / max(width, 1), (top - bottom) / max(height, 1)
            if across >= _MIN_WIDTH and down >= _MIN_HEIGHT and across * down < _MAX_SHARE:
                found.append((top, one))
        return sorted(found, key=lambda pair: -pair[0])

    def _encode(self, name: str) -> bytes | None:
        one = self._bitmaps.get(name)
        if one is None or len(self.placer.pictures) >= MAX_PICTURES:
            return None
        width, height = one.get_px_size()
        if not 0 < width * height <= _MAX_PIXELS:
            return None
        out = io.BytesIO()
        bitmap = one.get_bitmap(render=True)
        bitmap.to_pil().save(out, "PNG", compress_level=1)
        return out.getvalue()
