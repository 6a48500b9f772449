"""Finds the fonts that come along and those of the system: the one place that knows of them."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import ImageFont

_SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_ENDINGS = (".ttf", ".otf", ".ttc")
_MAX_LOOKED_AT, _MAX_SYSTEM_FONTS = 4_000, 120
# Fonts of packages: what has few letters of its own comes last, and those with most signs too.
_PACKAGES = (
    ("matplotlib", ("mpl-data/fonts/ttf/DejaVu*.ttf",)),
    ("manimgx_fonts", ("NotoSans[[]wght].ttf", "NotoSans*.ttf")),
    ("noto_cjk_sans_jp_regular", ("*.otf",)),
    ("matplotlib_fontja", ("fonts/ipaex*.ttf",)),
    ("manimgx_fonts", ("NotoEmoji*.ttf",)),
)
# Where a system has more fonts than are looked at for each drawing, these go first.
_WANTED = (
    "liberationsans-", "liberationserif-", "liberationmono-", "arial", "helvetica", "times", "cour",
    "notosanscjk-regular", "notosanscjkjp", "notosansjp", "notosanskr", "notosanssc",
    "droidsansfall", "wqy-", "nanumgothic", "ipag", "notosansarabic-regular", "notonaskh",
    "notosanshebrew-regular", "notosansthai-regular", "notosansdevanagari-regular",
    "notosanssymbols", "symbola", "roboto-", "opensans-", "inter", "notosans-",
)  # fmt: skip
# The renderer draws no letters of several colours.
_NOT_DRAWN = ("coloremoji", "color-emoji", "lastresort")


@functools.cache
def find_font_folder() -> Path | None:
    """Find the DejaVu fonts that come with matplotlib, without importing it."""
    package = _find_package("matplotlib")
    folder = package / "mpl-data" / "fonts" / "ttf" if package is not None else None
    return folder if folder is not None and (folder / "DejaVuSans.ttf").is_file() else None


@functools.cache
def list_font_folders() -> tuple[Path, ...]:
    """Return the folders of all fonts that come along."""
    return tuple(dict.fromkeys(Path(path).parent for path in list_packaged_fonts()))


@functools.cache
def list_packaged_fonts() -> tuple[str, ...]:
    """Return the fonts that come along with packages, those with most letters of ours first."""
    found = dict[str, None]()
    for name, patterns in _PACKAGES:
        package = _find_package(name)
        if package is None:
            continue
        for pattern in patterns:
            paths = sorted(package.glob(pattern), key=_order_style)
            found |= dict.fromkeys(map(str, paths))
    # Noto's emoji are plain letters elsewhere, so they may not come before the letters.
    return tuple(sorted(found, key=lambda path: "NotoEmoji" in path))


@functools.cache
def list_font_files() -> tuple[str, ...]:
    """Return the fonts to draw with: those that come along, then those of the system."""
    return (*list_packaged_fonts(), *_choose_system_fonts(_list_system_fonts()))


@functools.cache
def find_family(generic: str) -> str:
    """Return the family to draw `sans-serif`, `serif` or `monospace` with.

    Liberation has the widths of Arial, Times and Courier, for which most drawings are made.
    """
    word = {"sans-serif": "Sans", "serif": "Serif", "monospace": "Mono"}[generic]
    wanted = f"Liberation{word}-Regular."
    is_there = any(Path(path).name.startswith(wanted) for path in list_font_files())
    dejavu = "DejaVu Sans Mono" if word == "Mono" else f"DejaVu {word}"
    return f"Liberation {word}" if is_there else dejavu


@functools.cache
def find_measuring_font(*, is_bold: bool, is_mono: bool) -> str | None:
    """Return the file with which labels are measured that `find_family` draws."""
    family = find_family("monospace" if is_mono else "sans-serif")
    names = [family.replace(" ", "") + ("-Bold" if is_bold else "")]
    names.append(f"{names[0]}-Regular")
    return next((path for path in list_font_files() if Path(path).stem in names), None)


@functools.cache
def load_label_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load the font for labels, `size` pixels high."""
    folder = find_font_folder()
    if folder is None:
        return ImageFont.load_default(size=size)
    return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)


def _order_style(path: Path) -> tuple[bool, str]:
    """Put plain letters first: the first font that has a sign is taken for it."""
    is_plain = not any(word in path.stem for word in ("Bold", "Oblique", "Italic"))
    return not is_plain, path.name


def _find_package(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _list_system_fonts() -> Iterator[str]:
    if sys.platform != "linux":
        return
    count = 0
    for top in _SYSTEM_FOLDERS:
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                count += 1
                if count > _MAX_LOOKED_AT:
                    return
                if name.lower().endswith(_ENDINGS):
                    yield f"{folder}/{name}"


def _choose_system_fonts(paths: Iterable[str]) -> list[str]:
    """Return the fonts that drawings are likely to need, in the same order everywhere."""
    packaged = {Path(path).name for path in list_packaged_fonts()}

    def order(path: str) -> tuple[int, str]:
        name = Path(path).name.lower()
        places = (place for place, start in enumerate(_WANTED) if name.startswith(start))
        return next(places, len(_WANTED)), name

    drawn = [
        path
        for path in paths
        if Path(path).name not in packaged
        and not any(word in Path(path).name.lower() for word in _NOT_DRAWN)
    ]
    return sorted(drawn, key=order)[:_MAX_SYSTEM_FONTS]
