"""Decodes UTF-8 with single lines that are in an older encoding, as logs of several programs are.

Importing this module registers codecs of the name `mixed_utf_8_` with that of the older one behind
it. They only decode, line by line, and count the odd lines in `odd_lines`.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from bot.files.readers.encodings.unicode_forms import decode_utf8_line

_PREFIX = "mixed_utf_8_"
_SEVERAL = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_MIN_WHOLE = 3
# A line without an end is decoded in parts of this size.
_MAX_LINE_BYTES = 1 << 20


def build_mixed_name(codec: str) -> str:
    """Return the name of the codec whose odd lines are in `codec`."""
    return f"{_PREFIX}{codec}"


class MixedDecoder(codecs.BufferedIncrementalDecoder):
    """Decodes line by line. `older` is set for each codec."""

    older = "cp1252"

    def __init__(self, errors: str = "strict") -> None:
        super().__init__(errors)
        self.odd_lines = 0
        self._is_at_start = True

    def reset(self) -> None:
        super().reset()
        self._is_at_start = True

    def _buffer_decode(self, data: Any, _errors: str, final: bool) -> tuple[str, int]:  # noqa: FBT001 - codecs
        # `data` are bytes, or what reads like them.
        end = len(data) if final else data.rfind(b"\n") + 1
        if not end and len(data) > _MAX_LINE_BYTES:
            end = len(data) - 4
        text = self._decode_lines(bytes(data[:end]))
        if self._is_at_start and text:
            self._is_at_start = False
            text = text.removeprefix("\ufeff")
        return text, end

    def _decode_lines(self, block: bytes) -> str:
        try:
            return block.decode()
        except UnicodeDecodeError:
            return "".join(map(self._decode_line, block.splitlines(keepends=True)))

    def _decode_line(self, line: bytes) -> str:
        text = decode_utf8_line(line)
        if text is not None:
            return text
        self.odd_lines += 1
        # In a line that is mostly UTF-8, only what is broken is taken for something else.
        text = line.decode("utf-8", "replace")
        if len(_SEVERAL.findall(line)) >= max(_MIN_WHOLE, 3 * text.count("\ufffd")):
            return text
        return line.decode(self.older, "replace")


def _decode(data: bytes, errors: str, older: str) -> tuple[str, int]:
    decoder = _build_decoder(older)(errors)
    return decoder.decode(bytes(data), final=True), len(data)


def _build_decoder(older: str) -> type[MixedDecoder]:
    return type("MixedDecoder", (MixedDecoder,), {"older": older})


def _encode(_text: str, _errors: str = "strict") -> tuple[bytes, int]:
    raise UnicodeError("mixed texts are only decoded")


def _find_codec(name: str) -> codecs.CodecInfo | None:
    older = name.removeprefix(_PREFIX)
    if older == name:
        return None
    return codecs.CodecInfo(
        _encode,
        lambda data, errors="strict": _decode(data, errors, older),
        incrementaldecoder=_build_decoder(older),
        name=name,
    )


codecs.register(_find_codec)
