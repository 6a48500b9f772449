"""Says what of a DOT graph is drawn: looks and words, nothing that reads a file. Pure.

The names are Graphviz's (graphviz.org/doc/info/attrs.html). What is not listed is left out:
`image`, `shapefile`, `_background`, `fontpath`, `stylesheet`, `URL` and whatever comes next.
"""

from __future__ import annotations

import html
import re

FONT = "DejaVu Sans"
ENGINES = frozenset(("dot", "neato", "fdp", "sfdp", "twopi", "circo", "osage", "patchwork"))
# Attributes of each of a graph, its nodes and its edges, in one list.
_HARMLESS = frozenset((
    "area", "arrowhead", "arrowsize", "arrowtail", "bgcolor", "center", "clusterrank", "color",
    "colorscheme", "compound", "concentrate", "constraint", "decorate", "dir", "distortion",
    "esep", "fillcolor", "fixedsize", "fontcolor", "fontsize", "gradientangle", "group",
    "headlabel", "headport", "height", "k", "label", "labelangle", "labeldistance", "labelfloat",
    "labelfontcolor", "labelfontsize", "labeljust", "labelloc", "landscape", "layout", "len",
    "lhead", "lp", "ltail", "margin", "minlen", "mode", "model", "newrank", "nodesep",
    "nojustify", "normalize", "ordering", "orientation", "outputorder", "overlap", "pack",
    "packmode", "pad", "pagedir", "pencolor", "penwidth", "peripheries", "pin", "pos",
    "quadtree", "rank", "rankdir", "ranksep", "ratio", "regular", "root", "rotate", "samehead",
    "sametail", "sep", "shape", "sides", "size", "skew", "sortv", "splines", "start", "style",
    "taillabel", "tailport", "weight", "width", "xlabel",
))  # fmt: skip
# How much of each is enough for any picture: Graphviz itself takes any number.
_LIMITS = {"fontsize": 96.0, "labelfontsize": 96.0, "penwidth": 30.0, "width": 30.0, "height": 30.0,
           "peripheries": 12.0, "sides": 60.0, "arrowsize": 12.0, "minlen": 30.0, "nodesep": 20.0,
           "ranksep": 20.0, "pad": 10.0, "margin": 10.0, "weight": 1_000.0,
           "labeldistance": 20.0}  # fmt: skip
_NUMBER = re.compile(r"\s*[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?\s*")
# Strings and comments are passed over as wholes; a line that begins with # is a comment too.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|/\*.*?(?:\*/|\Z)|//[^\n]*|^#[^\n]*|<', re.DOTALL | re.MULTILINE
)
_BRACKET = re.compile(r"[<>]")
_BREAK = re.compile(r"<\s*(?:br|/tr)\b[^>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</\s*td\s*>(?=\s*<\s*td\b)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def clean_attribute(name: str, value: str) -> str:
    """Return what is kept of an attribute; "" for nothing."""
    if name == "fontname":
        return FONT
    if name not in _HARMLESS:
        return ""
    if name == "layout":
        return value if value in ENGINES else ""
    if name == "shape" and value.lower() in ("epsf", "custom"):
        return ""
    if name in _LIMITS and _NUMBER.fullmatch(value):
        return f"{min(float(value), _LIMITS[name]):g}"
    return value


def replace_html(code: str) -> str:
    """Return DOT with the words of labels that are HTML in place of them.

    Graphviz reads `<…>` as HTML wherever it is no part of a string or a comment.
    """
    parts, at = [], 0
    for match in _TOKEN.finditer(code):
        if match.start() < at or match[0] != "<":
            continue
        end = _find_html_end(code, match.start())
        parts += [code[at : match.start()], _quote(_read_html(code[match.start() + 1 : end - 1]))]
        at = end
    return "".join([*parts, code[at:]])


def _find_html_end(code: str, start: int) -> int:
    depth = 0
    for match in _BRACKET.finditer(code, start):
        depth += 1 if match[0] == "<" else -1
        if not depth:
            return match.end()
    return len(code)


def _read_html(content: str) -> str:
    """Return the words of a label in HTML, in lines."""
    text = _TAG.sub("", _BREAK.sub("\n", _CELL_END.sub(" | ", content)))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
