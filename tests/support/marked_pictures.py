"""Draws on pictures as people do, and reads what comes of it: the mask, the files, the texts."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image, ImageDraw

from bot.playground.model import PlayedModel
from bot.playground.slack.workspace import PlayedFile
from tests.support.easel import EaselEnvironment
from tests.support.pictures import encode_picture

OPENAI: dict[str, Any] = {"EASEL_PROVIDER": "openai", "OPENAI_API_KEY": PlayedModel.api_key}


def build_photo(*circles: tuple[int, int, int, int], size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a bluish picture with magenta circles on it."""
    wide = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", [wide.point(lambda v, n=n: v // 3 + n) for n in (60, 90, 130)])
    pen = ImageDraw.Draw(picture)
    for circle in circles:
        pen.ellipse(circle, outline=(255, 0, 200), width=6)
    return encode_picture(picture)


def read_mask(tool: dict[str, Any]) -> Image.Image:
    data = base64.b64decode(tool["input_image_mask"]["image_url"].partition(",")[2])
    return Image.open(io.BytesIO(data))


def is_open(tool: dict[str, Any], place: tuple[int, int]) -> bool:
    """Whether the mask lets the picture change there."""
    alpha = read_mask(tool).getchannel("A").getpixel(place)
    assert isinstance(alpha, int)
    return alpha < 128


def list_files(easel: EaselEnvironment, root: str) -> list[PlayedFile]:
    return [file for reply in easel.list_replies(root) for file in reply.files]


def read_texts(easel: EaselEnvironment, root: str) -> str:
    return "\n".join(reply.text for reply in easel.list_replies(root))
