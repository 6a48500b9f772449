"""Cuts a picture into parts in which the model sees every pixel, as a `ViewPlan` says.

Synchronous and heavy; runs in a sandbox process. See `bot.files.detail` for the decision.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from PIL import Image as PilImage

from bot.domain.files import Image, ParsedFile
from bot.domain.pictures.sight import Box, Detail, Shares, Sight
from bot.domain.safe_text import clean_name
from bot.domain.tokens import estimate_picture_tokens, is_shown_in_full
from bot.files.detail.layout import (
    Budget,
    Grid,
    compute_parts,
    estimate_overview_tokens,
    plan_grid,
    scale_overview,
)
from bot.files.detail.plan import ViewPlan
from bot.files.readers.detail import quiet
from bot.files.readers.detail.content import find_content
from bot.files.readers.detail.encoding import encode_picture
from bot.files.readers.detail.keeping import (
    Source,
    WebpSource,
    find_source,
    find_webp_source,
)
from bot.files.readers.detail.paper import find_drawn_box, is_blank, lay_on_paper
from bot.files.readers.detail.turning import compute_upright_size, crop_upright, read_orientation
from bot.files.readers.flaws.decoding import check_size, guard_decoding, read_leniently
from bot.files.readers.flaws.salvage import Salvage
from bot.files.readers.pictures import convert_to_rgb, normalize_picture
from bot.files.readers.pixels.depths import load_shallow, spread_hole
from bot.files.readers.pixels.limits import MAX_SIDE
from bot.files.unreadable import build_unreadable_error

# In a larger picture no line of a table is looked for: that takes too much memory.
_MAX_SEARCHED_PIXELS = 40_000_000
# The pixels around what is named in a table.
_LINE_MARGIN = 16


def cut_picture(name: str, data: bytes, plan: ViewPlan, number: int = 0) -> ParsedFile:
    """Return the parts of a picture in reading order, at full size if they fit, else smaller.

    `number` is that of a page or frame, 0 for the first. Parts of a whole picture come after an
    overview of it. Raises `UnreadableError`.
    """
    frame = max(0, number - 1)

    def load_rest(rest: Salvage, _title: str) -> _Shown:
        if frame:  # what is left is of the first
            raise build_unreadable_error(name, "damaged", detail="a page or frame")
        return _load_part(rest.picture, read_orientation(rest.picture), plan)

    shown = read_leniently(
        name, data, MAX_SIDE, lambda sound: _open(name, sound, plan, frame), load_rest
    )
    return ParsedFile(clean_name(name), "picture", tuple(_encode_view(name, shown, plan)))


def cut_drawn(name: str, picture: PilImage.Image, plan: ViewPlan) -> ParsedFile:
    """Return the parts of a picture that was drawn at its full size, as `cut_picture` does."""
    shown = _load_part(picture, None, plan)
    return ParsedFile(clean_name(name), "picture", tuple(_encode_view(name, shown, plan)))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A loaded part of a picture, upright and in sRGB; `box` is where it lies.

    It is at the scale of `grid`, or at full size without one. `source` is that of the picture if it
    is whole, `webp` of parts of it. `around` is the whole picture, small, where only the part is
    looked at on which something is drawn.
    """

    picture: PilImage.Image
    sight: Sight
    box: Box
    grid: Grid | None
    source: Source | None = None
    webp: WebpSource | None = None
    around: PilImage.Image | None = None
    is_flattened: bool = False

    @property
    def is_whole(self) -> bool:
        return self.box == (0, 0, self.sight.full_width, self.sight.full_height)

    @property
    def is_unchanged(self) -> bool:
        """Whether all of the picture is here, at full size, and as it is in its file."""
        return self.is_whole and self.grid is None and not self.is_flattened


def _open(name: str, data: bytes, plan: ViewPlan, frame: int) -> _Shown:
    with (
        guard_decoding(name, data) as pillow_format,
        PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        if frame:
            picture.seek(frame)
        check_size(name, picture)
        spread_hole(picture)
        shallow, _ = load_shallow(picture, frame)
        turn = read_orientation(picture)
        shown = _load_part(shallow, turn, plan)
        webp = find_webp_source(data, picture)
        if shown.grid is not None and shown.grid.scale < 1:
            webp = webp and webp.shrunk
        if not shown.is_unchanged:
            return replace(shown, webp=webp)
        source = find_source(data, picture, is_turned=turn is not None)
        return replace(shown, source=source, webp=webp)


def _load_part(
    picture: PilImage.Image, transpose: PilImage.Transpose | None, plan: ViewPlan
) -> _Shown:
    """Return the part of a loaded picture, made smaller before it is copied if it has to be."""
    full = compute_upright_size(picture.size, transpose)
    sight = Sight(*full, find_content(picture, convert_to_rgb))
    # A picture that is seen as it is needs no part next to it.
    is_small = plan.is_region or is_shown_in_full(*full)
    drawn = None if is_small else find_drawn_box(picture, transpose, convert_to_rgb)
    box = drawn or _find_line_box(picture, transpose, plan) or _scale_box(plan.shares, *full)
    size = box[2] - box[0], box[3] - box[1]
    grid = None if _is_shown_whole(*size, plan) else plan_grid(*size, _find_budget(plan, sight))
    overview = scale_overview(*full)
    around = drawn and normalize_picture(picture.copy(), max(overview), transpose)
    if box != (0, 0, *full):
        picture = crop_upright(picture, box, transpose)
    wanted = size if grid is None else (grid.width, grid.height)
    part = normalize_picture(picture, max(wanted), transpose)
    if part.size != wanted:
        part = part.resize(wanted, PilImage.Resampling.LANCZOS)
    # Shown to be read: what a provider lays what is transparent on is not known.
    is_flattened = part.mode == "RGBA"
    part = lay_on_paper(part) if is_flattened else part
    around = lay_on_paper(around) if around is not None and around.mode == "RGBA" else around
    return _Shown(part, sight, box, grid, around=around, is_flattened=is_flattened)


def _find_line_box(
    picture: PilImage.Image, transpose: PilImage.Transpose | None, plan: ViewPlan
) -> Box | None:
    """Return the part around the named row or column of a table; None if none is found."""
    if not (plan.row or plan.column) or picture.width * picture.height > _MAX_SEARCHED_PIXELS:
        return None
    whole = normalize_picture(picture.copy(), max(picture.size), transpose)
    grey = whole.convert("L")
    row = quiet.find_row(quiet.find_quiet_rows(grey), plan.row)
    column = quiet.find_column(quiet.find_quiet_columns(grey), plan.column)
    if row is None and column is None:
        return None
    top, bottom = row or (0, grey.height)
    left, right = column or (0, grey.width)
    return (
        max(0, left - _LINE_MARGIN),
        max(0, top - _LINE_MARGIN),
        min(grey.width, right + _LINE_MARGIN),
        min(grey.height, bottom + _LINE_MARGIN),
    )


def _encode_view(name: str, shown: _Shown, plan: ViewPlan) -> list[Image]:
    picture, sight, grid = shown.picture, shown.sight, shown.grid
    overview = [_encode_overview(name, shown)] if shown.around is not None else []
    if _is_shown_whole(*picture.size, plan) and grid is None:
        detail = Detail.HIGH if is_shown_in_full(*picture.size) else Detail.ORIGINAL
        box = None if shown.is_whole else shown.box
        sight = replace(sight, box=box, detail=detail)
        return [*overview, encode_picture(name, picture, sight, shown.source or shown.webp)]
    if grid is None:
        return []
    if shown.is_whole:
        overview = [_encode_overview(name, shown)]
    parts = [
        (part, picture.crop(part))
        for part in _compute_parts(picture, grid, _find_budget(plan, sight))
    ]
    # The overview shows where nothing is drawn.
    drawn = [(part, one) for part, one in parts if not is_blank(one)] if overview else parts
    return [
        *overview,
        *(
            encode_picture(name, one, replace(sight, box=_find_place(part, shown)), shown.webp)
            for part, one in drawn or parts[:1]
        ),
    ]


def _compute_parts(picture: PilImage.Image, grid: Grid, budget: Budget) -> tuple[Box, ...]:
    """Return the parts, cut in quiet places if that keeps them within their tokens."""
    grey = picture.convert("L")
    parts = compute_parts(
        grid,
        quiet.find_quiet_rows(grey) if grid.rows > 1 else (),
        quiet.find_quiet_columns(grey) if grid.columns > 1 else (),
    )
    tokens = sum(
        estimate_picture_tokens(right - left, bottom - top) for left, top, right, bottom in parts
    )
    return parts if tokens <= budget.tokens else compute_parts(grid)


def _encode_overview(name: str, shown: _Shown) -> Image:
    size = scale_overview(shown.sight.full_width, shown.sight.full_height)
    whole = shown.picture if shown.around is None else shown.around
    small = whole.resize(size, PilImage.Resampling.LANCZOS, reducing_gap=2.0)
    return encode_picture(name, small, shown.sight, shown.webp and shown.webp.shrunk)


def _is_shown_whole(width: int, height: int, plan: ViewPlan) -> bool:
    """Whether a part is seen pixel by pixel in one piece."""
    if is_shown_in_full(width, height):
        return True
    return (
        plan.takes_original
        and is_shown_in_full(width, height, Detail.ORIGINAL)
        and estimate_picture_tokens(width, height, Detail.ORIGINAL) <= plan.tokens
    )


def _find_budget(plan: ViewPlan, sight: Sight) -> Budget:
    """Return what is left for the parts: the overview of the picture comes out of it, too."""
    overview = estimate_overview_tokens(sight.full_width, sight.full_height)
    return Budget(plan.parts, plan.tokens - overview)


def _scale_box(shares: Shares, width: int, height: int) -> Box:
    left, top, right, bottom = shares
    return (
        min(width - 1, round(left * width)),
        min(height - 1, round(top * height)),
        max(1, round(right * width)),
        max(1, round(bottom * height)),
    )


def _find_place(part: Box, shown: _Shown) -> Box:
    """Return where a part of what is shown lies in the picture of the file."""
    scale = 1.0 if shown.grid is None else shown.grid.scale
    left, top, right, bottom = (round(edge / scale) for edge in part)
    x, y, end, below = shown.box
    # At the edges, rounding must leave nothing over.
    is_last_column, is_last_row = part[2] == shown.picture.width, part[3] == shown.picture.height
    return (
        x + left,
        y + top,
        end if is_last_column else min(end, x + right),
        below if is_last_row else min(below, y + bottom),
    )
