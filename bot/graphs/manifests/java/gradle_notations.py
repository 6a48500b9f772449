"""Reads what follows a configuration in Gradle's `dependencies`: every way to name one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.messages import Message
from bot.graphs.manifests.java.gradle_statements import split_arguments
from bot.graphs.manifests.java.gradle_tokens import Token
from bot.graphs.manifests.reasons import COMPUTED, ELSEWHERE, NO_VERSION

_CATALOG = re.compile(r"[a-z]\w*[lL]ibs\.[\w.]+|libs\.[\w.]+")
_WRAPPERS = {"testFixtures", "variantOf", "dependencies.create", "create", "implementation"}
_PLATFORMS = {"platform", "enforcedPlatform"}
_BUILT_IN = {"gradleApi", "localGroovy", "gradleTestKit", "gradleKotlinDsl"}
_LOCAL = {"files", "fileTree", "rootProject.files", "project.files", "project.fileTree"}
_KOTLIN_GROUP = "org.jetbrains.kotlin"
_MAX_DEPTH = 5
_MAX_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Dependency:
    """One dependency as it is named; `reason` says why it is unresolved, where it is."""

    name: str
    version: str = ""
    kind: str = ""
    group: str = ""
    reason: Message | None = None


def read_dependencies(tokens: tuple[Token, ...], depth: int = 0) -> list[Dependency]:
    """Return what the tokens after a configuration's name stand for; at least one."""
    arguments = split_arguments(tokens)
    if not arguments:
        return []
    named = _read_named(arguments)
    if named is not None:
        return [named]
    if len(arguments) > 1 and _is_positional(arguments):
        given = [argument[0] for argument in arguments[:3]]
        return [_build(given[0], given[1], given[2] if given[2:] else Token("text", ""))]
    found = [_read_one(argument, depth) for argument in arguments]
    return [dependency for dependency in found if dependency is not None]


def _is_positional(arguments: list[tuple[Token, ...]]) -> bool:
    """Whether these are group, name and version by themselves: `implementation("g", "a", "1")`."""
    return all(len(part) == 1 and part[0].kind == "text" for part in arguments) and not any(
        ":" in part[0].value for part in arguments
    )


def _read_named(arguments: list[tuple[Token, ...]]) -> Dependency | None:
    """Read `group: 'g', name: 'a', version: 'v'`, with `=` in Kotlin."""
    values = {
        part[0].value: part[2] if len(part) == 3 else Token("word", _shorten(part[2:]))
        for part in arguments
        if len(part) > 2 and part[0].kind == "word" and part[1].value in (":", "=")
    }
    if "name" not in values:
        return None
    nothing = Token("text", "")
    name = values["name"]
    return _build(values.get("group", nothing), name, values.get("version", nothing))


def _read_one(argument: tuple[Token, ...], depth: int) -> Dependency | None:
    first = argument[0]
    if first.kind == "sign" and first.value in ("[", "(") and depth < _MAX_DEPTH:
        inner = read_dependencies(argument, depth + 1)
        return inner[0] if len(inner) == 1 else Dependency(_shorten(argument), reason=COMPUTED)
    if len(argument) == 1:
        return _read_single(first)
    if argument[1].value == "(" and first.kind == "word":
        return _read_call(first.value, argument[1:], depth)
    if first.kind == "text" and argument[1].value in ("{",):
        return _read_single(first)
    return Dependency(_shorten(argument), reason=COMPUTED)


def _read_single(token: Token) -> Dependency:
    if token.kind == "text":
        return _read_coordinates(token)
    if token.value.startswith("projects."):
        return Dependency(token.value, "", "project")
    is_catalog = _CATALOG.fullmatch(token.value) is not None
    return Dependency(token.value, reason=ELSEWHERE if is_catalog else COMPUTED)


def _read_call(word: str, rest: tuple[Token, ...], depth: int) -> Dependency | None:
    arguments = split_arguments(rest[: _find_end(rest)])
    if word in _BUILT_IN or word in _LOCAL:
        kind = "Gradle" if word in _BUILT_IN else "local files"
        return Dependency(_shorten((Token("word", word), *rest)), "", kind)
    if word == "project":
        return _read_project(arguments)
    if word == "kotlin" and arguments and arguments[0][0].kind == "text":
        module = Token("text", f"kotlin-{arguments[0][0].value}", arguments[0][0].has_holes)
        version = arguments[1][-1] if len(arguments) > 1 else Token("text", "")
        return _build(Token("text", _KOTLIN_GROUP), module, version)
    if word == "npm" and len(arguments) > 1:
        return Dependency(arguments[0][0].value, arguments[1][-1].value, "npm")
    if (word in _PLATFORMS or word in _WRAPPERS) and arguments and depth < _MAX_DEPTH:
        inner = read_dependencies(rest[: _find_end(rest)], depth + 1)
        if len(inner) == 1:
            kind = "platform" if word in _PLATFORMS else inner[0].kind
            return replace(inner[0], kind=kind)
    return Dependency(_shorten((Token("word", word), *rest)), reason=COMPUTED)


def _read_project(arguments: list[tuple[Token, ...]]) -> Dependency:
    """Read `project(":a")` and `project(path: ':a', configuration: 'b')`."""
    for argument in arguments:
        named = len(argument) == 3 and argument[0].value == "path"
        if argument[-1].kind == "text" and (named or len(argument) == 1):
            path = argument[-1]
            return Dependency(
                path.value, "", "project", reason=COMPUTED if path.has_holes else None
            )
    return Dependency("project(…)", "", "project", reason=COMPUTED)


def _read_coordinates(token: Token) -> Dependency:
    """Read `group:name:version:classifier@ending`."""
    parts = _split_outside_holes(token.value)
    if len(parts) < 2:
        return Dependency(token.value or "?", reason=COMPUTED)
    version = parts[2] if len(parts) > 2 else ""
    classifier = parts[3] if len(parts) > 3 else ""
    group, name = parts[0], f"{parts[0]}:{parts[1]}" + (f":{classifier}" if classifier else "")
    name = name.partition("@")[0]
    return _judge(
        Dependency(name, version.partition("@")[0].rstrip("!"), "", group), token.has_holes
    )


def _build(group: Token, name: Token, version: Token) -> Dependency:
    computed = any(part.kind != "text" or part.has_holes for part in (group, name, version))
    joined = f"{group.value}:{name.value}" if group.value else name.value
    return _judge(Dependency(joined, version.value, "", group.value), computed)


def _judge(dependency: Dependency, is_computed: bool) -> Dependency:  # noqa: FBT001 - a fact
    if is_computed:
        return replace(dependency, reason=COMPUTED)
    if not dependency.version:
        return replace(dependency, reason=NO_VERSION)
    return dependency


def _split_outside_holes(text: str) -> list[str]:
    return re.split(r":(?![^{}]*\})", text)


def _find_end(tokens: tuple[Token, ...]) -> int:
    """Return where the call's parentheses end, so that a block behind them is left out."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "sign":
            depth += (token.value in "([{") - (token.value in ")]}")
        if depth == 0:
            return at + 1
    return len(tokens)


def _shorten(tokens: tuple[Token, ...]) -> str:
    """Return the words of an expression, shortened, as people may look for them in the file."""
    words = [f'"{token.value}"' if token.kind == "text" else token.value for token in tokens[:30]]
    return "".join(words)[:_MAX_EXCERPT] or "?"
