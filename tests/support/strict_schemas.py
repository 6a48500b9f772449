"""Finds the fields of a request that a provider's OpenAPI description does not know, at any depth.

A validator takes them, because the descriptions leave objects open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from tests.support.codecs import load_specification

Schema = Mapping[str, Any]
_UNKNOWN, _MISFIT = "unknown", "misfit"


class StrictSchemas:
    """The schemas of one description (`components`), with no field that is not in them."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self._specification = specification

    def list_unknown_fields(self, name: str, value: object) -> list[str]:
        """Return where `value` has a field that the schema `name` does not have."""
        found = self._walk(value, {"$ref": f"#/components/schemas/{name}"}, "$")
        return [place for kind, place in found if kind == _UNKNOWN]

    def _walk(self, value: object, schema: Schema, place: str) -> list[tuple[str, str]]:
        """Return what does not fit, by the alternative in which the least does not."""
        results = (list(self._hold(value, one, place)) for one in self._expand(schema))
        return min(results, key=_rank_problems, default=[])

    def _hold(self, value: object, schema: Schema, place: str) -> Iterator[tuple[str, str]]:
        """Yield what does not fit a schema without alternatives."""
        fields, rest = schema.get("properties"), schema.get("additionalProperties")
        if not _is_of_type(value, schema.get("type")) or value not in schema.get("enum", [value]):
            yield _MISFIT, place
        if isinstance(value, Mapping):
            missing = set(schema.get("required", ())) - set(value)
            yield from [(_MISFIT, f"{place}.{name}") for name in sorted(missing)]
        for name, inner in value.items() if isinstance(value, Mapping) else ():
            if fields and name in fields:
                yield from self._walk(inner, fields[name], f"{place}.{name}")
            elif isinstance(rest, Mapping):
                yield from self._walk(inner, rest, f"{place}.{name}")
            elif fields and rest is not True:
                yield _UNKNOWN, f"{place}.{name}"
        for number, inner in enumerate(value if isinstance(value, list) else ()):
            yield from self._walk(inner, schema.get("items", {}), f"{place}[{number}]")

    def _expand(self, schema: Schema) -> list[Schema]:
        """Return the alternatives of a schema, each without `$ref`, `allOf`, `anyOf`, `oneOf`."""
        if "$ref" in schema:
            target: Any = self._specification
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            return self._expand(target)
        own = {name: part for name, part in schema.items() if name not in ("allOf", *_CHOICES)}
        parts = [self._expand(part) for part in schema.get("allOf", ())]
        for name in _CHOICES:
            if name in schema:
                parts.append([one for part in schema[name] for one in self._expand(part)])
        return [_merge([own, *chosen]) for chosen in product(*parts)]


_CHOICES = ("anyOf", "oneOf")
_TYPES = {"object": Mapping, "array": list, "string": str, "boolean": bool, "integer": int,
          "number": (int, float), "null": type(None)}  # fmt: skip


@cache
def load_schemas(path: Path) -> StrictSchemas:
    return StrictSchemas(load_specification(path))


def _merge(schemas: list[Schema]) -> Schema:
    merged: dict[str, Any] = {}
    for schema in schemas:
        fields = {**merged.get("properties", {}), **schema.get("properties", {})}
        required = [*merged.get("required", ()), *schema.get("required", ())]
        merged |= {**schema, "required": required, **({"properties": fields} if fields else {})}
    return merged


def _is_of_type(value: object, kinds: str | list[str] | None) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds or []
    is_flag = isinstance(value, bool)
    return not names or any(
        isinstance(value, _TYPES[name]) and (name == "boolean" or not is_flag)  # type: ignore[arg-type] # by name
        for name in names
    )


def _rank_problems(problems: list[tuple[str, str]]) -> tuple[int, int]:
    """An alternative that is another kind of object is further away than one with a field more."""
    misfits = sum(kind == _MISFIT for kind, _ in problems)
    return misfits, len(problems)
