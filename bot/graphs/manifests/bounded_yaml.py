"""Reads YAML from people: nothing is constructed, and aliases cannot make it grow. Pure.

PyYAML's parser gives the events, and a stack makes values of them: no recursion, no tags that
create objects. Scalars stay words as they are written, because “3.10” is no number and “on” no
truth to the tools that read these files; only `null`, `true` and `false` are what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from bot.domain.messages import Message
from bot.graphs.graph import GraphError, clean_label

MAX_DEPTH = 100
MAX_VALUES = 1_000_000  # with every alias counted as what it repeats

_SENTENCES = {
    "invalid": "{source} is not valid YAML: I cannot read on from line {line:,}.",
    "conflict": "{source} has the marks of an unresolved merge in line {line:,}. Resolve it first.",
    "template": "{source} is a template and not yet YAML (line {line:,}). Render it first, for "
    "example with `helm template`, and send what that prints.",
    "deep": "{source} is nested more than {limit:,} levels deep in line {line:,}.",
    "large": "{source} has more than {limit:,} values when its aliases are written out. I do not "
    "read that.",
    "loop": "{source} contains itself by an alias in line {line:,}. I do not read that.",
    "alias": "{source} uses an alias in line {line:,} that is not defined before it.",
    "twice": "{source} has “{key}” twice in one place (line {line:,}): which one holds is unclear.",
    "key": "{source} has a list or a mapping as a key in line {line:,}. I do not read that.",
}

_STANDARD = "tag:yaml.org,2002:"
_STANDARD_TAGS = {"str", "int", "float", "bool", "null", "seq", "map", "set", "omap", "pairs"} | {
    "binary",
    "timestamp",
    "merge",
    "value",
}
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag to which its tool gives meaning: `!Ref x`, `!reference [a, b]`."""

    tag: str
    value: Any


@dataclass(slots=True)
class _Open:
    """A list or a mapping that has begun. `weight` counts its values, those of aliases too."""

    value: list[Any] | dict[str, Any]
    tag: str
    anchor: str | None
    line: int
    weight: int = 1
    key: str | None = None
    merges: list[Any] | None = None


def load_documents(source: str, text: str) -> list[Any]:
    """Return the documents of a YAML text, as lists, dictionaries, words, None, True and False.

    `source` is the file's name, for sentences. Values may be shared where the file uses aliases,
    and walking through all of them is bounded by `MAX_VALUES`. `<<` is merged. Raises
    `GraphError` for what is no YAML, too deep, too large, or ambiguous.
    """
    builder = _Builder(source, text)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        builder.refuse_invalid(mark.line + 1 if mark is not None else builder.line)
    return builder.documents


class _Builder:
    """Makes values of events. Holds what is open, from the document inwards."""

    def __init__(self, source: str, text: str) -> None:
        self.documents: list[Any] = []
        self.line = 1
        self._source = clean_label(source)
        self._text = text
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._weight = 0

    def take(self, event: yaml.Event) -> None:
        self.line = event.start_mark.line + 1 if event.start_mark is not None else self.line
        if isinstance(event, yaml.ScalarEvent):
            value = _read_scalar(event)
            self._remember(event.anchor, value, 1)
            self._put(value, 1)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._put_alias(event.anchor or "")
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors = {}

    def refuse_invalid(self, line: int) -> NoReturn:
        conflict = re.search(r"^(?:<{7}|={7}|>{7})(?: |\r?$)", self._text, re.MULTILINE)
        if conflict is not None:
            self._refuse("conflict", self._text.count("\n", 0, conflict.start()) + 1)
        template = re.search(r"(?<!\$)\{\{|\{%", self._text)
        if template is not None:
            self._refuse("template", self._text.count("\n", 0, template.start()) + 1)
        self._refuse("invalid", line)

    def _open(self, value: list[Any] | dict[str, Any], event: yaml.CollectionStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._refuse("deep", limit=MAX_DEPTH)
        self._check_place_of_key()
        self._stack.append(_Open(value, _read_tag(event.tag), event.anchor, self.line))
        if event.anchor:
            self._anchors[event.anchor] = (_Builder, 0)  # not to be used before it is closed

    def _close(self) -> None:
        closed = self._stack.pop()
        if isinstance(closed.value, dict):
            for merged in closed.merges or ():
                self._merge(closed.value, merged)
        value = Tagged(closed.tag, closed.value) if closed.tag else closed.value
        self._remember(closed.anchor, value, closed.weight)
        self._put(value, closed.weight)

    def _merge(self, target: dict[str, Any], merged: Any) -> None:
        for source in merged if isinstance(merged, list) else [merged]:
            if isinstance(source, dict):
                for key, value in source.items():
                    target.setdefault(key, value)

    def _put_alias(self, anchor: str) -> None:
        if anchor not in self._anchors:
            self._refuse("alias")
        value, weight = self._anchors[anchor]
        if value is _Builder:
            self._refuse("loop")
        if not isinstance(value, str | bool | None):
            self._check_place_of_key()
        self._put(value, weight)

    def _remember(self, anchor: str | None, value: Any, weight: int) -> None:
        if anchor:
            self._anchors[anchor] = (value, weight)

    def _check_place_of_key(self) -> None:
        parent = self._stack[-1] if self._stack else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            if "{{" in self._text:
                self.refuse_invalid(self.line)
            self._refuse("key")

    def _put(self, value: Any, weight: int) -> None:
        """Give a value to what holds it; `weight` is what it holds itself."""
        if not self._stack:
            self._weight += weight
            self._check_weight(self._weight)
            self.documents.append(value)
            return
        parent = self._stack[-1]
        parent.weight += weight
        self._check_weight(self._weight + parent.weight)
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is None:
            parent.key = _write_key(value)
        else:
            self._put_pair(parent, parent.value, value)

    def _put_pair(self, parent: _Open, mapping: dict[str, Any], value: Any) -> None:
        key, parent.key = parent.key or "", None
        if key == "<<" and not isinstance(value, str | bool | None):
            parent.merges = [*(parent.merges or ()), value]
        elif key in mapping:
            self._refuse("twice", key=clean_label(key))
        else:
            mapping[key] = value

    def _check_weight(self, weight: int) -> None:
        if weight > MAX_VALUES:
            self._refuse("large", limit=MAX_VALUES)

    def _refuse(self, why: str, line: int = 0, key: str = "", limit: int = 0) -> NoReturn:
        line = line or self.line
        sentence = Message(_SENTENCES[why], source=self._source, line=line, key=key, limit=limit)
        raise GraphError("YAML", user_message=sentence)


def _read_tag(tag: str | None) -> str:
    """Return a tag that is not YAML's own, else nothing."""
    if not tag or tag == "!" or tag.removeprefix(_STANDARD) in _STANDARD_TAGS:
        return ""
    return clean_label(tag)


def _read_scalar(event: yaml.ScalarEvent) -> Any:
    tag = _read_tag(event.tag)
    if tag:
        return Tagged(tag, event.value)
    if event.implicit[0]:  # without quotes and without a tag
        return _WORDS.get(event.value, event.value)
    return event.value


def _write_key(value: Any) -> str:
    if isinstance(value, Tagged):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
