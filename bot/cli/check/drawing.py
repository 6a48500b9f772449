"""What draws for each model that is set, what it takes, and what it costs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.cli.check.finding import Finding
from bot.config import Settings, list_served_models
from bot.domain.model_info import ModelInfo
from bot.domain.pictures.drawing_models import DrawingModel
from bot.llm.providers import ProviderSpec

_NAME = "drawing model"


async def check_drawing(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what draws for each model of which no catalogue tells."""
    for _, provider, model in list_served_models(settings):
        spec = settings.get_provider(provider)
        if not spec.has_catalog:
            for finding in list_drawing_findings(spec, spec.describe_model(model)):
                yield finding


def list_drawing_findings(spec: ProviderSpec, info: ModelInfo) -> list[Finding]:
    """Return what draws for a model of the provider `spec`, or that nothing does."""
    who, drawing = f"{info.model} at {spec.name}", info.drawing
    if drawing is None or not info.draws:
        setting = f": {info.setting_to_draw} would have some made" if info.setting_to_draw else ""
        return [Finding(ok=True, name=_NAME, text=f"{who} makes no pictures{setting}")]
    how = "draws itself, at its own price"
    if spec.draws_by_tool:
        how = f"draws with {drawing.name} (EASEL_DRAWING_MODEL)"
    text = f"{who} {how}{_format_price(drawing)}; {describe_drawing_model(drawing)}"
    findings = [Finding(ok=True, name=_NAME, text=text)]
    if end := describe_end(drawing):
        findings.append(Finding(ok=True, name=_NAME, text=end, is_warning=True))
    return findings


def describe_end(drawing: DrawingModel) -> str:
    """Return from when nothing is drawn with it, and what to do; "" where that is not known."""
    if not drawing.ends_on:
        return ""
    return (
        f"{drawing.name} will be switched off on {drawing.ends_on}; choose another"
        " EASEL_DRAWING_MODEL"
    )


def describe_drawing_model(drawing: DrawingModel) -> str:
    """Return what it takes, as one line."""
    bounds = drawing.free_sizes
    if bounds is not None:
        sizes = (
            f"any size of {bounds.min_pixels:,} to {bounds.max_pixels:,} pixels, up to"
            f" {bounds.max_side:,} a side and {bounds.max_ratio}:1"
        )
    elif drawing.fixed_sizes:
        sizes = f"sizes {', '.join(map(str, drawing.fixed_sizes))}"
    else:
        sizes = f"shapes {', '.join(drawing.aspects)}"
    masks = "masks" if drawing.has_masks else "no masks"
    return (
        f"{sizes}; quality {', '.join(drawing.qualities)}; background"
        f" {', '.join(drawing.backgrounds)}; {masks}; {', '.join(drawing.formats)}"
    )


def _format_price(drawing: DrawingModel) -> str:
    price = drawing.price
    if price is None:
        return ""
    return (
        f": US dollars per million tokens: text read {price.text:f}, pictures read"
        f" {price.picture:f}, drawn {price.drawn:f} (as of {price.as_of})"
    )
