"""The table of models that draw: what each takes, and what it costs. Pure.

A model of a conversation draws by itself (OpenRouter) or by a tool with a model of its own
(OpenAI). A new one is one row. See `bot.llm` for how a wish becomes a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.pictures.sizes import PictureSize

_STEP = 16
# Smaller pictures cost hardly less.
_USUAL_PIXELS = 1_048_576
_QUALITIES = ("low", "medium", "high", "auto")
_BACKGROUNDS = ("auto", "opaque", "transparent")
_FORMATS = ("png", "jpeg", "webp")


@dataclass(frozen=True, slots=True)
class FreeSizes:
    """Any size within these bounds, with both sides divisible by 16."""

    min_pixels: int
    max_pixels: int
    max_side: int
    max_ratio: int


@dataclass(frozen=True, slots=True)
class DrawingPrice:
    """US dollars per million tokens on the day `as_of`: read as text, read as pictures, drawn."""

    text: Decimal
    picture: Decimal
    drawn: Decimal
    as_of: str


@dataclass(frozen=True, slots=True)
class DrawingModel:
    """What a model that draws takes.

    `aspects` are shapes that it is asked for by name; the others are sizes: `fixed_sizes`, or any
    within `free_sizes`. `picture_tokens` are the most that a picture of the usual size takes, by
    quality. `price` is None where the price of the conversation's model holds it. `has_masks`:
    it takes a mask with a picture to change. The first of `formats` is asked for. `ends_on` is the
    day (YYYY-MM-DD) from which it is not offered any more, "" where none is announced.
    """

    name: str
    aspects: tuple[str, ...] = ()
    fixed_sizes: tuple[PictureSize, ...] = ()
    free_sizes: FreeSizes | None = None
    qualities: tuple[str, ...] = _QUALITIES
    backgrounds: tuple[str, ...] = _BACKGROUNDS
    formats: tuple[str, ...] = _FORMATS
    has_masks: bool = True
    price: DrawingPrice | None = None
    ends_on: str = ""
    picture_tokens: tuple[tuple[str, int], ...] = (("low", 196), ("medium", 1_767), ("high", 7_033))

    def choose_size(self, wanted: PictureSize) -> PictureSize | None:
        """Return the size to ask for, from which `wanted` is made; None for one without sizes."""
        if self.free_sizes is not None:
            return _choose_free_size(self.free_sizes, wanted)
        if self.fixed_sizes:
            return min(self.fixed_sizes, key=lambda size: _compute_distance(size.ratio, wanted))
        return None

    def choose_aspect(self, wanted: PictureSize) -> str:
        """Return the shape to ask for, from which `wanted` is made; "" for one without shapes."""
        shapes = {aspect: parse_aspect(aspect) for aspect in self.aspects}
        known = {aspect: shape[0] / shape[1] for aspect, shape in shapes.items() if shape}
        return min(known, default="", key=lambda aspect: _compute_distance(known[aspect], wanted))

    def bound_tokens(self, wanted: PictureSize | None) -> dict[str, int]:
        """Return the most tokens that a picture takes from which `wanted` is made, by quality.

        One of 3840x2160 at high quality costs 0.401 US dollars where one of the usual size costs
        0.211 (fal's and OpenAI's price lists); in between it is taken to grow evenly.
        """
        size = None if wanted is None else self.choose_size(wanted)
        share = 0.0
        if size is not None and self.free_sizes is not None:
            most = self.free_sizes.max_pixels - _USUAL_PIXELS
            share = max(0.0, (size.pixels - _USUAL_PIXELS) / most)
        return {name: math.ceil(tokens * (1 + share)) for name, tokens in self.picture_tokens}


def _compute_distance(ratio: float, wanted: PictureSize) -> float:
    return abs(math.log(ratio / wanted.ratio))


def parse_aspect(aspect: str) -> tuple[int, int] | None:
    """Return the shape that `16:9` names; None for `auto` and for what names none."""
    width, _, height = aspect.partition(":")
    return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else None


def _choose_free_size(bounds: FreeSizes, wanted: PictureSize) -> PictureSize:
    """Return the smallest allowed size that holds `wanted`, or else the largest of its shape."""
    ratio = min(max(wanted.ratio, 1 / bounds.max_ratio), bounds.max_ratio)
    width = max(float(wanted.width), wanted.height * ratio)
    width = max(width, math.sqrt(_USUAL_PIXELS * ratio))
    width = min(width, bounds.max_side, bounds.max_side * ratio)
    width = min(width, math.sqrt(bounds.max_pixels * ratio))
    is_largest = width < wanted.width or width / ratio < wanted.height
    columns, rows = (
        _round_side(width, up=not is_largest),
        _round_side(width / ratio, up=not is_largest),
    )
    while columns * rows > bounds.max_pixels or max(columns, rows) > bounds.max_side:
        columns, rows = (columns - _STEP, rows) if columns >= rows else (columns, rows - _STEP)
    # Rounding must not leave the allowed shapes.
    columns, rows = min(columns, rows * bounds.max_ratio), min(rows, columns * bounds.max_ratio)
    return PictureSize(columns, rows)


def _round_side(side: float, *, up: bool) -> int:
    steps = math.ceil(side / _STEP - 1e-9) if up else math.floor(side / _STEP + 1e-9)
    return max(1, steps) * _STEP


_STANDARD_SIZES = (PictureSize(1024, 1024), PictureSize(1536, 1024), PictureSize(1024, 1536))
# Limits: OpenAI, "Image generation", and its OpenAPI description.
GPT_IMAGE_2 = DrawingModel(
    "gpt-image-2",
    free_sizes=FreeSizes(655_360, 8_294_400, 3_840, 3),
    price=DrawingPrice(Decimal(5), Decimal(8), Decimal(30), "2026-11-20"),
)
GPT_IMAGE_1_5 = DrawingModel(
    "gpt-image-1.5",
    fixed_sizes=_STANDARD_SIZES,
    price=DrawingPrice(Decimal(5), Decimal(8), Decimal(32), "2026-11-28"),
    ends_on="2026-12-01",
    picture_tokens=(("low", 408), ("medium", 1_600), ("high", 6_250)),
)
GPT_IMAGE_1_MINI = DrawingModel(
    "gpt-image-1-mini",
    fixed_sizes=_STANDARD_SIZES,
    price=DrawingPrice(Decimal(2), Decimal("2.5"), Decimal(8), "2026-11-28"),
    picture_tokens=(("low", 750), ("medium", 1_875), ("high", 6_500)),
)
# Draws in the conversation itself, so that its price is the conversation's.
GPT_5_4_IMAGE_2 = DrawingModel(
    "openai/gpt-5.4-image-2",
    aspects=("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9", "auto"),
    has_masks=False,
)
# Those that OpenAI's tool takes, by name.
TOOL_MODELS: Mapping[str, DrawingModel] = {
    model.name: model for model in (GPT_IMAGE_2, GPT_IMAGE_1_5, GPT_IMAGE_1_MINI)
}
# What people may still have in their settings.
RETIRED_MODELS: Mapping[str, str] = {
    "gpt-image-1": "OpenAI has switched it off on 2026-10-23",
    "dall-e-3": "OpenAI's tool does not draw with it",
    "dall-e-2": "OpenAI's tool does not draw with it",
}
