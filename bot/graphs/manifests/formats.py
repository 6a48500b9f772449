"""All formats of manifests that can be read, and how the one of a file is found."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from bot.graphs import manifests
from bot.graphs.manifests.format import ManifestFormat

BEGINNING_CHARS = 4_000


@functools.cache
def load_formats() -> tuple[ManifestFormat, ...]:
    """Return the formats of all folders here. Those that a file's name tells come first."""
    folders = sorted(module.name for module in pkgutil.iter_modules(manifests.__path__))
    found: list[ManifestFormat] = []
    for name in folders:
        module = importlib.import_module(f"{manifests.__name__}.{name}")
        found += getattr(module, "FORMATS", ())
    return tuple(found)


def find_format(name: str, text: str) -> ManifestFormat | None:
    """Return the format of a file, by its name and its text; None for no manifest."""
    path = name.replace("\\", "/")
    beginning = text[:BEGINNING_CHARS]
    return next((one for one in load_formats() if one.matches(path, beginning)), None)
