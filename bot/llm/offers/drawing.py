"""What OpenAI's tool draws with: the row that a setting names, and its prices. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.model_info import ModelInfo
from bot.domain.pictures.drawing_models import RETIRED_MODELS, TOOL_MODELS, DrawingModel
from bot.domain.safe_text import reveal_invisible
from bot.llm.model_facts import normalize_model_name

_MAX_SHOWN_CHARS = 60


def find_drawing_model(name: str, *, today: str = "") -> DrawingModel:
    """Return the row of what OpenAI's tool draws with, by its name, which may end in a date.

    Raises `ValueError`, which says what to write instead; also for one that is not offered any
    more on the day `today` (YYYY-MM-DD).
    """
    name = name.lower()
    offered = {known: row for known, row in TOOL_MODELS.items() if not _is_over(row, today)}
    row = TOOL_MODELS.get(normalize_model_name(name))
    if row is None or "/" in name or ":" in name:
        reason = RETIRED_MODELS.get(name, "its sizes and prices are not known here")
        shown = reveal_invisible(name, _MAX_SHOWN_CHARS)
        raise ValueError(f"“{shown}”: {reason}; give {' or '.join(offered)}")
    if row.name not in offered:
        reason = f"OpenAI has switched it off on {row.ends_on}"
        raise ValueError(f"{reason}; give {' or '.join(offered)}")
    return replace(row, name=name)


def _is_over(row: DrawingModel, today: str) -> bool:
    return bool(row.ends_on) and row.ends_on <= today


def add_drawing_model(model_info: ModelInfo, name: str) -> ModelInfo:
    """Return the info of a conversation's model that draws with that of `name`, at its price."""
    row = find_drawing_model(name)
    price = model_info.price
    if price is not None and row.price is not None:
        price = replace(
            price,
            picture=row.price.drawn,
            drawing_text=row.price.text,
            drawing_image=row.price.picture,
        )
    return replace(model_info, drawing=row, price=price)
