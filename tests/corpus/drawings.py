"""SVG drawings in the forms of the tools that write them: files in `drawings/`, and made ones."""

from __future__ import annotations

import base64
import gzip
import io
from pathlib import Path

from PIL import Image as PilImage

_FOLDER = Path(__file__).parent / "drawings"
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
# Each of these is blue, whatever it is packed in.
HELD_KINDS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "SVG", "SVG in letters")


def list_tools() -> list[str]:
    """Return the names of the tools whose form there is a drawing in."""
    return sorted(path.stem for path in _FOLDER.glob("*.svg"))


def load_drawing(tool: str) -> bytes:
    """Return the drawing in the form of a tool."""
    return (_FOLDER / f"{tool}.svg").read_bytes()


def build_holder(kind: str) -> bytes:
    """A drawing of 100 by 50 that holds a blue picture of a kind."""
    address = _write_drawing(kind) if kind.startswith("SVG") else _write_picture(kind)
    return (
        f'<svg {_SVG} {_LINKS} width="100" height="50"><image width="100" height="50"'
        f' xlink:href="{address}"/></svg>'
    ).encode()


def _write_picture(kind: str) -> str:
    out = io.BytesIO()
    # A JPEG for print: its colours are those of inks.
    mode, blue = ("CMYK", (255, 255, 0, 0)) if kind == "JPEG" else ("RGB", (0, 0, 255))
    PilImage.new(mode, (20, 10), blue).save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def _write_drawing(kind: str) -> str:
    inner = f'<svg {_SVG} viewBox="0 0 2 1"><rect width="2" height="1" fill="#00f"/></svg>'
    if kind == "SVG":
        return f"data:image/svg+xml;base64,{base64.b64encode(inner.encode()).decode()}"
    letters = inner.replace("#", "%23").replace('"', "'").replace("<", "&lt;")
    return f"data:image/svg+xml;utf8,{letters}"


def build_letters(words: str) -> bytes:
    """Words alone, black on white."""
    return (
        f'<svg {_SVG} width="400" height="60"><rect width="400" height="60" fill="#fff"/><text'
        f' x="10" y="40" font-size="30" font-family="sans-serif">{words}</text></svg>'
    ).encode()


def pack(drawing: bytes) -> bytes:
    """The drawing in an `.svgz`."""
    return gzip.compress(drawing, mtime=0)
