"""Makes Mermaid safe to draw, and gives it Easel's own looks. Pure.

What is taken out changes nothing that a picture shows: directives and the configuration of a
front matter (mermaid.js.org/config/configuration.html), and what a click does.
"""

from __future__ import annotations

import json
import re

# Its own colours of slices and bars are too pale on white; these carry dark words.
_COLOURS = ("#8fb3da", "#f7b267", "#9ccfca", "#ee9a9b", "#94c983", "#efd36c", "#cda4c0", "#bf9f90")
_LOOKS = {
    "theme": "default",
    "fontFamily": "DejaVu Sans",
    "themeVariables": {
        "fontFamily": "DejaVu Sans",
        **{f"pie{number}": colour for number, colour in enumerate(_COLOURS, 1)},
        "pieOpacity": "1",
        "xyChart": {"plotColorPalette": ",".join(_COLOURS)},
    },
}
_DIRECTIVE = re.compile(r"%%\{.*?\}%%", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)\n[ \t]*---[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*([^\n]{1,200})$", re.MULTILINE)
# `click A "https://…"`, and no arrow from a node that is called so.
_CLICK = re.compile(r"^[ \t]*click[ \t]+\w[\w.-]*[ \t]+(?![-=.<~&|])[^\n]*$", re.MULTILINE)
# Kinds of diagrams in which such a line does something on a click, and is no text.
_CLICKABLE = ("flowchart", "graph", "classDiagram", "gantt", "stateDiagram")
_COMMENT = re.compile(r"^[ \t]*%%[^\n]*$", re.MULTILINE)


def prepare_mermaid(code: str) -> str:
    """Return what is drawn of `code`."""
    title, body = _split_front_matter(code.replace("\r\n", "\n").replace("\0", ""))
    body = _DIRECTIVE.sub("", body)
    if read_kind(body).startswith(_CLICKABLE):
        body = _CLICK.sub("", body)
    if not body.strip():
        return ""
    front = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n" if title else ""
    return f"{front}%%{{init: {json.dumps(_LOOKS)}}}%%\n{body.strip()}\n"


def read_kind(code: str) -> str:
    """Return the first word of a diagram, which says of what kind it is."""
    _, body = _split_front_matter(code)
    words = _COMMENT.sub("", _DIRECTIVE.sub("", body)).split(None, 1)
    return words[0].rstrip(";:") if words else ""


def is_perhaps_newer(code: str) -> bool:
    """Whether it may be a kind that the parser does not know yet: such ones end in “-beta”."""
    return read_kind(code).endswith("-beta")


def _split_front_matter(code: str) -> tuple[str, str]:
    match = _FRONT_MATTER.match(code)
    if match is None:
        return "", code
    title = _TITLE.search(match[1])
    return (title[1].strip().strip("\"'") if title else ""), code[match.end() :]
