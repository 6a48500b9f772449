"""Loads libraries that expect to write a cache or a temporary file, which a decoder may not."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import importlib.util
import logging
import os
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.files.readers.fonts import list_font_folders


@functools.cache
def load_mathtext() -> ModuleType:
    """Return matplotlib's `mathtext`, which writes no cache of its fonts."""
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    real_access = os.access
    # It insists on a folder that it may write to, and then writes nothing but a cache of fonts.
    os.environ["MPLCONFIGDIR"] = _find_folder("matplotlib")
    os.access = lambda *_args, **_options: True
    try:
        importlib.import_module("matplotlib.font_manager")
        return importlib.import_module("matplotlib.mathtext")
    finally:
        os.access = real_access


@functools.cache
def load_graphviz() -> Any:
    """Return `pygraphviz`, which measures words with the fonts that are drawn with."""
    # Asked for when it is imported; nothing is written.
    tempfile.tempdir = tempfile.tempdir or "/"
    module = importlib.import_module("pygraphviz")
    # Before any graph is read: it declares that a node without a label shows its name.
    module.graphviz.gvContextWithBuiltins()
    with contextlib.suppress(OSError, AttributeError):
        _add_fonts(_find_folder("pygraphviz"))
    return module


def _add_fonts(folder: str) -> None:
    """Let Fontconfig, which Graphviz brings along, know Easel's fonts too."""
    libraries = sorted(Path(folder).parent.glob("pygraphviz.libs/libfontconfig*"))
    fontconfig = ctypes.CDLL(str(libraries[0]) if libraries else "libfontconfig.so.1")
    for fonts in list_font_folders():
        fontconfig.FcConfigAppFontAddDir(None, str(fonts).encode())


def _find_folder(package: str) -> str:
    spec = importlib.util.find_spec(package)
    return str(Path(spec.origin).parent) if spec is not None and spec.origin else "/"
