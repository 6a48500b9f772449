"""Builds screenshots of pictures, as phones and desktops make them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

_PHONE, _DESKTOP = (780, 1688), (1440, 900)
_BLUE = (10, 132, 255)


def show_in_viewer(picture: Image.Image) -> Image.Image:
    """Return a phone's screen on which an app shows a picture as wide as the screen."""
    shot = Image.new("RGB", _PHONE, (0, 0, 0))
    shown = _fit(picture, _PHONE[0])
    shot.paste(shown, (0, (_PHONE[1] - shown.height) // 2))
    return _add_bars(shot, (240, 240, 240))


def show_in_bubble(picture: Image.Image) -> Image.Image:
    """Return a phone's screen with a picture in a chat, whose corners are round."""
    shot = Image.new("RGB", _PHONE, (245, 245, 247))
    pen = ImageDraw.Draw(shot)
    for row in range(3):
        pen.rounded_rectangle((20, 150 + 70 * row, 380, 205 + 70 * row), 24, fill=(229, 229, 234))
        pen.text((40, 162 + 70 * row), "how do you like it?", fill=(0, 0, 0), font_size=26)
    shown = _fit(picture, 520)
    corners = Image.new("L", shown.size)
    ImageDraw.Draw(corners).rounded_rectangle(
        (0, 0, shown.width - 1, shown.height - 1), 24, fill=255
    )
    shot.paste(shown, (240, 420), corners)
    return _add_bars(shot, (20, 20, 20))


def show_in_window(picture: Image.Image) -> Image.Image:
    """Return a desktop with a picture in a window."""
    shot = Image.new("RGB", _DESKTOP, (60, 90, 120))
    pen = ImageDraw.Draw(shot)
    shown = _fit(picture, 960)
    pen.rectangle((150, 40, 170 + shown.width, 100 + shown.height), fill=(235, 235, 238))
    pen.text((170, 55), "IMG_2041.png - Preview", fill=(30, 30, 30), font_size=18)
    shot.paste(shown, (160, 90))
    for icon in range(8):
        pen.rectangle((400 + 60 * icon, 860, 440 + 60 * icon, 895), fill=(80, 120, 220 - 15 * icon))
    return shot


def cut(picture: Image.Image) -> Image.Image:
    """Return a picture without some of it at each side."""
    width, height = picture.size
    return picture.crop((width // 9, height // 11, width - width // 8, height - height // 5))


def compress(picture: Image.Image, quality: int = 85) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _fit(picture: Image.Image, width: int) -> Image.Image:
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.BICUBIC)


def _add_bars(shot: Image.Image, ink: tuple[int, int, int]) -> Image.Image:
    pen = ImageDraw.Draw(shot)
    pen.text((40, 20), "9:41", fill=ink, font_size=26)
    pen.text((40, 80), "< Back", fill=_BLUE, font_size=28)
    for button in range(4):
        left = 70 + 200 * button
        pen.ellipse((left, 1590, left + 40, 1630), outline=_BLUE, width=4)
    return shot
