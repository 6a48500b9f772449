"""Decodes EUC-TW (CNS 11643), which Python has no codec for, by way of Big5.

The first two planes of CNS 11643 hold the characters of Big5, nearly in its order; what the other
planes add is replaced. Importing this module registers the codec `euc_tw`, which only decodes.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any

NAME = "euc_tw"
# Runs of characters in one order: the first's place in the plane (94 a row), its place in Big5
# (157 a row, from A140), and how many. Worked out by comparing both in the order of Unicode.
_FIRST_PLANE = """
0:0:5 6:6:15 21:23:2 24:22:1 29:29:44 73:74:1 74:73:1 75:75:22 98:98:1 100:100:27 127:128:1
128:127:1 129:129:19 148:149:1 149:148:1 150:150:4 155:21:1 156:156:78 282:234:29 312:264:1
314:266:142 470:6101:20 3290:471:1412 4702:1884:424 5126:1883:1 5127:2308:1876 7003:4571:1
7004:4184:387 7391:4572:525 7916:5286:1 7917:5097:105 8023:5203:83 8106:5287:84 8190:5517:1
8191:5371:54 8245:5426:1 8246:5425:1 8247:5427:90 8337:5518:354
"""
_SECOND_PLANE = """
0:6280:10 10:6291:33 43:6372:1 44:6324:48 92:6373:46 138:6586:1 139:6419:167 306:6587:1840
2146:9074:1 2147:8428:108 2255:8537:537 2792:8427:1 2793:9075:100 2893:8536:1 2894:9175:399
3293:9575:1637 4930:11761:1 4931:11212:146 5077:11899:1 5078:11358:287 5365:12508:1
5366:11645:116 5482:11762:137 5619:11900:104 5723:12425:1 5724:12004:222 5946:12227:198
6144:12426:82 6226:12509:86 6312:12226:1 6313:12595:8 6321:12604:153 6474:12758:56 6530:13114:1
6531:12814:113 6644:12603:1 6645:12927:142 6787:12757:1 6788:13069:45 6833:13115:71 6904:13380:1
6905:13186:194 7099:13381:490 7589:13914:1 7590:13871:43 7633:13915:1 7634:13917:11 7645:13916:1
7646:13928:4
"""
_CHARACTER = re.compile(rb"[\x00-\x7f]+|(?:[\xa1-\xfe]{2})|\x8e[\xa1-\xb0][\xa1-\xfe]{2}")
_START = re.compile(rb"(?:[\xa1-\xfe]|\x8e(?:[\xa1-\xb0][\xa1-\xfe]?)?)\Z")
_ROW, _BIG5_ROW = 94, 157


def _decode(data: bytes, errors: str, *, is_final: bool) -> tuple[str, int]:
    """Return the text and how many bytes were used; a last character may be incomplete."""
    pieces, position = list[str](), 0
    while position < len(data):
        match = _CHARACTER.match(data, position)
        if match:
            position = match.end()
            pieces.append(_read_character(match[0]))
        elif not is_final and _START.match(data, position):
            break
        elif errors == "strict":
            raise UnicodeDecodeError(NAME, data, position, position + 1, "no character")
        else:
            position += 1
            pieces.append("\ufffd")
        if errors == "strict" and pieces[-1:] == ["\ufffd"]:
            raise UnicodeDecodeError(NAME, data, position - 1, position, "in no plane of Big5")
    return "".join(pieces), position


def _read_character(code: bytes) -> str:
    if code[0] < 0x80:
        return code.decode("ascii")
    plane = code[1] - 0xA0 if len(code) == 4 else 1
    place = (code[-2] - 0xA1) * _ROW + code[-1] - 0xA1
    return _read_planes().get((plane, place), "\ufffd")


@cache
def _read_planes() -> dict[tuple[int, int], str]:
    characters = dict[tuple[int, int], str]()
    for plane, table in ((1, _FIRST_PLANE), (2, _SECOND_PLANE)):
        for run in table.split():
            start, big5, count = map(int, run.split(":"))
            for offset in range(count):
                characters[plane, start + offset] = _decode_big5(big5 + offset)
    return characters


def _decode_big5(place: int) -> str:
    row, column = divmod(place, _BIG5_ROW)
    # The second byte leaves out what lies between 7E and A1.
    code = bytes((row + 0xA1, column + (0x40 if column < 63 else 0x62)))
    return code.decode("cp950")


class _Decoder(codecs.BufferedIncrementalDecoder):
    def _buffer_decode(self, data: Any, errors: str, final: bool) -> tuple[str, int]:  # noqa: FBT001 - as in codecs
        return _decode(bytes(data), errors, is_final=final)


def _encode(_text: str, _errors: str = "strict") -> tuple[bytes, int]:
    raise UnicodeError("EUC-TW is only decoded")


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name != NAME:
        return None
    return codecs.CodecInfo(
        _encode,
        lambda data, errors="strict": _decode(bytes(data), errors, is_final=True),
        incrementaldecoder=_Decoder,
        name=NAME,
    )


codecs.register(_find_codec)
