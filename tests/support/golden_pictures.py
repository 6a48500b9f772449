"""A golden set of large pictures, made by code, and which of their words can be read as sent."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageStat

from bot.domain.files import Image as SentImage
from tests.support.pages import Page, draw_dashboard, draw_table, draw_text, photograph
from tests.support.pictures import encode_picture

# Of 255: what JPEG changes at the quality that is sent.
MAX_MEAN_DIFFERENCE = 4
_DARK, _LIGHT = (24, 26, 33), (205, 208, 214)


@dataclass(frozen=True, slots=True)
class GoldenPicture:
    """`draw` makes it; `kind` is the format of its file."""

    name: str
    draw: Callable[[], Page]
    kind: str = "PNG"

    def encode(self, page: Page) -> bytes:
        """Return the file as it is uploaded."""
        return encode_picture(
            page.picture, self.kind, **({"quality": 90} if self.kind == "JPEG" else {})
        )


def list_golden_pictures() -> list[GoldenPicture]:
    """Return tall, wide, dense, dark and photographed pictures with text of 10 pixels and more."""
    return [*_list_pages(), *_list_boards(), *_list_photos()]


def _list_pages() -> Iterator[GoldenPicture]:
    tall = [(1200, 8000), (1080, 6400), (900, 9600), (1440, 5200)]
    for number, size in enumerate(tall):
        for text_size in (10, 12, 14, 18, 24):
            yield _build(f"tall {size[0]}x{size[1]}", draw_text, size, text_size, number)
    for number, size in enumerate([(1170, 2532), (1080, 2400), (1290, 2796)]):
        for text_size in (20, 34):
            yield _build(f"phone {size[0]}x{size[1]}", draw_text, size, text_size, number)
    for text_size in (14, 28, 40):
        yield _build("A3 at 300 dpi", draw_text, (3508, 4961), text_size, text_size)
        yield _build("A3 on its side", draw_text, (4961, 3508), text_size, text_size)
    for size in [(1400, 6000), (2400, 1800)]:
        for text_size in (12, 16):
            yield GoldenPicture(
                f"dark {size[0]}x{size[1]}, {text_size}",
                lambda size=size, text_size=text_size: draw_text(  # type: ignore[misc] # bound now
                    size, text_size, ink=_LIGHT, paper=_DARK
                ),
            )


def _list_boards() -> Iterator[GoldenPicture]:
    for text_size in (12, 14, 18, 24, 32):
        yield _build("dashboard", draw_dashboard, (3840, 2160), text_size, text_size)
        yield _build("dashboard", draw_dashboard, (5120, 1440), text_size, text_size)
    for size in [(2600, 3000), (6400, 1400), (1600, 7000)]:
        for text_size in (12, 16, 22):
            yield _build(f"table {size[0]}x{size[1]}", draw_table, size, text_size, text_size)


def _list_photos() -> Iterator[GoldenPicture]:
    for text_size in (18, 24, 32, 40):
        for noise in (4, 9, 14):
            yield GoldenPicture(
                f"photographed page, {text_size}, noise {noise}",
                lambda text_size=text_size, noise=noise: photograph(  # type: ignore[misc] # bound now
                    draw_text((3200, 2400), text_size, ink=(60, 55, 55), paper=(226, 221, 210)),
                    (4032, 3024),
                    noise=noise,
                ),
                "JPEG",
            )


def _build(
    name: str,
    draw: Callable[..., Page],
    size: tuple[int, int],
    text_size: int,
    seed: int,
) -> GoldenPicture:
    return GoldenPicture(f"{name}, {text_size}", lambda: draw(size, text_size, seed=seed + 1))


def count_words_as_drawn(page: Page, source: bytes, sent: Sequence[SentImage]) -> int:
    """Count the words whose pixels in what is sent are those of the file, but for compression."""
    parts = [
        (one.sight.shown_box, _open_rgb(one.data))
        for one in sent
        if one.percent == 100 and one.sight.shown_box is not None
    ]
    whole = _open_rgb(source)
    return sum(any(_is_same(whole, box, part) for part in parts) for _, box in page.words)


def _is_same(
    whole: Image.Image,
    word: tuple[int, int, int, int],
    part: tuple[tuple[int, int, int, int], Image.Image],
) -> bool:
    (left, top, right, bottom), picture = part
    if not (left <= word[0] and top <= word[1] and word[2] <= right and word[3] <= bottom):
        return False
    there = picture.crop((word[0] - left, word[1] - top, word[2] - left, word[3] - top))
    means = ImageStat.Stat(ImageChops.difference(whole.crop(word), there)).mean
    return max(means) < MAX_MEAN_DIFFERENCE


def _open_rgb(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def count_readable(page: Page, sent: Sequence[SentImage]) -> int:
    """Count the words that lie whole in one of the pictures sent, and are seen at full size."""
    boxes = [picture.sight.shown_box for picture in sent if picture.percent == 100]
    return sum(
        any(
            left <= word[0] and top <= word[1] and word[2] <= right and word[3] <= bottom
            for left, top, right, bottom in boxes
        )
        for _, word in page.words
    )
