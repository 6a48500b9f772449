"""Names of encodings: those that files declare, Python's codecs, and what people call them.

What a label means is taken as browsers take it (WHATWG, Encoding Standard, 4.2): for the code page
that has more characters.
"""

from __future__ import annotations

import codecs
import re

WIDE = frozenset({"utf_16", "utf_32", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"})
UTF_8 = "utf_8"
_MAX_LABEL_CHARS = 40
_NOT_IN_LABELS = re.compile(r"[^a-z0-9]")
_CODE_PAGE = re.compile(r"(?:x|cs)?(?:windows|win|cp|ibm|ms|dos|oem)(\d{3,5})")
_MEANINGS = """
cp1252 ascii usascii ansi ansix341968 iso646us 646 latin1 l1 iso88591 isoir100 csisolatin1 ibm819
cp1252 cp819 iso885911987 windowslatin1 ansinew
cp1254 iso88599 latin5 l5 isoir148 csisolatin5
iso8859_2 latin2 l2 isoir101 csisolatin2 iso885921987
iso8859_15 latin9 l9 latin0 csisolatin9 csiso885915
iso8859_8 iso88598i iso88598e visual logical hebrew csisolatinhebrew csiso88598i csiso88598e
iso8859_7 greek greek8 elot928 ecma118 csisolatingreek suneugreek
iso8859_6 arabic asmo708 ecma114 csisolatinarabic
iso8859_5 cyrillic csisolatincyrillic
cp874 tis620 iso885911 dos874 windows874 thai
koi8_r koi koi8 koi8r cskoi8r
koi8_u koi8u koi8ru
mac_roman macintosh mac xmacroman macroman csmacintosh applemac
mac_cyrillic xmaccyrillic maccyrillic xmacukrainian macukrainian
mac_latin2 xmacce macce maccentraleurope xmaccentraleurroman maclatin2 xmacroumanian xmaccroatian
mac_greek xmacgreek macgreek
mac_turkish xmacturkish macturkish
mac_iceland xmacicelandic macicelandic
cp932 shiftjis sjis xsjis csshiftjis mskanji ms932 windows31j cswindows31j xmsshiftjis
euc_jp eucjp xeucjp ujis cseucpkdfmtjapanese eucjpms eucjpwin cp51932
iso2022_jp_ext iso2022jp csiso2022jp jis iso2022jp1 iso2022jp3 cp50220 cp50221
cp949 euckr cseuckr ksc5601 ksc56011987 ksc56011989 isoir149 korean uhc ksc5636 windows949 ms949
iso2022_kr iso2022kr csiso2022kr cp50225
johab ksc56011992 ms1361 cp1361
gb18030 gb2312 gb231280 csgb2312 gbk xgbk chinese isoir58 csiso58gb231280 cp936 ms936 windows936
gb18030 euccn xeuccn eucgb2312cn gb180302000
hz hzgb2312
big5hkscs big5 cnbig5 xxbig5 xbig5 csbig5 ms950 cp950 windows950 eucb5
euc_tw euctw xeuctw cseuctw cns11643
utf_8 utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 utf8mb3 utf8sig cp65001 utf8unix
utf_7 utf7 unicode11utf7 csunicode11utf7 cp65000
utf_16 utf16 ucs2 unicode csunicode iso10646ucs2 unicodefffe unicodefeff utf16le utf16be
utf_32 utf32 ucs4 iso10646ucs4 utf32le utf32be
"""
_CODECS = {
    label: row.split()[0] for row in _MEANINGS.strip().split("\n") for label in row.split()[1:]
}
# Python's other codecs do not encode text, or interpret more than characters.
_TEXT_CODECS = ("cp", "iso", "koi8", "gb", "big5", "euc", "shift", "mac", "tis", "ptcp", "kz", "hp")
_NAMES = {
    "utf_8": "UTF-8",
    "cp932": "Shift-JIS",
    "shift_jis_2004": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "euc_jis_2004": "EUC-JP",
    "gb18030": "GB 18030",
    "big5hkscs": "Big5",
    "cp949": "EUC-KR",
    "johab": "Johab",
    "euc_tw": "EUC-TW",
    "hz": "HZ",
    "tis_620": "TIS-620",
    "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-U",
    "cp037": "EBCDIC",
}

_NAME_STARTS = {
    "cp12": "Windows-12",
    "cp874": "Windows-874",
    "iso8859_": "ISO 8859-",
    "mac_": "Mac ",
    "cp": "DOS ",
}


def find_codec(label: str) -> str:
    """Return Python's codec for what a file says that its encoding is; "" for none that is text."""
    if len(label) > _MAX_LABEL_CHARS:
        return ""
    key = _NOT_IN_LABELS.sub("", label.lower())
    if key in _CODECS:
        return _CODECS[key]
    page = _CODE_PAGE.fullmatch(key)
    try:
        codec = codecs.lookup(f"cp{page[1]}" if page else label).name.replace("-", "_")
    except (LookupError, ValueError):
        return ""
    return codec if codec.startswith(_TEXT_CODECS) else ""


def name_encoding(codec: str) -> str:
    """Return what people call an encoding: “Windows-1250”."""
    if codec in _NAMES:
        return _NAMES[codec]
    start = next((start for start in _NAME_STARTS if codec.startswith(start)), "")
    rest = codec.removeprefix(start)
    return f"{_NAME_STARTS[start]}{rest.capitalize()}" if start else rest.upper().replace("_", "-")
