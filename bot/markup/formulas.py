"""Rewrites LaTeX into lines that matplotlib's mathtext can draw. Pure.

Mathtext knows the words of formulas and no environments (matplotlib.org, “Writing mathematical
expressions”): those that only stack lines are taken apart here, the others are left as code.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.markup.faults import BrokenMarkupError, UnknownMarkupError

MAX_LINES, MAX_LINE_CHARS = 12, 1_000
_STACKED = re.compile(
    r"\\(?:begin|end)\{(?:equation|align|aligned|gather|gathered|multline|eqnarray|displaymath"
    r"|split|math)\*?\}"
)
_OTHER_ENVIRONMENT = re.compile(r"\\begin\{|\\documentclass|\\usepackage|\\section|\\item\b")
_DROPPED = re.compile(
    r"\\(?:label|tag\*?|hspace\*?|vspace\*?|color)\{[^{}]*\}"
    r"|\\(?:nonumber|notag|displaystyle|textstyle|limits|nolimits|allowbreak|centering)(?![A-Za-z])"
    r"|(?<!\\)%[^\n]*"
)
_BIG = re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?(?![A-Za-z])")
# The same thing in words that mathtext knows.
_OTHER_WORDS = {
    "implies": r"\Longrightarrow ", "impliedby": r"\Longleftarrow ",
    "iff": r"\Longleftrightarrow ", "bm": r"\boldsymbol", "pmb": r"\boldsymbol",
    "tfrac": r"\frac", "cfrac": r"\frac", "tbinom": r"\binom", "dbinom": r"\binom",
    "textbf": r"\mathbf", "textit": r"\mathit", "textrm": r"\mathrm", "mbox": r"\text",
    "land": r"\wedge ", "lor": r"\vee ", "lnot": r"\neg ", "gets": r"\leftarrow ",
    "lvert": "|", "rvert": "|", "lVert": r"\Vert ", "rVert": r"\Vert ",
    "qquad": r"\quad\quad ", "coloneqq": ":=", "argmax": r"\operatorname{argmax}",
    "argmin": r"\operatorname{argmin}", "lbrace": r"\{", "rbrace": r"\}",
    "le": r"\leq ", "ge": r"\geq ", "lt": "<", "gt": ">", "stackrel": r"\overset",
    "bmod": r"\ \mathrm{mod}\ ", "boxed": "",
    "mathbbm": r"\mathbb", "dots": r"\ldots ", "dotsc": r"\ldots ", "dotsb": r"\cdots ",
}  # fmt: skip
_OTHER_WORD = re.compile(rf"\\({'|'.join(_OTHER_WORDS)})(?![A-Za-z])")
# Arguments that LaTeX takes without braces, and words with one that mathtext has in other words.
_REWRITTEN = (
    (re.compile(r"\\([dt]?frac)\s*(\d)\s*(\d)"), r"\\\1{\2}{\3}"),
    (re.compile(r"\\sqrt\s*(\d)"), r"\\sqrt{\1}"),
    (re.compile(r"\\pmod\s*\{([^{}]*)\}"), r"\\ (\\mathrm{mod}\\ \1)"),
    (re.compile(r"\\xrightarrow\{([^{}]*)\}"), r"\\overset{\1}{\\rightarrow}"),
)
_LINE_END = re.compile(r"\\\\(?:\*|\[[^\]]{0,20}\])?")
_BARE_BRACE = re.compile(r"(?<!\\)(?:\\\\)*([{}])")
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """One line: what stands before the sign of alignment, and the rest. Both are for mathtext."""

    before: str
    after: str = ""


def split_formula(code: str) -> list[FormulaLine]:
    """Return the lines of a formula.

    Raises `BrokenMarkupError` where its braces do not match, `UnknownMarkupError` where it holds
    what cannot be drawn here.
    """
    text = _strip_delimiters(code)
    if not text or not _has_known_letters(text):
        raise UnknownMarkupError("no formula")
    text = _DROPPED.sub("", _STACKED.sub("", text))
    if _OTHER_ENVIRONMENT.search(text):
        raise UnknownMarkupError("an environment")
    _check_pairs(text)
    text = _OTHER_WORD.sub(lambda match: _OTHER_WORDS[match[1]], text)
    text = _BIG.sub("", text)
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    parts = [" ".join(line.split()) for line in _LINE_END.split(text)]
    lines = [_split_line(line) for line in parts if line]
    if not 0 < len(lines) <= MAX_LINES or any(len(line) > MAX_LINE_CHARS for line in parts):
        raise UnknownMarkupError("too long")
    return lines


def _split_line(line: str) -> FormulaLine:
    before, mark, after = re.sub(r"\\&", "\0", line).partition("&")
    rest = after.replace("&", r"\quad ")
    before, rest = (part.replace("\0", r"\&").strip() for part in (before, rest))
    return FormulaLine(before, f"{{}}{rest}" if mark and rest else rest)


def _strip_delimiters(code: str) -> str:
    text = code.strip()
    for start, end in (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")):
        is_wrapped = text.startswith(start) and text.endswith(end)
        if is_wrapped and len(text) > len(start + end):
            return text[len(start) : -len(end)].strip() if start not in text[2:-2] else ""
    return "" if re.search(r"(?<!\\)\$", text) else text


def _has_known_letters(text: str) -> bool:
    """Whether the fonts of formulas have these letters: other scripts would be empty boxes."""
    foreign = (c for c in text if ord(c) > 0x2FF and unicodedata.category(c)[0] == "L")
    is_known = all(unicodedata.name(c, "").startswith((*_SCRIPTS, "MATHEMATICAL")) for c in foreign)
    return is_known and not any(ord(c) >= 0x2E80 and ord(c) < 0x1D400 for c in text)


def _check_pairs(text: str) -> None:
    depth = 0
    for match in _BARE_BRACE.finditer(text):
        depth += 1 if match[1] == "{" else -1
        if depth < 0:
            raise BrokenMarkupError("a closing brace without an opening one")
    if depth:
        raise BrokenMarkupError("an opening brace without a closing one")
    lefts, rights = (len(re.findall(rf"\\{word}(?![A-Za-z])", text)) for word in ("left", "right"))
    if lefts != rights:
        raise BrokenMarkupError(r"\left and \right do not match")
