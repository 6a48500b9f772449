"""Reads `pom.xml` of Maven: dependencies, plugins, modules and the parent, as the file states them.

What a parent or an imported list of versions would add is elsewhere, and drawn as such. From
https://maven.apache.org/pom.html.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.java.pom_properties import Properties
from bot.graphs.manifests.reasons import ELSEWHERE, NO_VERSION, NOT_SET

_BROKEN_MESSAGE = "{source} is not valid XML: I cannot read on from line {line:,}."
_ENTITIES_MESSAGE = "{source} defines entities of its own. I do not read XML that does."
_NO_POM_MESSAGE = "{source} is XML, but no project of Maven."
_MANAGED_MESSAGE = "{count:,} version is set for a dependency that is not used in this file."
_MANAGED_PLURAL = "{count:,} versions are set for dependencies that are not used in this file."
_DEFAULT_PLUGIN_GROUP = "org.apache.maven.plugins"


def read_pom(name: str, text: str) -> Graph:
    """Read a `pom.xml`. Raises `GraphError`."""
    project = _parse(name, text)
    return _PomReader(name, project).read()


def _parse(name: str, text: str) -> Element:
    check_length(name, text)
    try:
        project: Element = defusedxml.ElementTree.fromstring(text.lstrip("\ufeff \t\r\n"))
    except ParseError as error:
        raise refuse(
            Message(_BROKEN_MESSAGE, source=clean_label(name), line=error.position[0])
        ) from error
    except DefusedXmlException as error:
        raise refuse(Message(_ENTITIES_MESSAGE, source=clean_label(name))) from error
    except (ValueError, LookupError) as error:  # a wrong encoding, half a surrogate pair
        raise refuse(Message(_BROKEN_MESSAGE, source=clean_label(name), line=1)) from error
    for element in project.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    if project.tag != "project":
        raise refuse(Message(_NO_POM_MESSAGE, source=clean_label(name)))
    return project


class _PomReader:
    def __init__(self, name: str, project: Element) -> None:
        self._graph = Collector(name)
        self._project = project
        self._properties = Properties.read(project)
        self._root = ""
        self._used: set[str] = set()

    def read(self) -> Graph:
        project = self._project
        told = self._properties.tell(project)
        name = ":".join(part for part in told[:2] if part) or self._graph.source
        self._root = self._graph.add(Node(name, name, told[2], "project"), is_root=True)
        self._read_parent(project.find("parent"))
        self._read_section(project, "", self._properties)
        for profile in project.iterfind("profiles/profile"):
            label = f"profile {_get(profile, 'id') or '?'}"
            self._read_section(profile, label, self._properties.extend(profile))
        self._read_managed()
        return self._graph.build()

    def _read_parent(self, parent: Element | None) -> None:
        if parent is None:
            return
        group, artifact, version = self._properties.tell(parent)
        name = f"{group}:{artifact}"
        node = Node(f"{name}@{version}", name, version, "parent", group, is_unresolved=True)
        self._graph.join_dashed(self._root, self._graph.add(node), "parent")
        self._graph.leave_open(node.label, ELSEWHERE)

    def _read_section(self, section: Element, label: str, properties: Properties) -> None:
        """Read what is in the project, or in a profile of it."""
        for module in section.iterfind("modules/module"):
            path = properties.fill(module.text)
            node = Node(f"module {path}", path, "", "module", is_unresolved="${" in path)
            self._graph.join(self._root, self._graph.add(node), "module", label)
        for dependency in section.iterfind("dependencies/dependency"):
            self._read_dependency(self._root, dependency, label, properties)
        for managed in section.iterfind("dependencyManagement/dependencies/dependency"):
            if properties.fill(_get(managed, "scope")) == "import":
                self._used.add(properties.get_key(managed))
                self._add_artifact(self._root, managed, ("import", label), properties)
        for place, kind in (("build/plugins", "plugin"), ("reporting/plugins", "reporting")):
            for plugin in section.iterfind(f"{place}/plugin"):
                self._read_plugin(plugin, kind, label, properties)
        for extension in section.iterfind("build/extensions/extension"):
            self._add_artifact(self._root, extension, ("extension", label), properties)

    def _read_dependency(
        self, source: str, element: Element, label: str, properties: Properties
    ) -> None:
        key = properties.get_key(element)
        managed = properties.managed.get(key)
        self._used.add(key)
        scope = properties.fill(_get(element, "scope")) or (managed.scope if managed else "")
        optional = properties.fill(_get(element, "optional")) == "true"
        kind = "optional" if optional else scope or "compile"
        self._add_artifact(source, element, (kind, label), properties)

    def _add_artifact(
        self, source: str, element: Element, edge: tuple[str, str], properties: Properties
    ) -> str:
        """Add what an element names, with an edge of a kind and a label. Returns its id."""
        kind, label = edge
        key, version = properties.get_key(element), properties.find_version(element)
        group = key.partition(":")[0]
        missing = not version and kind not in ("plugin", "reporting")
        is_open = missing or "${" in key + version or kind == "import"
        node = Node(f"{key}@{version}", key, version, kind, group, is_unresolved=is_open)
        self._graph.add(node)
        (self._graph.join_dashed if is_open else self._graph.join)(source, node.id, kind, label)
        if is_open:
            self._graph.leave_open(node.label, _explain(kind, key + version, missing))
        return node.id

    def _read_plugin(self, plugin: Element, kind: str, label: str, properties: Properties) -> None:
        if plugin.find("groupId") is None:
            _set(plugin, "groupId", _DEFAULT_PLUGIN_GROUP)
        added = self._add_artifact(self._root, plugin, (kind, label), properties)
        for dependency in plugin.iterfind("dependencies/dependency"):
            self._add_artifact(added, dependency, ("of a plugin", label), properties)

    def _read_managed(self) -> None:
        """Versions for others are what a list of versions states; elsewhere they are a note."""
        managed = self._properties.managed
        rest = {key: item for key, item in managed.items() if key not in self._used}
        if _get(self._project, "packaging") == "pom":
            for item in rest.values():
                self._add_artifact(self._root, item.element, ("managed", ""), self._properties)
        elif rest:
            note = Message(_MANAGED_MESSAGE, plural=_MANAGED_PLURAL, count=len(rest))
            self._graph.notes.append(note)


def _explain(kind: str, words: str, missing: bool) -> Message:  # noqa: FBT001 - one of three facts
    if "${" in words:
        return NOT_SET
    return NO_VERSION if missing and kind != "import" else ELSEWHERE


def _get(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _set(element: Element, tag: str, text: str) -> None:
    child = Element(tag)
    child.text = text
    element.append(child)


def _match(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    is_named = file_name == "pom.xml" or file_name.endswith(".pom")
    return is_named or (
        file_name.endswith(".xml") and "<project" in text and "<modelVersion" in text
    )


FORMAT = ManifestFormat("pom.xml", _match, read_pom)
