"""Draws a clean drawing with the renderer, as large as its time allows."""

from __future__ import annotations

import io
import math
import re
import time
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, tostring

from PIL import Image as PilImage

from bot.files.readers.fonts import find_family, list_font_files
from bot.files.readers.vector.bounds import MAX_SIDE, MIN_SIDE, DrawingLimitError, has_layer
from bot.files.readers.vector.parsing import SVG_NAMESPACE
from bot.files.readers.vector.scales import find_linear
from bot.files.readers.vector.sizes import WINDOW, is_unsized, set_size
from bot.files.readers.vector.thinning import thin_lines
from bot.files.unreadable import build_unreadable_error

# What takes long grows with the area, so two small pictures tell how long a large one takes. The
# second is as large as it may be for this many seconds, if all of them grow with the area.
_TRIAL_SIDES, _TRIAL_SECONDS = (64, 80, 256), 2.0
_MAX_SECONDS, _MAX_FIRST_SECONDS = 2.0, 1.5
# In few steps, so that the size does not depend on how busy the machine is.
_SIDES = (MAX_SIDE, 1536, MIN_SIDE, 768, 512, 384, 256)
# Setting text takes as long in any size, so that it is left out of trials where there is much.
_MUCH_TEXT, _TEXT, _UNSEEN = 200, f"{{{SVG_NAMESPACE}}}text", f"{{{SVG_NAMESPACE}}}desc"
_LIGHT_ELEMENTS, _LIGHT_CHARS = 2_000, 100_000
_MARGIN = 8.0
_SIDE = re.compile(r" (width|height)=\"\d+\"")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing as pixels in RGBA, and the PNG in which the renderer has returned them.

    `thinned_count` points of its lines are left out: see `thinning.py`.
    """

    pixels: PilImage.Image
    png: bytes
    thinned_count: int = 0


def draw_pixels(name: str, root: Element, max_side: int) -> Drawn:
    """Draw with `max_side` pixels at most; fewer if it would take seconds. Raises
    `UnreadableError`, and `DrawingLimitError` if even a small picture would take too long."""
    is_heavy = _is_heavy(root)
    if is_unsized(root):
        _find_shown_size(name, root)
    thinned_count = thin_lines(root, find_linear(root, max_side)) if is_heavy else 0
    sizes = _Sizes(name, root)
    if max_side <= MIN_SIDE or is_heavy:
        max_side = _find_affordable_side(sizes, max_side)
    return replace(sizes.draw(max_side), thinned_count=thinned_count)


class _Sizes:
    """Draws one drawing in several sizes. It is written out once: that takes as long as drawing.

    The sizes replace the one that the drawing claims.
    """

    def __init__(self, name: str, root: Element) -> None:
        self._name = name
        self._root = root
        self._claimed: dict[str, str] = {
            key: root.attrib[key] for key in ("width", "height") if key in root.attrib
        }
        set_size(root, MAX_SIDE)
        # Within an attribute this sign is always written as an entity, like a quote.
        self._head, _, self._rest = tostring(root, "unicode").partition(">")

    def try_out(self, side: int) -> float:
        """Draw with `side` pixels, without text where that is much; return the seconds."""
        texts = list_plain_texts(self._root)
        whole = self._rest
        if len(texts) > _MUCH_TEXT:
            for text in texts:
                text.tag = _UNSEEN
            self._rest = tostring(self._root, "unicode").partition(">")[2]
            for text in texts:
                text.tag = _TEXT
        began = time.process_time()
        self.draw(side, min_side=side)
        seconds = time.process_time() - began
        self._rest = whole
        return max(0.001, seconds)

    def draw(self, max_side: int, *, min_side: int = MIN_SIDE) -> Drawn:
        """Draw with `max_side` pixels at most, and `min_side` where it claims fewer."""
        root = self._root
        for key in ("width", "height"):
            root.attrib.pop(key, None)
        root.attrib.update(self._claimed)
        set_size(root, max_side, min_side=min_side)
        head = _SIDE.sub(lambda match: f' {match[1]}="{root.attrib[match[1]]}"', self._head)
        return _draw(self._name, f"{head}>{self._rest}")


def list_plain_texts(root: Element) -> list[Element]:
    """Return the texts that no layer is made for: one takes longer with the area."""
    texts, waiting = list[Element](), [root]
    while waiting:
        element = waiting.pop()
        if element.tag != _TEXT:
            # That of a whole drawing is one.
            waiting += [child for child in element if not _has_layer(child)]
        elif not any(map(_has_layer, element.iter())):
            texts.append(element)
    return texts


def _has_layer(element: Element) -> bool:
    return has_layer(";".join(f"{key}:{value}" for key, value in element.attrib.items()))


def _is_heavy(root: Element) -> bool:
    """Whether there is so much in a drawing that it may take seconds."""
    chars = 0
    for place, element in enumerate(root.iter()):
        chars += len(element.get("d", "")) + len(element.get("points", ""))
        if place > _LIGHT_ELEMENTS or chars > _LIGHT_CHARS:
            return True
    return False


def _find_affordable_side(sizes: _Sizes, most: int) -> int:
    """Return the longest side with which drawing is not expected to take too long."""
    small, least, large = _TRIAL_SIDES
    first = sizes.try_out(small)
    if first > _MAX_FIRST_SECONDS:
        raise DrawingLimitError("effects")
    large = min(large, max(least, int(small * math.sqrt(_TRIAL_SECONDS / first))))
    second = sizes.try_out(large)
    # Layers take longer with the area, edges with the side, and reading always as long.
    power = min(2.0, max(0.0, math.log(second / first, large / small)))
    for side in _SIDES:
        if side <= most and second * (side / large) ** power <= _MAX_SECONDS:
            return side
    raise DrawingLimitError("effects")


def _find_shown_size(name: str, root: Element) -> None:
    """Let a drawing without a size end where its shapes end; a window where they fill any."""
    root.set("viewBox", f"0 0 {MAX_SIDE} {MAX_SIDE}")
    set_size(root, MAX_SIDE, min_side=MAX_SIDE)
    drawn = _draw(name, tostring(root, "unicode")).pixels.getchannel("A").getbbox()
    fills_any = drawn is not None and drawn[2:] == (MAX_SIDE, MAX_SIDE)
    if drawn is None or fills_any:
        width, height = WINDOW
    else:
        width, height = drawn[2] + _MARGIN, drawn[3] + _MARGIN
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)


def _draw(name: str, text: str) -> Drawn:
    import resvg_py

    sans, serif, mono = map(find_family, ("sans-serif", "serif", "monospace"))
    try:
        drawn = resvg_py.svg_to_bytes(
            text,
            # Its own search has no limit.
            skip_system_fonts=True,
            font_files=list(list_font_files()),
            font_family=serif,
            sans_serif_family=sans,
            serif_family=serif,
            monospace_family=mono,
            cursive_family=sans,
            fantasy_family=sans,
        )
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the renderer is not an Exception
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    with PilImage.open(io.BytesIO(drawn)) as picture:
        return Drawn(picture.convert("RGBA"), drawn)
