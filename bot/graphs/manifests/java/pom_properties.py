"""Fills in the properties of a `pom.xml`, `${x}`, as far as the file itself gives them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

_PROPERTY = re.compile(r"\$\{([^${}]{1,200})\}")
_MAX_ROUNDS = 10  # properties that name properties
_MAX_CHARS = 1_000
_COORDINATES = ("groupId", "artifactId", "version")


@dataclass(frozen=True, slots=True)
class Managed:
    """An entry of `dependencyManagement`: a version and a scope for whoever uses it."""

    version: str
    scope: str
    element: Element


@dataclass(frozen=True, slots=True)
class Properties:
    """What names in `${}` stand for in a project or a profile, and the versions it manages."""

    values: dict[str, str]
    managed: dict[str, Managed]
    managed_plugins: dict[str, str]

    @staticmethod
    def read(project: Element) -> Properties:
        values: dict[str, str] = {}
        for tag in _COORDINATES:
            inherited = _get(project, f"parent/{tag}")
            own = _get(project, tag) or ("" if tag == "artifactId" else inherited)
            for prefix in ("project.", "pom.", ""):
                _set_unless_empty(values, f"{prefix}{tag}", own)
            _set_unless_empty(values, f"project.parent.{tag}", inherited)
            _set_unless_empty(values, f"parent.{tag}", inherited)
        return Properties(values, {}, {}).extend(project)

    def extend(self, section: Element) -> Properties:
        """Return these with those of a section, such as a profile, which hold before them."""
        own = {item.tag: (item.text or "").strip() for item in section.iterfind("properties/*")}
        wider = replace(self, values={**self.values, **own})
        managed, plugins = dict(self.managed), dict(self.managed_plugins)
        for element in section.iterfind("dependencyManagement/dependencies/dependency"):
            version, scope = (wider.fill(_get(element, tag)) for tag in ("version", "scope"))
            managed[wider.get_key(element)] = Managed(version, scope, element)
        for plugin in section.iterfind("build/pluginManagement/plugins/plugin"):
            plugins[_get(plugin, "artifactId")] = wider.fill(_get(plugin, "version"))
        return replace(wider, managed=managed, managed_plugins=plugins)

    def fill(self, text: str | None) -> str:
        """Return a text with its properties; what the file does not give stays `${x}`."""
        text = (text or "").strip()[:_MAX_CHARS]
        for _ in range(_MAX_ROUNDS):
            filled = _PROPERTY.sub(lambda found: self.values.get(found[1], found[0]), text)
            if filled == text or len(filled) > _MAX_CHARS:
                break
            text = filled
        return text

    def tell(self, element: Element) -> tuple[str, str, str]:
        """Return group, artifact and version of an element, else those of its parent."""
        group, artifact, version = (self.fill(_get(element, tag)) for tag in _COORDINATES)
        group = group or self.fill(_get(element, "parent/groupId"))
        return group, artifact, version or self.fill(_get(element, "parent/version"))

    def get_key(self, element: Element) -> str:
        """Return what tells a dependency apart from others: with its type and classifier."""
        parts = [self.fill(_get(element, tag)) for tag in ("groupId", "artifactId")]
        kind, classifier = (self.fill(_get(element, tag)) for tag in ("type", "classifier"))
        if element.tag == "dependency" and kind not in ("", "jar", "pom"):
            parts.append(kind)
        return ":".join([*parts, *([classifier] if classifier else [])])

    def find_version(self, element: Element) -> str:
        version = self.fill(_get(element, "version"))
        if version:
            return version
        if element.tag == "plugin":
            return self.managed_plugins.get(_get(element, "artifactId"), "")
        managed = self.managed.get(self.get_key(element))
        return managed.version if managed else ""


def _get(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _set_unless_empty(values: dict[str, str], name: str, value: str) -> None:
    if value:
        values[name] = value
