"""Cuts Gradle's build files, in Groovy and in Kotlin, into words, texts and signs. Runs nothing.

Only what matters for statements is told apart: comments are left out, texts know whether
something is computed in them. A pattern reads a token; nothing here calls itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>[ \t\f]+|\\\r?\n)"
    r"|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<line>\r?\n|;)"
    r'|(?P<text>"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''(?:[^\\]|\\.)*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>`[^`\n]+`|[\w$]+(?:\s*\??\.\s*[A-Za-z_$][\w$]*)*)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_HOLE = re.compile(r"\$\{\s*([\w.\[\]\"']+)\s*\}|\$([A-Za-z_][\w.]*\w|[A-Za-z_])")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is “word” (with its dots), “text” (without its quotes), “sign” or “line”."""

    kind: str
    value: str
    has_holes: bool = False


def cut_tokens(text: str) -> list[Token]:
    """Return the tokens of a build file, without comments."""
    tokens = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "text":
            tokens.append(_read_text(found[0]))
        elif kind == "word":
            tokens.append(Token("word", re.sub(r"[\s`?]", "", found[0])))
        elif kind in ("sign", "line"):
            tokens.append(Token(kind, found[0]))
    return tokens


def _read_text(quoted: str) -> Token:
    size = 3 if quoted[:3] in ('"""', "'''") else 1
    end = len(quoted) - size if quoted.endswith(quoted[:size]) else len(quoted)
    value = quoted[size : max(end, size)]
    return Token("text", value, quoted[0] == '"' and re.search(r"(?<!\\)\$", value) is not None)


def fill_holes(token: Token, values: dict[str, str]) -> Token:
    """Return a text with its `$x` and `${x}` filled, as far as `values` has them."""
    if not token.has_holes:
        return token

    def get_value(found: re.Match[str]) -> str:
        name = re.sub(r"[\[\]\"']+", ".", found[1] or found[2]).strip(".")
        return values.get(_shorten(name), found[0])

    value = _HOLE.sub(get_value, token.value)
    return Token("text", value, "$" in value)


def find_values(tokens: list[Token]) -> dict[str, str]:
    """Return the names that the file sets once, to a plain text: `def x = "1"`, `ext.x = '1'`."""
    found: dict[str, set[str]] = {}
    for at in range(len(tokens) - 2):
        name, sign, value = tokens[at : at + 3]
        follows = tokens[at + 3] if at + 3 < len(tokens) else Token("line", "")
        if name.kind == "word" and sign.value == "=" and value.value != "=":
            is_plain = value.kind == "text" and _is_end(follows)
            found.setdefault(_shorten(name.value), set()).add(value.value if is_plain else "")
        elif name.value == "by" and sign.value == "extra" and at:
            given = tokens[at + 3] if value.value == "(" and follows.kind == "text" else value
            plain = given.value if given.kind == "text" else ""
            found.setdefault(_shorten(tokens[at - 1].value), set()).add(plain)
    once = {name: values.copy().pop() for name, values in found.items() if len(values) == 1}
    return {name: value for name, value in once.items() if value and "$" not in value}


def _is_end(token: Token) -> bool:
    return token.kind == "line" or token.value in ("}", ",", "]", ")")


def _shorten(name: str) -> str:
    """Return a name without what says where it is kept: `rootProject.ext.x` is `x`."""
    return re.sub(r"^(?:(?:this|rootProject|project|ext|extra)\.)+", "", name)
