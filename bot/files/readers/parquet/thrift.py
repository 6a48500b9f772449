"""Parses the compact protocol of Thrift, in which Parquet keeps what it says of itself.

See `metadata.py` for what the fields mean. Source: Thrift, `thrift-compact-protocol.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

# The values of a structure by the numbers of their fields.
Struct: TypeAlias = Mapping[int, Any]

_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(
    13
)
_MAX_DEPTH, _MAX_VALUES, _MAX_VARINT_BYTES = 24, 2_000_000, 10


class ThriftError(ValueError):
    """The bytes are not what the protocol allows, or are more than a file needs."""


class ThriftReader:
    """Reads values from `data`, at most `_MAX_VALUES` of them."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self._data = data
        self.position = start
        self.value_count = 0

    def read_struct(self, depth: int = 0) -> Struct:
        """Read a structure. Raises `ThriftError`."""
        if depth > _MAX_DEPTH:
            raise ThriftError("too deep")
        fields, number = dict[int, Any](), 0
        while (head := self._read_byte()) & 0x0F != _STOP:
            step = head >> 4
            number = number + step if step else self._read_signed()
            kind = head & 0x0F
            is_flag = kind in (_TRUE, _FALSE)
            fields[number] = kind == _TRUE if is_flag else self._read_value(kind, depth)
        return fields

    def _read_value(self, kind: int, depth: int) -> Any:
        self.value_count += 1
        if self.value_count > _MAX_VALUES:
            raise ThriftError("too many values")
        if kind in (_LIST, _SET):
            return self._read_list(depth)
        if kind == _MAP:
            return self._read_map(depth)
        if kind == _STRUCT:
            return self.read_struct(depth + 1)
        return self._read_plain(kind)

    def _read_plain(self, kind: int) -> Any:
        if kind in (_I16, _I32, _I64):
            return self._read_signed()
        if kind == _BINARY:
            return self._read_bytes(self._read_varint())
        if kind == _DOUBLE:
            return self._read_bytes(8)
        if kind in (_TRUE, _FALSE, _BYTE):
            # In a list each truth value has a byte of its own.
            byte = self._read_byte()
            return byte if kind == _BYTE else byte == _TRUE
        raise ThriftError("another type")

    def _read_list(self, depth: int) -> list[Any]:
        if depth > _MAX_DEPTH:
            raise ThriftError("too deep")
        head = self._read_byte()
        count = head >> 4 if head >> 4 < 15 else self._read_varint()
        if count > len(self._data) - self.position:
            raise ThriftError("a list longer than its file")
        return [self._read_value(head & 0x0F, depth + 1) for _ in range(count)]

    def _read_map(self, depth: int) -> dict[Any, Any]:
        count = self._read_varint()
        if count > len(self._data) - self.position:
            raise ThriftError("a map longer than its file")
        kinds = self._read_byte() if count else 0
        pairs = [
            (self._read_value(kinds >> 4, depth + 1), self._read_value(kinds & 0x0F, depth + 1))
            for _ in range(count)
        ]
        return {key: value for key, value in pairs if isinstance(key, bytes | int)}

    def _read_byte(self) -> int:
        if self.position >= len(self._data):
            raise ThriftError("cut off")
        self.position += 1
        return self._data[self.position - 1]

    def _read_bytes(self, count: int) -> bytes:
        if count > len(self._data) - self.position:
            raise ThriftError("cut off")
        self.position += count
        return self._data[self.position - count : self.position]

    def _read_varint(self) -> int:
        value = 0
        for index in range(_MAX_VARINT_BYTES):
            byte = self._read_byte()
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value
        raise ThriftError("a number too long")

    def _read_signed(self) -> int:
        value = self._read_varint()
        return (value >> 1) ^ -(value & 1)
