"""Decodes the names of files in a ZIP archive, whose encoding is mostly not told. Pure.

A flag says UTF-8, and a field of Info-ZIP may repeat a name in UTF-8 (PKWARE APPNOTE, 4.4.4 and
4.6.9). Other names are in the code page of whoever packed them: all names of an archive together
show which. `zipfile` reads them as code page 437.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence

_UTF8_FLAG, _UNICODE_PATH = 0x800, 0x7075
_UNIX = 3
_CODE_PAGES = ("cp932", "gb18030", "cp949", "big5", "cp866", "cp1251", "cp850", "cp437", "cp1252")
_MAX_SAMPLE_BYTES = 20_000
# The most common ones, which tell languages apart that write the same bytes.
_CHINESE = frozenset(
    "的一不中国人大文件图片资料合同报告表格计划项目会议记录年月日第章新建版本书公司"
)
_TRADITIONAL = frozenset("的一不中國人大文件圖片資料合約報告表格計畫項目會議記錄年月日第章新版本書")
_KOREAN = frozenset(
    "이다은는을를에가의도로고하지기사서정한자보고계획안회의문서사진자료년월일제장표"
)
_RARE = re.compile(
    "[\u2500-\u259f\u2200-\u22ff\u2320-\u2321\ue000-\uf8ff\uff61-\uff9f¢£¥₧ƒª º¿⌐¬½¼¡«»]"
)


def decode_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the names of entries of one archive, in their order."""
    raw_names = [_get_raw_name(entry) for entry in entries]
    sample = b"\n".join(dict.fromkeys(raw for raw in raw_names if raw and not raw.isascii()))
    is_unix = any(entry.create_system == _UNIX for entry in entries)
    encoding = _detect(sample[:_MAX_SAMPLE_BYTES], is_unix=is_unix)
    return [
        _get_unicode_path(entry) or (raw.decode(encoding, "replace") if raw else entry.filename)
        for entry, raw in zip(entries, raw_names, strict=True)
    ]


def _get_raw_name(entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a name whose encoding is not told; b"" for another."""
    if entry.flag_bits & _UTF8_FLAG:
        return b""
    try:
        return entry.filename.encode("cp437")
    except UnicodeError:
        return b""


def _get_unicode_path(entry: zipfile.ZipInfo) -> str:
    """Return the name that Info-ZIP repeats in UTF-8, if it belongs to the name that is there."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        value, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != _UNICODE_PATH or len(value) < 6 or value[0] != 1:
            continue
        raw = entry.orig_filename.encode("cp437", "replace")
        if int.from_bytes(value[1:5], "little") == zlib.crc32(raw):
            return value[5:].decode("utf-8", "ignore")
    return ""


def _detect(sample: bytes, *, is_unix: bool) -> str:
    try:
        sample.decode()
    except UnicodeError:
        pages = ("cp1252", *_CODE_PAGES) if is_unix else _CODE_PAGES
        return max(pages, key=lambda page: _score(sample, page))
    return "utf-8"


def _score(sample: bytes, encoding: str) -> float:
    """Return how much a sample looks like names that people give, in this code page."""
    try:
        text = sample.decode(encoding)
    except UnicodeError:
        return float("-inf")
    if encoding in ("cp932", "gb18030", "cp949", "big5"):
        return _score_east_asian(text, encoding)
    return _score_letters(text)


def _score_east_asian(text: str, encoding: str) -> float:
    """Score two bytes at a time: what is written often counts more than what merely exists."""
    score = 0.0
    common = {"gb18030": _CHINESE, "big5": _TRADITIONAL, "cp949": _KOREAN}.get(
        encoding, frozenset()
    )
    for before, char, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if char <= "\x7f":
            continue
        is_alone = before <= "\x7f" and after <= "\x7f"
        if is_alone and (before.isalpha() or after.isalpha()):
            # One sign within a word of Latin letters is an accented letter of another code page.
            score -= 2
        elif char in common or "\u3041" <= char <= "\u30fe":
            score += 2.5
        elif "\uff61" <= char <= "\uff9f":
            score -= 0.7
        elif "\uac00" <= char <= "\ud7a3":
            score += 1.4
        elif "\u4e00" <= char <= "\u9fff":
            score += 1.5 if _is_first_level(char, encoding) else 0.2
        else:
            score += 0.5 if unicodedata.category(char)[0] in "PSL" and char < "\ue000" else -2
    return score


def _is_first_level(char: str, encoding: str) -> bool:
    """Whether a character is among those that its national standard calls common."""
    raw = char.encode(encoding)
    first = {"cp932": (0x88, 0x97), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
    lowest, highest = first.get(encoding, (0x100, 0x100))
    return len(raw) == 2 and lowest <= raw[0] <= highest


def _score_letters(text: str) -> float:
    score = 0.0
    for before, char, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if char <= "\x7f":
            continue
        if _RARE.match(char) or not char.isalpha():
            score -= 1.0
            continue
        others = [other for other in (before, after) if other.isalpha()]
        script = unicodedata.name(char, " ").split()[0]
        same = [other for other in others if unicodedata.name(other, " ").split()[0] == script]
        score += 0.9 if len(same) == len(others) else -0.5
        # Capitals within a word are what another code page's small letters look like.
        score -= 1.5 if char.isupper() and before.islower() else 0.0
    return score
