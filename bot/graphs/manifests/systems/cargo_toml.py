"""`Cargo.toml`: what a Rust package, or its workspace, asks for directly. Pure."""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.texts import read_toml
from bot.graphs.manifests.values import get_table, get_text, get_texts, join_labels, make_text

_NAME = "Cargo.toml"
_INHERITED_MESSAGE = "Its version stands in the Cargo.toml of the workspace, which is another file."
# Cargo takes the spellings with “_” as well.
_FIELDS = (
    ("dependencies", kinds.PRODUCTION),
    ("build-dependencies", kinds.BUILD),
    ("build_dependencies", kinds.BUILD),
    ("dev-dependencies", kinds.DEVELOPMENT),
    ("dev_dependencies", kinds.DEVELOPMENT),
)


def read_cargo_toml(name: str, text: str) -> Graph:
    """Return the package and what it asks for. Raises `GraphError`."""
    table = read_toml(name, text, _NAME)
    package = get_table(table, "package") or get_table(table, "project")
    draft = GraphDraft(name)
    root = draft.add_root(get_text(package, "name") or name, get_text(package, "version"))
    shared = get_table(table, "workspace", "dependencies")
    cargo = _CargoToml(draft, root, shared)
    cargo.add_tables(table, "")
    for target in get_table(table, "target"):
        cargo.add_tables(get_table(table, "target", target), target)
    if not package:
        cargo.add(shared, kinds.PRODUCTION, "workspace")
    for member in get_texts(table, "workspace", "members"):
        if member != ".":
            node_id = draft.add_unresolved(member, describe_place(name, member))
            draft.connect(root, node_id, kinds.PRODUCTION, "workspace", is_open=True)
    cargo.add_patches(get_table(table, "patch"))
    if version := get_text(package, "rust-version"):
        draft.connect(root, draft.add("rust", kind=kinds.PLATFORM), kinds.PLATFORM, version)
    return draft.build(is_whole=False)


class _CargoToml:
    """The package of one file; `shared` are the dependencies that its workspace gives members."""

    def __init__(self, draft: GraphDraft, root: str, shared: dict[str, Any]) -> None:
        self._draft = draft
        self._root = root
        self._shared = shared

    def add_tables(self, table: dict[str, Any], target: str) -> None:
        """Add the dependencies of each kind; `target` is the system that alone needs them."""
        for field, kind in _FIELDS:
            self.add(get_table(table, field), kind, target)

    def add(self, dependencies: dict[str, Any], kind: str, where: str) -> None:
        """Add what one table asks for."""
        for alias, value in dependencies.items():
            facts = get_table(value)
            is_inherited = facts.get("workspace") is True
            if is_inherited and alias in self._shared:
                own = self._shared[alias]
                facts = {"version": own} if isinstance(own, str) else {**get_table(own), **facts}
            own_kind = kinds.OPTIONAL if facts.get("optional") is True else kind
            wanted = make_text(value) or get_text(facts, "version")
            name = get_text(facts, "package") or alias
            renamed = f"as {alias}" if name != alias else ""
            place = _tell_place(facts)
            label = join_labels(where, wanted, renamed, place, _tell_features(facts))
            is_elsewhere = is_inherited and alias not in self._shared
            node_id = self._add_node(name, wanted, place, is_elsewhere=is_elsewhere)
            is_open = is_elsewhere or bool(place)
            self._draft.connect(self._root, node_id, own_kind, label, is_open=is_open)

    def add_patches(self, patches: dict[str, Any]) -> None:
        """Add what is taken in the place of a registry's packages."""
        for registry in patches:
            self.add(get_table(patches, registry), kinds.REPLACEMENT, f"patch {registry}")

    def _add_node(self, name: str, wanted: str, place: str, *, is_elsewhere: bool) -> str:
        if place:
            return self._draft.add_unresolved(name, describe_place(self._draft.file, place))
        if is_elsewhere:
            return self._draft.add_unresolved(name, Message(_INHERITED_MESSAGE))
        return self._draft.add(name, wanted[1:].strip() if wanted.startswith("=") else "")


def _tell_features(facts: dict[str, Any]) -> str:
    """Return “+derive +rc -default”, as Cargo itself shows features."""
    is_bare = False in (facts.get("default-features"), facts.get("default_features"))
    named = [f"+{feature}" for feature in get_texts(facts, "features")]
    return " ".join([*named, *(["-default"] if is_bare else [])])


def _tell_place(facts: dict[str, Any]) -> str:
    git = get_text(facts, "git")
    if git:
        reference = (get_text(facts, key) for key in ("rev", "tag", "branch"))
        return clean_label("@".join([git, *[one for one in reference if one][:1]]))
    return get_text(facts, "path")


FORMAT = ManifestFormat(_NAME, match_names("cargo.toml"), read_cargo_toml)
