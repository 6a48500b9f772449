"""Names of the previews that show parts of a picture, by which later messages know them. Pure."""

from __future__ import annotations

GRID_STEM, AREAS_STEM = "grid-of", "areas-of"
GRID_ALT = "{name} with a grid over it: letters from the left, numbers from the top"
_MAX_STEM_CHARS = 80


def build_preview_name(stem: str, name: str, mimetype: str) -> str:
    """Return the file name of a preview of the picture `name`."""
    ending = {"image/jpeg": "jpg", "image/webp": "webp"}.get(mimetype, "png")
    return f"{stem}-{(name.rpartition('.')[0] or name)[:_MAX_STEM_CHARS]}.{ending}"
