"""Groups the tokens of a Gradle file into blocks and statements. Runs nothing, calls nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.graphs.manifests.java.gradle_tokens import Token

_OPENING, _CLOSING = "([{", ")]}"
_MAX_BRACKETS = 5
MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, and the first words of the blocks around it, from outside inwards.

    `tokens` lack the blocks that follow; `opens_block`: a block of its own follows.
    """

    path: tuple[str, ...]
    tokens: tuple[Token, ...]
    opens_block: bool = False

    @property
    def word(self) -> str:
        """The first word: what the statement does."""
        first = self.tokens[0]
        return first.value if first.kind in ("word", "text") else ""


def list_statements(tokens: list[Token]) -> Iterator[Statement]:
    """Yield the statements in order. A block in parentheses belongs to its statement."""
    path: list[str] = []
    current: list[Token] = []
    depth = 0  # of round and square brackets
    for token in tokens:
        if depth == 0 and _is_end(token, current):
            if current:
                opens = token.value == "{"
                yield Statement(tuple(path[:MAX_DEPTH]), tuple(current), opens_block=opens)
            if token.value == "{":
                path.append(_name_block(current))
            elif token.value == "}":
                del path[-1:]
            current = []
        elif token.kind != "line":
            current.append(token)
            depth = max(0, depth + _count_depth(token))
    if current:
        yield Statement(tuple(path[:MAX_DEPTH]), tuple(current))


def split_arguments(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return what follows a statement's word, split at its commas, without brackets around it."""
    for _ in range(_MAX_BRACKETS):
        if tokens[:1] and tokens[0].value in ("(", "[") and _close(tokens) == len(tokens) - 1:
            tokens = tokens[1:-1]
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _count_depth(token)
        if depth == 0 and token.kind == "sign" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts if part]


def _close(tokens: tuple[Token, ...]) -> int:
    """Return where the bracket closes with which the tokens begin, else -1."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += _count_depth(token)
        if depth == 0:
            return at
    return -1


def _count_depth(token: Token) -> int:
    if token.kind != "sign":
        return 0
    return (token.value in _OPENING) - (token.value in _CLOSING)


def _is_end(token: Token, current: list[Token]) -> bool:
    if token.kind == "line":
        return not _is_open(current)
    return token.kind == "sign" and token.value in ("{", "}")


def _is_open(current: list[Token]) -> bool:
    return bool(current) and current[-1].kind == "sign" and current[-1].value in ",:=+"


def _name_block(current: list[Token]) -> str:
    """Return what opens a block, “?” for what is decided or repeated when it is run."""
    if not current or current[0].kind == "sign":
        return "?"
    is_named = current[0].value in ("val", "var", "def") and len(current) > 1
    return current[1].value if is_named else current[0].value
