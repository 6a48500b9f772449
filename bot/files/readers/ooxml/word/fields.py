"""The fields of Word: what each shows where the file holds no result of it. Pure.

See ECMA-376, part 1, 17.16, for their instructions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.xml_trees import find, find_value, get_value, is_on, list_children

_WORDS = re.compile(r'"([^"]*)"|“([^”]*)”|(\S+)')
_MAX_INSTRUCTION_CHARS, _MAX_SHOWN_CHARS = 2_000, 80
# They mark a place or hold a value, and show nothing.
_INVISIBLE = frozenset(
    (
        "XE", "TC", "TA", "RD", "ASK", "SET", "PRIVATE", "ADDIN", "DATA", "NEXT", "NEXTIF",
        "SKIPIF", "TOC", "INDEX", "TOA", "BIBLIOGRAPHY",
    )
)  # fmt: skip


_REFERENCES = ("REF", "PAGEREF", "NOTEREF", "STYLEREF")
_SHOWN_ARGUMENTS = {
    "MERGEFIELD": "«{}»",
    "QUOTE": "{}",
    "HYPERLINK": "{}",
    **dict.fromkeys(_REFERENCES, "[reference to {}]"),
}


@dataclass
class Field:
    """A field that has begun: its instruction, and whether its result follows."""

    is_result: bool = False
    instruction: list[str] = field(default_factory=list)
    form: Element | None = None
    has_text: bool = False
    start: int = 0
    owner: int = 0

    def add_instruction(self, text: str) -> None:
        """Take a piece of the instruction."""
        if sum(map(len, self.instruction)) < _MAX_INSTRUCTION_CHARS:
            self.instruction.append(text)

    @property
    def words(self) -> list[str]:
        """The instruction's name, and what follows it."""
        return split_instruction("".join(self.instruction))


def split_instruction(text: str) -> list[str]:
    """Return the words of an instruction, without quotation marks; its name in capitals."""
    found = ["".join(match) for match in _WORDS.findall(text[:_MAX_INSTRUCTION_CHARS])]
    return [found[0].upper(), *found[1:]] if found else []


def find_address(words: list[str]) -> str:
    """Return where a HYPERLINK field leads; "" for a place in the same document."""
    if len(words) < 2 or words[0] != "HYPERLINK" or words[1].startswith("\\"):
        return ""
    return words[1]


def describe_field(words: list[str], form: Element | None = None) -> str:
    """Return what stands for a field that has no result."""
    if form is not None and (shown := _describe_form(form)):
        return shown
    if not words or words[0] in _INVISIBLE:
        return ""
    name, rest = words[0], [word for word in words[1:] if not word.startswith("\\")]
    first = clean_text(rest[0]) if rest else ""
    if name in _SHOWN_ARGUMENTS:
        return _SHOWN_ARGUMENTS[name].format(first)
    if name == "SYMBOL" and first:
        return _read_symbol(first)
    if name in ("MACROBUTTON", "GOTOBUTTON"):
        return clean_text(" ".join(rest[1:]))
    shown = clean_text(" ".join([name, *words[1:]]))
    return f"[{shown[:_MAX_SHOWN_CHARS]}]"


def _read_symbol(code: str) -> str:
    try:
        number = int(code, 16) if code.lower().startswith("0x") else int(code)
        return chr(number) if 31 < number < 0xD800 else ""
    except ValueError:
        return code[:1]


def _describe_form(form: Element) -> str:
    """Return the value of a form field that has no result of its own."""
    box, choices, text = (find(form, f"w:{name}") for name in ("checkBox", "ddList", "textInput"))
    if box is not None:
        state = "w:checked" if find(box, "w:checked") is not None else "w:default"
        return "[x]" if is_on(box, state) else "[ ]"
    if choices is not None:
        entries = [get_value(entry) for entry in list_children(choices, "w:listEntry")]
        index = find_value(choices, "w:result") or find_value(choices, "w:default", "0")
        chosen = int(index[:4]) if index.isdecimal() else 0
        return clean_text(entries[chosen]) if chosen < len(entries) else ""
    return clean_text(find_value(text, "w:default")) or "____" if text is not None else ""
