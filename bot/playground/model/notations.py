"""What the played model writes when somebody asks for Mermaid, DOT or a formula. Pure.

It shows how Easel draws such code; what it says is made of the words of the question.
"""

from __future__ import annotations

import re

_MERMAID_PATTERN = re.compile(
    r"\bmermaid\b|\bflow ?charts?\b|\bsequence diagrams?\b|\bflussdiagramm|\borganigramme\b"
    r"|\bdiagrama de flujo\b|フローチャート",
    re.IGNORECASE,
)
_DOT_PATTERN = re.compile(r"\bgraphviz\b|\b(?:in|as|als|en|como) dot\b|\bdot (?:graph|code|file)")
_FORMULA_PATTERN = re.compile(r"\bla ?tex\b|\bformula\b|\bformel\b|\bformule\b|\bfórmula\b|数式")
_SUBJECT_PATTERN = re.compile(
    r"\b(?:of|for|von|für|de|del|du|d'|para|about)\s+(?:an?\s|the\s|eine[nrs]?\s|une?\s|una?\s)?"
    r"(?P<subject>[^.?!,]{2,30})",
    re.IGNORECASE,
)
_FORMULAS = (
    (re.compile(r"quadrat", re.IGNORECASE), "x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}"),
    (re.compile(r"pythag", re.IGNORECASE), "a^2 + b^2 = c^2"),
    (re.compile(r"euler", re.IGNORECASE), "e^{i\\pi} + 1 = 0"),
)
_OTHER_FORMULA = "\\bar{x} = \\frac{1}{n} \\sum_{i=1}^{n} x_i"
_FENCED = "{words}\n\n```{language}\n{code}\n```"


def write_notation(question: str) -> str | None:
    """Return an answer with the code that `question` asks for; None where it asks for none."""
    read = question[:500]
    if _MERMAID_PATTERN.search(read):
        return _write_mermaid(read)
    if _DOT_PATTERN.search(read.lower()):
        code = f'digraph {{\n  Start -> "{_find_subject(read)}" -> Done\n}}'
        return _FENCED.format(words="As DOT:", language="dot", code=code)
    if _FORMULA_PATTERN.search(read.lower()):
        formula = next((one for name, one in _FORMULAS if name.search(read)), _OTHER_FORMULA)
        return f"As LaTeX:\n\n$$\n{formula}\n$$"
    return None


def _write_mermaid(question: str) -> str:
    subject = _find_subject(question)
    if re.search(r"sequence", question, re.IGNORECASE):
        code = f"sequenceDiagram\n  Person->>Service: {subject}\n  Service-->>Person: done"
    else:
        code = (
            f'flowchart TD\n  A([Start]) --> B["{subject}"]\n  B --> C{{Is it right?}}\n'
            "  C -->|yes| D([Done])\n  C -->|no| B"
        )
    return _FENCED.format(words="As Mermaid:", language="mermaid", code=code)


def _find_subject(question: str) -> str:
    found = _SUBJECT_PATTERN.search(question)
    words = found["subject"] if found is not None else "the work"
    return " ".join(re.sub(r"[^\w -]", " ", words).split()) or "the work"
