"""Finds the sentences in the source, for the catalogues: what `Message` is called with.

Reads the syntax tree, so that a sentence may be a literal, the name of a constant of its module or
of an imported one, an entry of such a table, or a choice between these. Anything else
is a problem.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FOLDERS = ("bot", "handlers", "storage")
# What operators read stays English; `bot.domain.messages` makes messages of any sentence.
_LEFT_OUT = (
    "bot/cli/",
    "bot/playground/",
    "bot/domain/messages.py",
    "bot/domain/stored_messages.py",
    "bot/i18n/",
)
_CLASS_NAME = "Message"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the file `place`; `plural` is "" where it has one form."""

    msgid: str
    plural: str
    place: str


@dataclass(slots=True)
class Extraction:
    """The sentences that were found, and where something is no sentence."""

    sentences: list[Sentence] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def extract_sentences() -> Extraction:
    """Return the sentences of the source, in the order of files and lines."""
    result = Extraction()
    modules = {_name_module(path): ast.parse(path.read_text()) for path in _list_files()}
    constants = {name: _collect_constants(tree) for name, tree in modules.items()}
    for name, tree in modules.items():
        place = _get_place(name)
        if place.startswith(_LEFT_OUT):
            continue
        resolver = _Resolver(constants, name, tree)
        for call in _list_calls(tree):
            _add_call(call, resolver, place, result)
    return result


def _add_call(call: ast.Call, resolver: _Resolver, place: str, result: Extraction) -> None:
    msgids = resolver.resolve(call.args[0]) if call.args else []
    plural_value = next((item.value for item in call.keywords if item.arg == "plural"), None)
    plurals = [""] if plural_value is None else resolver.resolve(plural_value)
    if not msgids or not plurals or (len(plurals) != 1 and len(plurals) != len(msgids)):
        result.problems.append(f"{place}:{call.lineno}: not a literal sentence")
        return
    for index, msgid in enumerate(msgids):
        plural = plurals[index] if len(plurals) > 1 else plurals[0]
        result.sentences.append(Sentence(msgid, plural, place))


class _Resolver:
    """Knows what the names of one module stand for."""

    def __init__(
        self, constants: dict[str, dict[str, ast.expr]], module: str, tree: ast.Module
    ) -> None:
        self._constants = constants
        self._module = module
        self._imports = _collect_imports(tree)

    def resolve(self, node: ast.expr) -> list[str]:
        """Return the sentences that an expression may be; none if it may be something else."""
        match node:
            case ast.Constant(value=str() as text):
                return [text]
            case ast.Name(id=name):
                return self._resolve_name(name)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return self._resolve_in(self._imports.get(module, ""), name)
            case ast.Subscript(value=ast.Name() | ast.Attribute() as table):
                return self.resolve(table)
            case ast.IfExp(body=body, orelse=other):
                found = [self.resolve(body), self.resolve(other)]
                return [*found[0], *found[1]] if all(found) else []
            case _:
                return []

    def _resolve_name(self, name: str) -> list[str]:
        if name in self._constants[self._module]:
            return self._resolve_in(self._module, name)
        module, _, original = self._imports.get(name, "").rpartition(".")
        return self._resolve_in(module, original)

    def _resolve_in(self, module: str, name: str) -> list[str]:
        match self._constants.get(module, {}).get(name):
            case ast.Constant(value=str() as text):
                return [text]
            case ast.Dict(values=entries) if all(map(_is_text, entries)):
                return [str(getattr(entry, "value", "")) for entry in entries]
            case _:
                return []


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _list_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _name_module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _get_place(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _list_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == _CLASS_NAME:
            yield node


def _collect_constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the values of names that a module sets once, at its top."""
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            constants[node.target.id] = node.value
    return constants


def _collect_imports(tree: ast.Module) -> dict[str, str]:
    """Return the dotted names that imported names stand for."""
    imports: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                imports[alias.asname or alias.name] = alias.name
    return imports
