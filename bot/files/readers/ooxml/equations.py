"""Writes equations (OMML, ISO/IEC 29500-1, 22.1) in the notation of LaTeX. Pure."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.xml_trees import find, find_value, is_on, list_children

_ACCENTS = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "^": "hat", "\u0303": "tilde",
    "~": "tilde", "\u0304": "bar", "\u0305": "overline", "\u0306": "breve", "\u0307": "dot",
    "\u0308": "ddot", "\u20db": "dddot", "\u030c": "check", "\u20d7": "vec",
    "\u20d6": "overleftarrow",
    "\u20e1": "overleftrightarrow", "\u0332": "underline",
}  # fmt: skip
_NARY = {
    "∫": "\\int", "∬": "\\iint", "∭": "\\iiint", "∮": "\\oint", "∯": "\\oiint", "∑": "\\sum",
    "∏": "\\prod", "∐": "\\coprod", "⋃": "\\bigcup", "⋂": "\\bigcap", "⋁": "\\bigvee",
    "⋀": "\\bigwedge", "⨁": "\\bigoplus", "⨂": "\\bigotimes",
}  # fmt: skip
_GROUPS = {"⏞": "overbrace", "⏟": "underbrace", "→": "xrightarrow", "←": "xleftarrow"}
_FUNCTIONS = frozenset(
    (
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin",
        "arccos", "arctan", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf", "det",
        "dim", "ker", "arg", "gcd", "deg", "hom", "Pr",
    )
)  # fmt: skip
_MAX_DEPTH = 60
_NEW_LINE, _ESCAPED = " \\\\ ", {"{": "\\{", "}": "\\}"}


def format_equation(element: Element) -> str:
    """Return an equation, or a paragraph of equations, between signs of a dollar; "" if empty."""
    if element.tag == "m:oMathPara":
        parts = [format_equation(one) for one in list_children(element, "m:oMath")]
        return "\n".join(filter(None, parts))
    text = " ".join(_write_children(element, 0).split())
    return f"${text}$" if text else ""


def _write_children(element: Element | None, depth: int) -> str:
    if element is None:
        return ""
    return "".join(_write(child, depth + 1) for child in element)


def _write(element: Element, depth: int) -> str:
    tag = str(element.tag)
    if tag == "m:t":
        return element.text or ""
    if tag == "m:r":
        text = "".join(part.text or "" for part in list_children(element, "m:t")) or "".join(
            part.text or "" for part in list_children(element, "w:t")
        )
        return f"\\text{{{text}}}" if is_on(element, "m:rPr/m:nor") and text.strip() else text
    if tag.endswith("Pr") or depth > _MAX_DEPTH:
        return "" if tag.endswith("Pr") else "".join(element.itertext())
    writer = _WRITERS.get(tag)
    return _write_children(element, depth) if writer is None else writer(element, depth)


def _write_argument(element: Element, name: str, depth: int) -> str:
    return _write_children(find(element, name), depth).strip()


def _pack(text: str) -> str:
    return f"{{{text}}}"


def _write_fraction(element: Element, depth: int) -> str:
    above, below = (_write_argument(element, name, depth) for name in ("m:num", "m:den"))
    kind = find_value(element, "m:fPr/m:type")
    if kind in ("lin", "skw"):
        return f"{_pack(above)}/{_pack(below)}"
    name = "\\genfrac{}{}{0pt}{}" if kind == "noBar" else "\\frac"
    return f"{name}{_pack(above)}{_pack(below)}"


def _write_radical(element: Element, depth: int) -> str:
    degree = _write_argument(element, "m:deg", depth)
    if is_on(element, "m:radPr/m:degHide"):
        degree = ""
    return f"\\sqrt{f'[{degree}]' if degree else ''}{_pack(_write_argument(element, 'm:e', depth))}"


def _write_scripts(element: Element, depth: int) -> str:
    base, below, above = (
        _write_argument(element, name, depth) for name in ("m:e", "m:sub", "m:sup")
    )
    scripts = f"{f'_{_pack(below)}' if below else ''}{f'^{_pack(above)}' if above else ''}"
    if element.tag == "m:sPre":
        return f"{{}}{scripts}{_pack(base)}"
    return f"{base if len(base) == 1 else _pack(base)}{scripts}"


def _write_nary(element: Element, depth: int) -> str:
    sign = find_value(element, "m:naryPr/m:chr", "∫")
    name = _NARY.get(sign, sign or "\\int")
    below, above = (_write_argument(element, part, depth) for part in ("m:sub", "m:sup"))
    if is_on(element, "m:naryPr/m:subHide"):
        below = ""
    if is_on(element, "m:naryPr/m:supHide"):
        above = ""
    scripts = f"{f'_{_pack(below)}' if below else ''}{f'^{_pack(above)}' if above else ''}"
    return f"{name}{scripts} {_write_argument(element, 'm:e', depth)}"


def _write_delimiters(element: Element, depth: int) -> str:
    start = find_value(element, "m:dPr/m:begChr", "(")
    end = find_value(element, "m:dPr/m:endChr", ")")
    between = find_value(element, "m:dPr/m:sepChr", "|")
    inner = between.join(
        _write_children(one, depth).strip() for one in list_children(element, "m:e")
    )
    left, right = (_ESCAPED.get(sign, sign) or "." for sign in (start, end))
    return f"\\left{left} {inner} \\right{right} "


def _write_function(element: Element, depth: int) -> str:
    name = _write_argument(element, "m:fName", depth)
    name = f"\\{name}" if name in _FUNCTIONS else name
    return f"{name} {_write_argument(element, 'm:e', depth)}"


def _write_limit(element: Element, depth: int) -> str:
    base, limit = _write_argument(element, "m:e", depth), _write_argument(element, "m:lim", depth)
    if base in _FUNCTIONS:
        base = f"\\{base}"
    return f"{base}{'_' if element.tag == 'm:limLow' else '^'}{_pack(limit)}"


def _write_matrix(element: Element, depth: int) -> str:
    rows = (
        " & ".join(_write_children(cell, depth).strip() for cell in list_children(row, "m:e"))
        for row in list_children(element, "m:mr")
    )
    return f"\\begin{{matrix}} {_NEW_LINE.join(rows)} \\end{{matrix}}"


def _write_array(element: Element, depth: int) -> str:
    rows = (_write_children(row, depth).strip() for row in list_children(element, "m:e"))
    return f"\\begin{{array}}{{l}} {_NEW_LINE.join(rows)} \\end{{array}}"


def _write_accent(element: Element, depth: int) -> str:
    name = _ACCENTS.get(find_value(element, "m:accPr/m:chr", "\u0302"), "hat")
    return f"\\{name}{_pack(_write_argument(element, 'm:e', depth))}"


def _write_bar(element: Element, depth: int) -> str:
    name = "overline" if find_value(element, "m:barPr/m:pos") == "top" else "underline"
    return f"\\{name}{_pack(_write_argument(element, 'm:e', depth))}"


def _write_group(element: Element, depth: int) -> str:
    name = _GROUPS.get(find_value(element, "m:groupChrPr/m:chr", "⏟"), "underbrace")
    return f"\\{name}{_pack(_write_argument(element, 'm:e', depth))}"


def _write_box(element: Element, depth: int) -> str:
    return f"\\boxed{_pack(_write_argument(element, 'm:e', depth))}"


_WRITERS: dict[str, Callable[[Element, int], str]] = {
    "m:f": _write_fraction,
    "m:rad": _write_radical,
    "m:sSup": _write_scripts,
    "m:sSub": _write_scripts,
    "m:sSubSup": _write_scripts,
    "m:sPre": _write_scripts,
    "m:nary": _write_nary,
    "m:d": _write_delimiters,
    "m:func": _write_function,
    "m:limLow": _write_limit,
    "m:limUpp": _write_limit,
    "m:m": _write_matrix,
    "m:eqArr": _write_array,
    "m:acc": _write_accent,
    "m:bar": _write_bar,
    "m:groupChr": _write_group,
    "m:borderBox": _write_box,
}
