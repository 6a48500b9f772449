"""Refuses JSON Schemas that would take too long to check, before any answer is checked. Pure.

A schema is weighed at one place of an answer: it counts what has to be looked at there, through all
references. References that double at each step, or lead back to where they came from without going
deeper into the answer, make it too heavy (json-schema.org, draft 2020-12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import regex
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_MAX_DEPTH, _MAX_WEIGHT, _MAX_PATTERN_CHARS = 64, 20_000, 2_000
# From one schema to the next at the same place: each takes a part of the stack of who follows it.
_MAX_STEPS = 64
# What a keyword that asks what the others have looked at adds: it looks at all of it again.
_UNEVALUATED_FACTOR = 8
_LISTS_HERE = ("allOf", "anyOf", "oneOf")
_SINGLE_HERE = ("not", "if", "then", "else")
_MAPS_BELOW = ("properties", "patternProperties", "$defs", "definitions")
_LISTS_BELOW = ("prefixItems",)
_SINGLE_BELOW = (
    "additionalProperties",
    "items",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_Place: TypeAlias = tuple[Mapping[str, Any], Any]


class TooInvolvedError(Exception):
    """A schema refers to what it does not hold, or takes too long to check."""


def check_bounds(schema: Mapping[str, Any]) -> None:
    """Raise `TooInvolvedError` for a schema that no answer should be held against.

    A reference that leads nowhere may raise any other error of the library as well.
    """
    check_depth(schema, _MAX_DEPTH)
    _Scale(schema).measure_all()


def check_depth(value: object, max_depth: int) -> None:
    """Raise `TooInvolvedError` if data is nested more deeply."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > max_depth:
            raise TooInvolvedError("nested too deeply")
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level = [item for item in inner if isinstance(item, dict | list)]


class _Scale:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        resource = DRAFT202012.create_resource(schema)
        registry: Registry[Any] = Registry().with_resource("", resource).crawl()
        self._root: _Place = (schema, registry.resolver_with_root(resource))
        self._weights: dict[int, int] = {}
        self._steps: dict[int, int] = {}
        # By their names: a dynamic reference may mean each of them.
        self._dynamic: dict[str, list[_Place]] = {}

    def measure_all(self) -> None:
        places = self._collect()
        for place in places:
            if isinstance(name := place[0].get("$dynamicAnchor"), str):
                self._dynamic.setdefault(name, []).append(place)
        for place in places:
            self._measure(place)
            for pattern in _list_patterns(place[0]):
                if len(pattern) > _MAX_PATTERN_CHARS:
                    raise TooInvolvedError("a long pattern")
                regex.compile(pattern)

    def _collect(self) -> list[_Place]:
        """Return every schema within the schema, and those that are referred to."""
        found: dict[int, _Place] = {}
        open_places = [self._root]
        while open_places:
            place = open_places.pop()
            if id(place[0]) not in found:
                found[id(place[0])] = place
                open_places += [*self._list_here(place), *_list_below(place)]
        return list(found.values())

    def _measure(self, place: _Place) -> int:
        schema = place[0]
        known = self._weights.get(id(schema))
        if known == 0:
            raise TooInvolvedError("refers to itself")
        if known is not None:
            return known
        self._weights[id(schema)] = 0
        weight = 1 + sum(len(v) for v in schema.values() if isinstance(v, list | dict))
        steps = 0
        for inner in self._list_here(place):
            weight += self._measure(inner)
            steps = max(steps, self._steps[id(inner[0])] + 1)
            if weight > _MAX_WEIGHT:
                raise TooInvolvedError("too heavy")
        if "unevaluatedItems" in schema or "unevaluatedProperties" in schema:
            weight *= _UNEVALUATED_FACTOR
        if weight > _MAX_WEIGHT or steps > _MAX_STEPS:
            raise TooInvolvedError("too heavy, or leads on for too long")
        self._weights[id(schema)], self._steps[id(schema)] = weight, steps
        return weight

    def _list_here(self, place: _Place) -> list[_Place]:
        """Return the schemas that look at the same place of an answer as this one."""
        schema, resolver = place
        inner = [item for name in _LISTS_HERE for item in _read_list(schema.get(name))]
        inner += [schema[name] for name in _SINGLE_HERE if name in schema]
        inner += _read_map(schema.get("dependentSchemas")).values()
        found = list(_list_places(inner, resolver))
        for name in ("$ref", "$dynamicRef"):
            if isinstance(reference := schema.get(name), str):
                resolved = resolver.lookup(reference)
                if not isinstance(resolved.contents, dict | bool):
                    raise TooInvolvedError("refers to what is no schema")
                found += _list_places([resolved.contents], resolved.resolver)
                if name == "$dynamicRef":
                    found += self._dynamic.get(reference.rpartition("#")[2], [])
        return found


def _list_below(place: _Place) -> Iterator[_Place]:
    """Yield the schemas that look at what is inside of this one's place, or are only kept here."""
    schema, resolver = place
    inner = [item for name in _MAPS_BELOW for item in _read_map(schema.get(name)).values()]
    inner += [item for name in _LISTS_BELOW for item in _read_list(schema.get(name))]
    inner += [schema[name] for name in _SINGLE_BELOW if name in schema]
    yield from _list_places(inner, resolver)


def _list_places(schemas: list[Any], resolver: Any) -> Iterator[_Place]:
    for schema in schemas:
        if isinstance(schema, dict):
            resource = DRAFT202012.create_resource(schema)
            yield schema, resolver.in_subresource(resource)


def _list_patterns(schema: Mapping[str, Any]) -> list[str]:
    patterns = [schema.get("pattern"), *_read_map(schema.get("patternProperties"))]
    return [pattern for pattern in patterns if isinstance(pattern, str)]


def _read_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
