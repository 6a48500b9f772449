"""Measures what is done to pictures of 12 megapixels without a model, next to Pillow alone.

The time is the whole one: to the decoder and back. The shortest script opens, changes and saves the
picture with Pillow's own settings, in a thread of this process.
"""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.run import compute_median
from bench.table import print_row
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.editor import PictureEditor
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox

HEADS = ("12 megapixels, without a model", "ms", "shortest script ms", "ratio")
_SIZE = (4_000, 3_000)
_ROUNDS = 3
_OWNER = TaskOwner("U0ALEX", "edits")
Script: TypeAlias = Callable[[Image.Image], Image.Image]


def _pad(picture: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (5_333, 3_000), (255, 255, 255))
    canvas.paste(picture, (666, 0))
    return canvas


_CROP = Operation(OperationKind.CROP, shape=(1, 1))
_OPERATIONS: dict[str, tuple[Operation, Script]] = {
    "crop to 1:1": (_CROP, lambda one: one.crop((500, 0, 3_500, 3_000))),
    "pad to 16:9": (Operation(OperationKind.PAD, shape=(16, 9)), _pad),
    "rotate 90": (
        Operation(OperationKind.ROTATE, degrees=90),
        lambda one: one.transpose(Image.Transpose.ROTATE_270),
    ),
    "rotate 10": (
        Operation(OperationKind.ROTATE, degrees=10),
        lambda one: one.rotate(-10, Image.Resampling.BILINEAR, expand=True),
    ),
    "flip": (
        Operation(OperationKind.FLIP),
        lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    ),
    "resize to 2048x1536": (
        Operation(OperationKind.RESIZE, size=PictureSize(2_048, 1_536)),
        lambda one: one.resize((2_048, 1_536), Image.Resampling.LANCZOS),
    ),
    "strip metadata": (Operation(OperationKind.STRIP), lambda one: one),
}
_CONVERSIONS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


async def measure_edits() -> None:
    """Print the median of each operation, on photos, a screenshot and noise."""
    kinds: dict[str, tuple[str, Callable[[int], Image.Image]]] = {
        "JPEG photo": ("JPEG", draw_photo),
        "PNG screenshot": ("PNG", draw_screenshot),
        "PNG photo": ("PNG", draw_photo),
        "PNG noise": ("PNG", draw_noise),
    }
    async with Sandbox(max_processes=1) as sandbox:
        editor = PictureEditor(sandbox)
        for kind, (form, draw) in kinds.items():
            first, second = (_encode(draw(seed), form) for seed in (3, 4))
            await editor.edit("a", first, [_CROP], owner=_OWNER)  # starts the process
            await _measure_operations(editor, kind, form, first)
            await _measure_views(editor, kind, first, second)


async def _measure_operations(editor: PictureEditor, kind: str, form: str, data: bytes) -> None:
    for name, (operation, script) in _OPERATIONS.items():
        await _print_times(
            f"{name}, {kind}",
            partial(editor.edit, "a", data, [operation], owner=_OWNER),
            partial(_run_script, script, data, form),
        )
    for extension, wanted in _CONVERSIONS.items():
        convert = Operation(OperationKind.CONVERT, extension=extension)
        await _print_times(
            f"as {extension}, {kind}",
            partial(editor.edit, "a", data, [convert], owner=_OWNER),
            partial(_run_script, lambda picture: picture, data, wanted),
        )


async def _measure_views(editor: PictureEditor, kind: str, first: bytes, second: bytes) -> None:
    await _print_times(
        f"palette, {kind}",
        lambda: editor.find_palette("a", first, 6, owner=_OWNER),
        lambda: _open(first).quantize(6).getpalette(),
    )
    for overlays, name in ((False, "difference"), (True, "overlay")):
        await _print_times(
            f"{name} of two, {kind}",
            partial(editor.compare, "a and b", [first, second], overlays=overlays, owner=_OWNER),
            partial(_compare, first, second, overlays=overlays),
        )


async def _print_times(
    name: str, edit: Callable[[], Awaitable[object]], script: Callable[[], object]
) -> None:
    times, script_times = list[float](), list[float]()
    for number in range(_ROUNDS):
        started_at = time.perf_counter()
        await edit()
        times.append(1_000 * (time.perf_counter() - started_at))
        if number < 1:  # it takes seconds, and is the scale alone
            started_at = time.perf_counter()
            await asyncio.to_thread(script)
            script_times.append(1_000 * (time.perf_counter() - started_at))
    ours, plain = compute_median(times), compute_median(script_times)
    print_row(name, f"{ours:.0f}", f"{plain:.0f}", f"{ours / plain:.2f}")


def draw_photo(seed: int) -> Image.Image:
    """Draw something soft with the noise of a camera."""
    rng, small = random.Random(seed), Image.new("RGB", (400, 300), (120, 140, 160))
    pen = ImageDraw.Draw(small)
    for _ in range(90):
        x, y, size = rng.random() * 400, rng.random() * 300, rng.random() * 60
        colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    soft = small.filter(ImageFilter.GaussianBlur(2)).resize(_SIZE, Image.Resampling.BICUBIC)
    return Image.blend(soft, Image.effect_noise(_SIZE, 40).convert("RGB"), 0.05)


def draw_screenshot(seed: int) -> Image.Image:
    """Draw windows with lines of text in them."""
    rng, screen = random.Random(seed), Image.new("RGB", _SIZE, (246, 246, 248))
    pen = ImageDraw.Draw(screen)
    for row in range(90):
        for column in range(6):
            words = " ".join(f"word{rng.randrange(10**5)}" for _ in range(9))
            pen.text((40 + column * 660, 30 + row * 33), words, fill=(60, 62, 70))
    return screen


def draw_noise(seed: int) -> Image.Image:
    """Draw what cannot be compressed at all."""
    return Image.frombytes("RGB", _SIZE, random.Random(seed).randbytes(3 * _SIZE[0] * _SIZE[1]))


def _run_script(script: Script, data: bytes, form: str) -> bytes:
    return _encode(script(_open(data)), form)


def _compare(first: bytes, second: bytes, *, overlays: bool) -> bytes:
    one, other = _open(first), _open(second)
    drawn = Image.blend(one, other, 0.5) if overlays else ImageChops.difference(one, other)
    return _encode(drawn, "PNG")


def _open(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB")


def _encode(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()
