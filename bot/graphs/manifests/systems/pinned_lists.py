"""`Package.resolved` of Swift and `pubspec.lock` of Dart: what is installed. Pure."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.reasons import NO_CONNECTIONS_MESSAGE
from bot.graphs.manifests.texts import clean_text, read_json
from bot.graphs.manifests.values import get_table, get_tables, get_text

_SWIFT_NAME, _DART_NAME = "Package.resolved", "pubspec.lock"
_DART_KINDS = {
    "direct main": kinds.PRODUCTION,
    "direct dev": kinds.DEVELOPMENT,
    "direct overridden": kinds.CONSTRAINT,
}


def read_package_resolved(name: str, text: str) -> Graph:
    """Return the packages of a Swift project. Raises `GraphError`."""
    lock = read_json(name, text, _SWIFT_NAME)
    pins = get_tables(lock, "pins") or get_tables(lock, "object", "pins")
    if not pins and "pins" not in {**lock, **get_table(lock, "object")}:
        raise refusals.refuse_shape(name, _SWIFT_NAME, "pins")
    draft = GraphDraft(name)
    root = draft.add_root(name)
    for pin in pins:
        own_name = get_text(pin, "identity") or get_text(pin, "package") or "?"
        state = get_table(pin, "state")
        version = get_text(state, "version") or get_text(state, "branch")
        node_id = draft.add(own_name, version or get_text(state, "revision")[:7])
        draft.connect(root, node_id, kinds.PRODUCTION)
    draft.note(Message(NO_CONNECTIONS_MESSAGE, file=clean_label(name)))
    return draft.build(is_whole=False)


def read_pubspec_lock(name: str, text: str) -> Graph:
    """Return the packages of a Dart project, those it asks for apart. Raises `GraphError`."""
    documents = load_documents(name, clean_text(name, text))
    packages = get_table(documents[0], "packages") if documents else {}
    if not packages:
        raise refusals.refuse_shape(name, _DART_NAME, "packages")
    draft = GraphDraft(name)
    root = draft.add_root(name)
    for own_name, facts in packages.items():
        kind = _DART_KINDS.get(get_text(facts, "dependency"), kinds.INDIRECT)
        node_id = draft.add(own_name, get_text(facts, "version"))
        draft.connect(root, node_id, kind)
    draft.note(Message(NO_CONNECTIONS_MESSAGE, file=clean_label(name)))
    return draft.build(is_whole=False)


SWIFT_FORMAT = ManifestFormat(_SWIFT_NAME, match_names("package.resolved"), read_package_resolved)
DART_FORMAT = ManifestFormat(_DART_NAME, match_names("pubspec.lock"), read_pubspec_lock)
