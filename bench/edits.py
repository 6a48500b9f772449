"""Measures what is done to a picture of 12 megapixels without a model, in a decoder process."""

from __future__ import annotations

import io
import random
import time

from PIL import Image, ImageDraw, ImageFilter

from bench.run import compute_median
from bench.table import print_row
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.editor import PictureEditor
from bot.files.sandbox.sandbox import Sandbox

_SIZE = (4_000, 3_000)
_ROUNDS = 5
_OPERATIONS = {
    "crop to 1:1": Operation(OperationKind.CROP, shape=(1, 1)),
    "pad to 16:9": Operation(OperationKind.PAD, shape=(16, 9)),
    "rotate 90": Operation(OperationKind.ROTATE, degrees=90),
    "flip": Operation(OperationKind.FLIP),
    "resize to 2048x1536": Operation(OperationKind.RESIZE, size=PictureSize(2_048, 1_536)),
    "as jpg": Operation(OperationKind.CONVERT, extension="jpg"),
    "strip metadata": Operation(OperationKind.STRIP),
}


async def measure_edits() -> None:
    """Print the median of each operation, on a photo and on a screenshot."""
    sources = {"JPEG photo": _make_photo(), "PNG screenshot": _make_screenshot()}
    async with Sandbox(max_processes=1) as sandbox:
        editor = PictureEditor(sandbox)
        for kind, data in sources.items():
            await editor.edit("a", data, [_OPERATIONS["flip"]])  # starts the process
            for name, operation in _OPERATIONS.items():
                times = []
                for _ in range(_ROUNDS):
                    started_at = time.perf_counter()
                    await editor.edit("a", data, [operation])
                    times.append(time.perf_counter() - started_at)
                print_row(f"{name}, {kind}", f"{compute_median(times) * 1_000:.0f}")
            started_at = time.perf_counter()
            await editor.find_palette("a", data, 6)
            print_row(f"palette, {kind}", f"{(time.perf_counter() - started_at) * 1_000:.0f}")
            started_at = time.perf_counter()
            await editor.compare("a and a", [data, data], overlays=False)
            print_row(f"difference, {kind}", f"{(time.perf_counter() - started_at) * 1_000:.0f}")


def _make_photo() -> bytes:
    """Draw something soft with the noise of a camera."""
    rng, small = random.Random(3), Image.new("RGB", (400, 300), (120, 140, 160))
    pen = ImageDraw.Draw(small)
    for _ in range(90):
        x, y, size = rng.random() * 400, rng.random() * 300, rng.random() * 60
        colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    soft = small.filter(ImageFilter.GaussianBlur(2)).resize(_SIZE, Image.Resampling.BICUBIC)
    noisy = Image.blend(soft, Image.effect_noise(_SIZE, 40).convert("RGB"), 0.05)
    return _encode(noisy, "JPEG", quality=90)


def _make_screenshot() -> bytes:
    """Draw windows with lines of text in them."""
    rng, screen = random.Random(4), Image.new("RGB", _SIZE, (246, 246, 248))
    pen = ImageDraw.Draw(screen)
    for row in range(90):
        for column in range(6):
            x, y = 40 + column * 660, 30 + row * 33
            pen.rectangle((x, y, x + rng.randrange(200, 600), y + 16), fill=(60, 62, 70))
    return _encode(screen, "PNG", compress_level=6)


def _encode(picture: Image.Image, form: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
