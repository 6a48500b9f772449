"""Splits a stream of bytes into the payloads of its server-sent events. No I/O, no JSON.

It handles lines of several megabytes, because a picture is one line. It splits at CR, LF and CRLF
only, as the standard says (html.spec.whatwg.org, "Interpreting an event stream"): U+2028 and the
like are ordinary characters inside a JSON string.
"""

from __future__ import annotations

MAX_LINE_BYTES = 32 * 1024 * 1024
# The longest answer, a token in each event, has half as many.
MAX_LINES = 1_000_000
_BOM = b"\xef\xbb\xbf"


class LineTooLong(ValueError):
    """A line, or all lines of an event together, are longer than the limit."""


class SseReader:
    """Collects bytes as they arrive and returns the payloads that are complete."""

    def __init__(self, *, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max_line_bytes = max_line_bytes
        self._buffer = bytearray()  # the unfinished line
        self._searched_bytes = 0  # how many of its bytes hold no line end
        self._data_lines: list[bytes] = []  # the data lines of the unfinished event
        self._event_bytes = 0  # of all its lines
        self._line_count = 0
        self._at_start = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the payloads they complete. Raises `LineTooLong`."""
        self._buffer += chunk
        payloads: list[bytes] = []
        end = self._find_last_line_end()
        # Of bytes, the method splits at CR, LF and CRLF only.
        for line in bytes(self._buffer[:end]).splitlines():
            self._add_line(line, payloads)
        del self._buffer[:end]
        # Search a trailing CR again; the bytes before it hold no line end.
        self._searched_bytes = max(0, len(self._buffer) - 1)
        if len(self._buffer) > self._max_line_bytes:
            raise LineTooLong(f"a line of more than {self._max_line_bytes} bytes")
        return payloads

    def _find_last_line_end(self) -> int:
        # A CR at the very end may be the first half of a CRLF: wait for the next chunk.
        last = self._buffer.rfind(b"\r", self._searched_bytes, max(0, len(self._buffer) - 1))
        return max(last, self._buffer.rfind(b"\n", self._searched_bytes)) + 1

    def close(self) -> list[bytes]:
        """Return the payload of an unfinished last event once the stream has ended.

        Raises `LineTooLong`.
        """
        payloads: list[bytes] = []
        self._add_line(bytes(self._buffer).removesuffix(b"\r"), payloads)
        self._add_line(b"", payloads)
        self._buffer.clear()
        self._searched_bytes = 0
        return payloads

    def _add_line(self, line: bytes, payloads: list[bytes]) -> None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        self._count_line(line)
        if not line:
            if self._data_lines:
                payloads.append(b"\n".join(self._data_lines))
                self._data_lines.clear()
        elif line.startswith(b"data:"):
            self._data_lines.append(line[6:] if line[5:6] == b" " else line[5:])
        elif line == b"data":
            self._data_lines.append(b"")

    def _count_line(self, line: bytes) -> None:
        """Raises `LineTooLong` for a line, or for what comes together of lines."""
        self._line_count += 1
        if self._line_count > MAX_LINES:
            raise LineTooLong(f"more than {MAX_LINES} lines")
        self._event_bytes = self._event_bytes + len(line) if line else 0
        if self._event_bytes > self._max_line_bytes:
            raise LineTooLong(f"an event of more than {self._max_line_bytes} bytes")
