"""Reads contacts (.vcf): a table of people. Their photos are counted and not shown."""

from __future__ import annotations

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.data.content_lines import Component, ContentLine, parse_components
from bot.files.readers.data.tables import build_text_file, format_table
from bot.files.readers.text_files import decode_text
from bot.files.unreadable import build_unreadable_error

KIND = "contact file"
_MAX_CONTACTS = 2_000
_FIELDS = {
    "Organization": ("ORG",), "Title": ("TITLE", "ROLE"), "Phone": ("TEL",), "E-mail": ("EMAIL",),
    "Address": ("ADR",), "Web": ("URL", "IMPP", "X-SOCIALPROFILE"), "Born": ("BDAY",),
    "Notes": ("NOTE",), "Groups": ("CATEGORIES",),
}  # fmt: skip
# Types that say nothing to people.
_DULL_TYPES = {"", "pref", "internet", "voice", "x-internet"}


def read_contacts(name: str, data: bytes) -> ParsedFile:
    """Read contacts. Raises `UnreadableError`."""
    text = decode_text(data, "utf-8")
    if text is None:
        raise build_unreadable_error(name, "damaged", detail="no text")
    cards = [card for card in parse_components(text) if card.kind == "VCARD"]
    if not cards:
        raise build_unreadable_error(name, "empty")
    rows = [_build_row(card) for card in cards[:_MAX_CONTACTS]]
    heads = ["Name", *_FIELDS]
    used = [index for index in range(len(heads)) if any(row[index] for row in rows)]
    table = format_table(
        [heads[index] for index in used], [[row[index] for index in used] for row in rows]
    )
    noun = "contact" if len(cards) == 1 else "contacts"
    parsed_file = build_text_file(name, KIND, f"{len(cards):,} {noun}\n\n{table}\n", len(cards))
    photos = sum(1 for card in cards if card.find("PHOTO") is not None)
    if photos:
        what = Message("a photo", plural="{count:,} photos", count=photos)
        parsed_file = parsed_file.add_left_out(what)
    if len(cards) > len(rows):
        rest = len(cards) - len(rows)
        what = Message("{count:,} of {total:,} contacts", count=rest, total=len(cards))
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


def _build_row(card: Component) -> list[str]:
    name = card.get_text("FN") or _join_parts(card.find("N"), reverse=True)
    row = [name or card.get_text("NICKNAME")]
    for keys in _FIELDS.values():
        values = [_format_value(line) for line in card.lines if line.name in keys]
        row.append("; ".join(dict.fromkeys(filter(None, values))))
    return row


def _format_value(line: ContentLine) -> str:
    value = _join_parts(line) if line.name in ("ADR", "ORG") else line.text.strip()
    value = value.removeprefix("tel:").removeprefix("mailto:")
    types = line.parameters.get("TYPE", "").lower().split(",")
    told = ", ".join(one.strip() for one in types if one.strip() not in _DULL_TYPES)
    return f"{value} ({told})" if value and told and line.name != "BDAY" else value


def _join_parts(line: ContentLine | None, *, reverse: bool = False) -> str:
    """Join the parts of a structured value, which semicolons separate."""
    if line is None:
        return ""
    marked = line.value.replace("\\\\", "\0").replace("\\;", "\1")
    parts = [part.replace("\1", ";").replace("\\,", ",").replace("\\n", " ").replace("\0", "\\")
             for part in marked.split(";")]  # fmt: skip
    if reverse and len(parts) > 1:
        # Family name; given name; further names; before; after.
        parts = [*parts[3:4], parts[1], *parts[2:3], parts[0], *parts[4:5]]
        return " ".join(filter(None, map(str.strip, parts)))
    return ", ".join(filter(None, map(str.strip, parts)))
