"""Reads calendars (.ics): a table of events, the newest first, with their time zones told."""

from __future__ import annotations

import re

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.data.content_lines import Component, ContentLine, parse_components
from bot.files.readers.data.tables import build_text_file, format_table
from bot.files.readers.text_files import decode_text
from bot.files.unreadable import build_unreadable_error

KIND = "calendar file"
_MAX_EVENTS = 1_000
_HEADS = ("Start", "End", "What", "Where", "Who", "Repeats", "Status", "Notes")
_KINDS = {"VEVENT": "event", "VTODO": "task", "VJOURNAL": "journal entry", "VFREEBUSY": "busy time"}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_MAX_PEOPLE, _MAX_NOTE_CHARS = 20, 400


def read_calendar(name: str, data: bytes) -> ParsedFile:
    """Read a calendar. Raises `UnreadableError`."""
    text = decode_text(data, "utf-8")
    if text is None:
        raise build_unreadable_error(name, "damaged", detail="no text")
    calendars = [one for one in parse_components(text) if one.kind == "VCALENDAR"]
    found = [part for one in calendars for part in one.inner if part.kind in _KINDS]
    if not found:
        raise build_unreadable_error(name, "empty")
    found.sort(key=_get_sort_key, reverse=True)
    rows = [_build_row(part) for part in found[:_MAX_EVENTS]]
    used = [index for index in range(len(_HEADS)) if any(row[index] for row in rows)]
    table = format_table(
        [_HEADS[index] for index in used], [[row[index] for index in used] for row in rows]
    )
    head = _format_head(calendars, found)
    parsed_file = build_text_file(name, KIND, f"{head}\n\n{table}\n", len(found))
    if len(found) > len(rows):
        what = Message(
            "{count:,} of {total:,} events", count=len(found) - len(rows), total=len(found)
        )
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


def _format_head(calendars: list[Component], found: list[Component]) -> str:
    counts = {kind: sum(1 for part in found if part.kind == kind) for kind in _KINDS}
    told = ", ".join(
        f"{count:,} {_KINDS[kind]}{'' if count == 1 else 's'}"
        for kind, count in counts.items()
        if count
    )
    lines = [f"Calendar with {told}, newest first. Times are as written, with their time zone."]
    for key, label in (
        ("X-WR-CALNAME", "Name"), ("METHOD", "Method"), ("X-WR-TIMEZONE", "Time zone")
    ):  # fmt: skip
        value = next(filter(None, (one.get_text(key) for one in calendars)), "")
        if value:
            lines.append(f"{label}: {' '.join(value.split())[:200]}")
    return "\n".join(lines)


def _get_sort_key(part: Component) -> str:
    line = part.find("DTSTART") or part.find("DUE") or part.find("DTSTAMP")
    return "" if line is None else line.value.strip()


def _build_row(part: Component) -> list[str]:
    start, due = part.find("DTSTART"), part.find("DUE")
    end = part.find("DTEND") or due
    duration = part.get_text("DURATION")
    repeats = [line.value for line in part.lines if line.name in ("RRULE", "RDATE")][:5]
    left_out = [line.value for line in part.lines if line.name == "EXDATE"][:20]
    if left_out:
        repeats.append(f"not on {', '.join(left_out)}")
    note = part.get_text("DESCRIPTION") or part.get_text("COMMENT")
    alarms = sum(1 for inner in part.inner if inner.kind == "VALARM")
    status = [part.get_text("STATUS").lower(), f"{alarms} reminders" if alarms > 1 else ""]
    return [
        _format_moment(start),
        _format_moment(end) or duration,
        part.get_text("SUMMARY"),
        part.get_text("LOCATION"),
        _format_people(part),
        "; ".join(repeats),
        ", ".join(filter(None, status)),
        note[:_MAX_NOTE_CHARS] + ("…" if len(note) > _MAX_NOTE_CHARS else ""),
    ]


def _format_moment(line: ContentLine | None) -> str:
    """Format a moment as it is written: “2026-03-29 09:00 Europe/Berlin”, a day without time."""
    match = _MOMENT.match(line.value.strip()) if line is not None else None
    if line is None or match is None:
        return "" if line is None else line.value.strip()[:40]
    year, month, day, hour, minute, _, is_utc = match.groups()
    if hour is None:
        return f"{year}-{month}-{day} (all day)"
    zone = "UTC" if is_utc else line.parameters.get("TZID", "no time zone")
    return f"{year}-{month}-{day} {hour}:{minute} {zone}"


def _format_people(part: Component) -> str:
    people = [line for line in part.lines if line.name in ("ORGANIZER", "ATTENDEE")]
    found = [_format_person(line) for line in people[:_MAX_PEOPLE]]
    if len(people) > _MAX_PEOPLE:
        found.append(f"{len(people) - _MAX_PEOPLE} more")
    return "; ".join(dict.fromkeys(found))


def _format_person(line: ContentLine) -> str:
    address = line.value.strip()
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = line.parameters.get("CN", "")
    shown = f"{name} <{address}>" if name and name != address else address
    if line.name == "ORGANIZER":
        return f"{shown} (organizer)"
    answer = line.parameters.get("PARTSTAT", "").lower().replace("-", " ")
    return f"{shown} ({answer})" if answer and answer != "needs action" else shown
