"""Reads the numbers of a 7z header: how they are written, not what they mean."""

from __future__ import annotations


class SevenZipError(Exception):
    """An archive that is not read; the text is the reason's key."""


class HeaderReader:
    """Reads the numbers of a header. Raises `IndexError` at its end."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self.position = position

    def read_byte(self) -> int:
        """Read one byte."""
        self.position += 1
        return self._data[self.position - 1]

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        if size > len(self._data) - self.position:
            raise IndexError
        self.position += size
        return self._data[self.position - size : self.position]

    def drop(self, size: int) -> None:
        """Drop some bytes."""
        self.read(size)

    def read_number(self) -> int:
        """Read a number of one to nine bytes: the first tells by its leading ones how many."""
        first, mask, value = self.read_byte(), 0x80, 0
        for shift in range(8):
            if not first & mask:
                return value + ((first & (mask - 1)) << (8 * shift))
            value |= self.read_byte() << (8 * shift)
            mask >>= 1
        return value

    def read_count(self, limit: int) -> int:
        """Read a number that may not exceed a limit. Raises `SevenZipError`."""
        count = self.read_number()
        if count > limit:
            raise SevenZipError("too large inside")
        return count

    def read_bits(self, count: int) -> list[bool]:
        """Read flags, eight in a byte."""
        data = self.read((count + 7) // 8)
        return [bool(data[index // 8] & (0x80 >> (index % 8))) for index in range(count)]

    def read_optional_bits(self, count: int) -> list[bool]:
        """Read flags that may be all set, which a byte says in front of them."""
        return [True] * count if self.read_byte() else self.read_bits(count)
