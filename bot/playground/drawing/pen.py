"""A pen that draws around one point in one size, as it is or mirrored. Pure Pillow."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ImageDraw

from bot.playground.drawing.colours import RGB, mix

Point = tuple[float, float]
Box = tuple[float, float, float, float]

BLACK, WHITE, BROWN = (28, 26, 30), (255, 255, 252), (118, 78, 46)


def darken(colour: RGB, share: float = 0.3) -> RGB:
    return mix(colour, BLACK, share)


def lighten(colour: RGB, share: float = 0.35) -> RGB:
    return mix(colour, WHITE, share)


class Pen:
    """Draws around one point in units of one size: (0, 0) is the middle, y grows downwards.

    A mirrored one draws what is right on the left.
    """

    def __init__(
        self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, *, mirrored: bool = False
    ) -> None:
        self._draw = draw
        self._x, self._y, self._size = x, y, size
        self._mirrored = mirrored

    def move(self, x: float, y: float, scale: float) -> Pen:
        """Return a pen around (x, y), in units of `scale` of this one's."""
        across, down = self._place(x, y)
        return Pen(self._draw, across, down, self._size * scale, mirrored=self._mirrored)

    def _place(self, x: float, y: float) -> Point:
        across = -x if self._mirrored else x
        return self._x + across * self._size, self._y + y * self._size

    def _place_box(self, box: Box) -> Box:
        (x0, y0), (x1, y1) = self._place(*box[:2]), self._place(*box[2:])
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _turn_angles(self, start: float, end: float) -> tuple[float, float]:
        return (180 - end, 180 - start) if self._mirrored else (start, end)

    def _scale_width(self, width: float) -> int:
        return max(2, int(width * self._size))

    def draw_polygon(self, points: Sequence[Point], fill: RGB) -> None:
        self._draw.polygon([self._place(*point) for point in points], fill=fill)

    def draw_disc(self, x: float, y: float, r: float, fill: RGB, *, tall: float = 1.0) -> None:
        self.draw_ellipse((x - r, y - r * tall, x + r, y + r * tall), fill)

    def draw_ellipse(self, box: Box, fill: RGB) -> None:
        self._draw.ellipse(self._place_box(box), fill=fill)

    def draw_box(self, box: Box, round_by: float = 0.0, *, fill: RGB) -> None:
        self._draw.rounded_rectangle(self._place_box(box), round_by * self._size, fill=fill)

    def draw_line(self, ends: Box, fill: RGB, width: float) -> None:
        ends_placed = [self._place(*ends[:2]), self._place(*ends[2:])]
        self._draw.line(ends_placed, fill=fill, width=self._scale_width(width))

    def draw_arc(self, box: Box, start: float, end: float, *, fill: RGB, width: float) -> None:
        angles = self._turn_angles(start, end)
        self._draw.arc(self._place_box(box), *angles, fill=fill, width=self._scale_width(width))

    def draw_chord(self, box: Box, start: float, end: float, *, fill: RGB) -> None:
        self._draw.chord(self._place_box(box), *self._turn_angles(start, end), fill=fill)
