"""Server-sent events from bytes, one `data` payload at a time. No I/O, no JSON.

Written for lines of megabytes: a picture is one line. Splits at CR, LF and CRLF only, as the
standard says (html.spec.whatwg.org, "Interpreting an event stream"); U+2028 and its kin are
ordinary characters inside a JSON string.
"""

from __future__ import annotations

import re

MAX_LINE = 32 * 1024 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class LineTooLong(ValueError):
    """A line went on past the limit without an end."""


class SseReader:
    """Feed it bytes as they come; it returns the payloads that are complete."""

    def __init__(self, *, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._rest = bytearray()  # the line that has not ended yet
        self._searched = 0  # how much of it is known to hold no line end
        self._data: list[bytes] = []  # the data lines of the event that has not ended yet
        self._at_start = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the payloads they complete. Raises `LineTooLong`."""
        self._rest += chunk
        payloads: list[bytes] = []
        begin = 0
        for end in _LINE_END.finditer(self._rest, self._searched):
            # A CR at the very end may be the first half of a CRLF: wait for what follows.
            if end.group() == b"\r" and end.end() == len(self._rest):
                break
            self._take(bytes(self._rest[begin : end.start()]), payloads)
            begin = end.end()
        del self._rest[:begin]
        # Look at a trailing CR again; everything before it holds no line end.
        self._searched = max(0, len(self._rest) - 1)
        if len(self._rest) > self._max_line:
            raise LineTooLong(f"a line of more than {self._max_line} bytes")
        return payloads

    def close(self) -> list[bytes]:
        """The stream has ended: return what an unfinished last event held."""
        payloads: list[bytes] = []
        self._take(bytes(self._rest).removesuffix(b"\r"), payloads)
        self._take(b"", payloads)
        self._rest.clear()
        self._searched = 0
        return payloads

    def _take(self, line: bytes, payloads: list[bytes]) -> None:
        if len(line) > self._max_line:
            raise LineTooLong(f"a line of more than {self._max_line} bytes")
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._data:
                payloads.append(b"\n".join(self._data))
                self._data.clear()
            return
        if line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif line == b"data":
            self._data.append(b"")
