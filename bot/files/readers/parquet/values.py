"""Formats values of Parquet files as people write them: dates, decimals, texts. Pure.

Source: `LogicalTypes.md` of the format.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.files.readers.parquet.metadata import Node, Physical

# Converted types, and the fields of the union of logical types.
_UTF8, _ENUM, _DECIMAL, _DATE, _TIME_MS, _TIME_US, _STAMP_MS, _STAMP_US = 0, 4, 5, 6, 7, 8, 9, 10
_UINT_8, _UINT_64, _JSON, _INTERVAL = 11, 14, 19, 21
_L_STRING, _L_ENUM, _L_DECIMAL, _L_DATE, _L_TIME, _L_STAMP, _L_INTEGER = 1, 4, 5, 6, 7, 8, 10
_L_JSON, _L_UUID, _L_FLOAT16 = 12, 14, 15
_MAX_DECIMAL_BYTES, _MAX_SCALE, _MAX_VALUE_BYTES = 64, 100, 4_000
_PER_SECOND = {1: 10**3, 2: 10**6, 3: 10**9}
_NO_DAY = 2_440_588  # the Julian day of 1970-01-01


def describe_type(node: Node) -> str:
    """Return what people call the type of a column: “decimal(10, 2)”, “list of text”."""
    if node.physical is None:
        kind = get_group_kind(node)
        return kind or f"{{{', '.join(child.name for child in node.children[:20])}}}"
    names = {
        "text": "text",
        "decimal": f"decimal({_get_decimal(node)[1]}, {_get_decimal(node)[0]})",
        "stamp": "time with date" + (", UTC" if _get_unit(node)[1] else ""),
        "unsigned": "whole number",
    }
    plain = {
        Physical.BOOLEAN: "true or false",
        Physical.INT32: "whole number",
        Physical.INT64: "whole number",
        Physical.INT96: "time with date",
        Physical.FLOAT: "number",
        Physical.DOUBLE: "number",
    }
    kind = _get_kind(node)
    return names.get(kind, kind) or plain.get(node.physical, "bytes")


def get_group_kind(node: Node) -> str:
    """Return “list” or “map” for fields that stand for one; "" for others."""
    if node.converted == 3 or 3 in node.logical:
        return "list"
    return "map" if node.converted in (1, 2) or 2 in node.logical else ""


def format_value(node: Node, value: Any) -> Any:
    """Return a value as it is shown: text, a number, a boolean, or bytes that are none of these."""
    if value is None:
        return None
    try:
        formatter = _FORMATTERS.get(_get_kind(node))
        if formatter is not None:
            return formatter(node, value)
    except (ValueError, OverflowError, ArithmeticError, struct.error):
        return value
    if node.physical is Physical.INT96:
        return _format_old_stamp(value)
    if isinstance(value, float):
        # The shortest digits that give the same number again, of four bytes or eight.
        return _format_float(node, value)
    return _show_text(value) if isinstance(value, bytes) else value


def _get_kind(node: Node) -> str:
    """Return which kind of value a leaf holds, by its logical or its converted type; "" for any."""
    by_logical = {
        _L_STRING: "text",
        _L_ENUM: "text",
        _L_JSON: "text",
        _L_DECIMAL: "decimal",
        _L_DATE: "date",
        _L_TIME: "time",
        _L_STAMP: "stamp",
        _L_UUID: "UUID",
        _L_FLOAT16: "short number",
    }
    for number, details in node.logical.items():
        if number in by_logical:
            return by_logical[number]
        if number == _L_INTEGER and isinstance(details, dict) and details.get(2) is False:
            return "unsigned"
    if _UINT_8 <= node.converted <= _UINT_64:
        return "unsigned"
    by_converted = {
        _UTF8: "text", _ENUM: "text", _JSON: "text", _DECIMAL: "decimal", _DATE: "date",
        _TIME_MS: "time", _TIME_US: "time", _STAMP_MS: "stamp", _STAMP_US: "stamp",
        _INTERVAL: "interval",
    }  # fmt: skip
    return by_converted.get(node.converted, "")


def _get_unit(node: Node) -> tuple[int, bool]:
    """Return how many units a second has, and whether the time is UTC."""
    details = node.logical.get(_L_STAMP) or node.logical.get(_L_TIME)
    if isinstance(details, dict):
        unit = details.get(2)
        number = next(iter(unit), 2) if isinstance(unit, dict) else 2
        return _PER_SECOND.get(number, 10**6), details.get(1) is True
    is_milli = node.converted in (_TIME_MS, _STAMP_MS)
    return 10**3 if is_milli else 10**6, node.converted in (_STAMP_MS, _STAMP_US)


def _get_decimal(node: Node) -> tuple[int, int]:
    details = node.logical.get(_L_DECIMAL)
    raw = (details.get(1, 0), details.get(2, 0)) if isinstance(details, dict) else ()
    scale, precision = raw or (node.scale, node.precision)
    return int(scale), int(precision)


def _format_decimal(node: Node, value: Any) -> Any:
    scale = _get_decimal(node)[0]
    if not 0 <= scale <= _MAX_SCALE:
        return value
    if isinstance(value, bytes):
        if len(value) > _MAX_DECIMAL_BYTES:
            return value
        value = int.from_bytes(value, "big", signed=True)
    digits = tuple(int(digit) for digit in str(abs(value)))
    return format(Decimal((int(value < 0), digits, -scale)), "f")


def _format_date(_node: Node, value: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=value)).isoformat()


def _format_time(node: Node, value: int) -> str:
    per_second, _ = _get_unit(node)
    seconds, rest = divmod(value, per_second)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return clock + _format_fraction(rest, per_second)


def _format_stamp(node: Node, value: int) -> str:
    per_second, is_utc = _get_unit(node)
    return _format_moment(value, per_second) + ("Z" if is_utc else "")


def _format_moment(value: int, per_second: int) -> str:
    seconds, rest = divmod(value, per_second)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    text = moment.strftime("%H:%M:%S")
    return f"{moment.date().isoformat()} {text}{_format_fraction(rest, per_second)}"


def _format_fraction(rest: int, per_second: int) -> str:
    width = len(str(per_second)) - 1
    return f".{rest:0{width}}".rstrip("0") if rest else ""


def _format_old_stamp(value: bytes) -> Any:
    nanoseconds = int.from_bytes(value[:8], "little", signed=True)
    days = int.from_bytes(value[8:12], "little") - _NO_DAY
    try:
        return _format_moment(days * 86_400 * 10**9 + nanoseconds, 10**9)
    except OverflowError:
        return value


def _format_interval(_node: Node, value: bytes) -> str:
    months, days, milliseconds = struct.unpack("<III", value)
    return f"{months} months {days} days {milliseconds} ms"


def _format_unsigned(node: Node, value: int) -> int:
    return value % (1 << (32 if node.physical is Physical.INT32 else 64))


def _format_float(node: Node, value: float) -> Any:
    if node.physical is not Physical.FLOAT:
        return value
    return float(f"{value:.7g}") if value == _shorten(float(f"{value:.7g}")) else value


def _shorten(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except (OverflowError, struct.error):
        return value


def _format_half(_node: Node, value: bytes) -> float:
    return float(struct.unpack("<e", value)[0])


def _show_text(value: bytes) -> str | bytes:
    """Return bytes of no stated type as text where they are that, as old writers leave it out."""
    try:
        text = value[:_MAX_VALUE_BYTES].decode()
    except UnicodeDecodeError:
        return value
    return text if all(c.isprintable() or c in "\t\r\n" for c in text) else value


def _decode_text(_node: Node, value: bytes) -> str:
    return value[:_MAX_VALUE_BYTES].decode("utf-8", "replace")


def _format_uuid(_node: Node, value: bytes) -> str:
    return str(uuid.UUID(bytes=value))


_FORMATTERS: dict[str, Callable[[Node, Any], Any]] = {
    "text": _decode_text,
    "decimal": _format_decimal,
    "date": _format_date,
    "time": _format_time,
    "stamp": _format_stamp,
    "UUID": _format_uuid,
    "short number": _format_half,
    "interval": _format_interval,
    "unsigned": _format_unsigned,
}
