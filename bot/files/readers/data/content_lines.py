"""Splits the lines of calendars and contacts (RFC 5545, RFC 6350): names, parameters, values."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.files.readers.text_files import decode_text

_FOLD = re.compile(r"\n[ \t]")
_SOFT_BREAK = re.compile(r"=\n")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})(?:=((?:"[^"\n]*"|[^";:,\n]*+,?)*+))?')
_ESCAPE = re.compile(r"\\([\\;,nN])")
_MAX_LINES, _MAX_DEPTH = 500_000, 10


@dataclass(frozen=True)
class ContentLine:
    """One property: its name and the names of its parameters are in capitals."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text."""
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value)


@dataclass
class Component:
    """What lies between BEGIN and END, with the components in it."""

    kind: str
    lines: list[ContentLine] = field(default_factory=list)
    inner: list[Component] = field(default_factory=list)

    def find(self, name: str) -> ContentLine | None:
        """Return the first property of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def get_text(self, name: str) -> str:
        """Return the first property's text; "" if there is none."""
        line = self.find(name)
        return "" if line is None else line.text.strip()


def parse_components(text: str) -> list[Component]:
    """Parse a file; what is never closed ends with it."""
    root = Component("")
    stack = [root]
    for line in _iterate_lines(text):
        if line.name == "BEGIN":
            component = Component(line.value.strip().upper())
            if len(stack) <= _MAX_DEPTH:
                stack[-1].inner.append(component)
                stack.append(component)
        elif line.name == "END":
            kind = line.value.strip().upper()
            if any(component.kind == kind for component in stack[1:]):
                while stack.pop().kind != kind:
                    pass
        else:
            stack[-1].lines.append(line)
    return root.inner


def _iterate_lines(text: str) -> Iterator[ContentLine]:
    unfolded = _FOLD.sub("", text)
    if "QUOTED-PRINTABLE" in unfolded:
        unfolded = _SOFT_BREAK.sub("", unfolded)
    for raw in unfolded.split("\n", _MAX_LINES)[:_MAX_LINES]:
        line = _parse_line(raw.strip("\r"))
        if line is not None:
            yield line


def _parse_line(raw: str) -> ContentLine | None:
    match = re.match(r"(?:[A-Za-z0-9_-]{1,60}\.)?([A-Za-z0-9_-]{1,60})(?=[;:])", raw)
    if match is None:
        return None
    position, parameters = match.end(), dict[str, str]()
    while (found := _PARAMETER.match(raw, position)) is not None:
        key, value = found[1].upper(), found[2]
        if value is None:
            # Contacts of version 2.1 have values alone.
            key, value = ("ENCODING", key) if key == "QUOTED-PRINTABLE" else ("TYPE", key)
        parameters[key] = ",".join(filter(None, (parameters.get(key), value.replace('"', ""))))
        position = found.end()
    if raw[position : position + 1] != ":":
        return None
    value = raw[position + 1 :]
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        decoded = quopri.decodestring(value.encode("utf-8", "replace"))
        value = decode_text(decoded, parameters.get("CHARSET", "")) or value
    return ContentLine(match[1].upper(), parameters, value)
