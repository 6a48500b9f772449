"""`go.mod` and `go.work`: the modules that a Go project requires, replaces and leaves out. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.systems.go_lines import Directive, get_go_group, read_directives

_NAME, _WORK_NAME = "go.mod", "go.work"
_WORD_COUNTS = {
    "module": 1, "require": 2, "exclude": 2, "tool": 1, "use": 1, "go": 1, "toolchain": 1,
}  # fmt: skip
_NO_CONNECTIONS_MESSAGE = "{file} lists all modules that are needed, but not which needs which."
_EXCLUDED_MESSAGE = "{file} excludes {modules}."


@dataclass(slots=True)
class _Module:
    """What one file says, put in order before it becomes a graph."""

    words: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    requires: list[tuple[str, str, bool]] = field(default_factory=list)
    replaces: list[tuple[str, str, str, str]] = field(default_factory=list)
    excludes: list[tuple[str, str]] = field(default_factory=list)


def read_go_mod(name: str, text: str) -> Graph:
    """Return the module and what it requires; the indirect ones too. Raises `GraphError`."""
    module = _collect(name, read_directives(name, text, _NAME), _NAME)
    draft = GraphDraft(name)
    root = draft.add_root((module.words["module"] or [name])[0])
    _fill(draft, root, module)
    if any(is_indirect for _, _, is_indirect in module.requires):
        draft.note(Message(_NO_CONNECTIONS_MESSAGE, file=clean_label(name)))
    return draft.build(is_whole=False)


def read_go_work(name: str, text: str) -> Graph:
    """Return the workspace and the folders of its modules. Raises `GraphError`."""
    module = _collect(name, read_directives(name, text, _WORK_NAME), _WORK_NAME)
    draft = GraphDraft(name)
    root = draft.add_root(name)
    for folder in module.words["use"]:
        target = draft.add_unresolved(folder, describe_place(name, folder))
        draft.connect(root, target, kinds.PRODUCTION, "use", is_open=True)
    _fill(draft, root, module)
    return draft.build(is_whole=False)


def _collect(file: str, directives: list[Directive], format_name: str) -> _Module:
    """`retract`, `godebug`, `ignore` and what later versions of Go bring need nothing."""
    module = _Module()
    for one in directives:
        words = one.words
        if one.verb == "replace":
            module.replaces.append(_read_replace(file, one, format_name))
            continue
        if one.verb in _WORD_COUNTS and len(words) != _WORD_COUNTS[one.verb]:
            raise refusals.refuse_line(file, format_name, one.line)
        match one.verb:
            case "require":
                module.requires.append((words[0], words[1], one.is_indirect))
            case "exclude":
                module.excludes.append((words[0], words[1]))
            case "module" | "tool" | "use" | "go" | "toolchain":
                module.words[one.verb].append(words[0])
            case _:
                pass
    return module


def _read_replace(file: str, one: Directive, format_name: str) -> tuple[str, str, str, str]:
    arrow = one.words.index("=>") if "=>" in one.words else 0
    left, right = one.words[:arrow], one.words[arrow + 1 :]
    if len(left) not in (1, 2) or len(right) not in (1, 2):
        raise refusals.refuse_line(file, format_name, one.line)
    return (left[0], left[1] if left[1:] else "", right[0], right[1] if right[1:] else "")


def _fill(draft: GraphDraft, root: str, module: _Module) -> None:
    ids: dict[str, dict[str, str]] = {}
    for name, version, is_indirect in module.requires:
        node_id = draft.add(name, version, group=get_go_group(name))
        ids.setdefault(name, {})[version] = node_id
        kind = kinds.INDIRECT if is_indirect else kinds.PRODUCTION
        draft.connect(root, node_id, kind, "// indirect" if is_indirect else "")
    for replacement in module.replaces:
        _replace(draft, root, ids, replacement)
    if module.excludes:
        names = clean_label(", ".join(" ".join(pair) for pair in module.excludes[:50]))
        draft.note(Message(_EXCLUDED_MESSAGE, file=clean_label(draft.file), modules=names))
    for name in ("go", "toolchain"):
        for version in module.words[name]:
            draft.connect(root, draft.add(name, version, kind=kinds.PLATFORM), kinds.PLATFORM)
    for name in module.words["tool"]:
        owner = _find_owner(name, ids)
        draft.connect(root, owner or draft.add_gone(name), kinds.DEVELOPMENT, f"tool {name}")


def _replace(
    draft: GraphDraft,
    root: str,
    ids: dict[str, dict[str, str]],
    replacement: tuple[str, str, str, str],
) -> None:
    """Connect what is replaced to what is taken in its place.

    A replacement of what is not required here holds for what others require.
    """
    name, version, new_name, new_version = replacement
    if new_version:
        target = draft.add(new_name, new_version, group=get_go_group(new_name))
    else:
        target = draft.add_unresolved(new_name, describe_place(draft.file, new_name))
    found = ids.get(name, {})
    sources = (
        list(found.values())[:MAX_VERSIONS]
        if not version
        else [found[version]]
        if version in found
        else []
    )
    if not sources:
        sources = [draft.add(name, version, group=get_go_group(name))]
        draft.connect(root, sources[0], kinds.CONSTRAINT, "replace")
    for source in sources:
        draft.connect(source, target, kinds.REPLACEMENT, is_open=not new_version)


def _find_owner(package: str, ids: dict[str, dict[str, str]]) -> str:
    """The module to which a package belongs has the longest name that begins the package's."""
    parts = package.split("/")[:50]
    for count in range(len(parts), 0, -1):
        if found := ids.get("/".join(parts[:count])):
            return next(iter(found.values()))
    return ""


FORMAT = ManifestFormat(_NAME, match_names("go.mod"), read_go_mod)
WORK_FORMAT = ManifestFormat(_WORK_NAME, match_names("go.work"), read_go_work)
