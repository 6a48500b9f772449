"""Makes texts of known encodings: each language in its encodings, in several styles and sizes.

The words are in `texts/`, written for this measurement. Equal seeds give equal texts.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

SIZES = (20, 50, 100, 200, 500, 1_000, 2_000)
STYLES = ("prose", "table", "subtitles", "code")
_WESTERN = "cp1252 iso8859-1 iso8859-15 cp850 mac_roman"
_CENTRAL = "cp1250 iso8859-2 cp852 mac_latin2"
_CYRILLIC = "cp1251 koi8-r iso8859-5 cp866 mac_cyrillic"
_BALTIC = "cp1257 iso8859-13 iso8859-4 cp775"
ENCODINGS = {
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi"), _WESTERN),
    "is": "cp1252 iso8859-1 cp850 cp861",
    **dict.fromkeys(("hu", "cs", "sk", "pl", "hr", "sl"), _CENTRAL),
    "ro": "cp1250 iso8859-2 cp852 iso8859-16",
    "tr": "cp1254 iso8859-9 cp857 mac_turkish",
    "lt": _BALTIC,
    "lv": _BALTIC,
    "et": "cp1257 iso8859-13 iso8859-4 iso8859-15 cp1252",
    "el": "cp1253 iso8859-7 cp737 cp869 mac_greek",
    "he": "cp1255 iso8859-8 cp862",
    "ar": "cp1256 iso8859-6 cp720",
    "fa": "cp1256",
    "th": "cp874 tis-620",
    "vi": "cp1258",
    "ru": f"{_CYRILLIC} cp855",
    "uk": "cp1251 koi8-u iso8859-5 cp1125 mac_cyrillic",
    "bg": "cp1251 iso8859-5 cp866 mac_cyrillic",
    "sr": "cp1251 iso8859-5 cp855 mac_cyrillic",
    "ja": "cp932 shift_jis euc_jp iso2022_jp",
    "zh_Hans": "gb18030 gbk gb2312 hz",
    "zh_Hant": "big5 cp950 big5hkscs",
    "ko": "cp949 euc_kr iso2022_kr johab",
}
UNICODE_ENCODINGS = "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32-le"
# What people write where a code page lacks a sign.
_SUBSTITUTES = str.maketrans("’‘“”„–—…", '\'\'"""--.')
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")
_VIETNAMESE_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences and names of one language."""

    sentences: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with its bytes; `group` names its row of the table."""

    group: str
    encoding: str
    style: str
    size: int
    text: str
    data: bytes


WriteText: TypeAlias = Callable[[Words, random.Random], str]


def read_words(language: str) -> Words:
    """Read the words of a language."""
    path = Path(__file__).parent / "texts" / f"{language}.txt"
    lists, _, prose = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in lists.splitlines())
    ends = prose.replace("。", "。\n").replace(". ", ".\n").replace("? ", "?\n")
    return Words(
        tuple(filter(None, ends.splitlines())),
        *(tuple(fields[key].split(", ")) for key in ("given", "family", "street", "city")),
    )


def list_samples(
    copies: int = 1, seed: int = 1, sizes: tuple[int, ...] = SIZES
) -> Iterator[Sample]:
    """Yield `copies` texts of each language, encoding, style and size."""
    for language, names in ENCODINGS.items():
        words = read_words(language)
        for encoding in f"{names} {UNICODE_ENCODINGS}".split():
            for style in STYLES:
                for size in sizes:
                    for number in range(copies):
                        source = random.Random(f"{seed} {language} {style} {size} {number}")
                        text = build_text(words, style, encoding, size, source)
                        data = text.encode(encoding)
                        yield Sample(language, encoding, style, size, text, data)


def build_text(words: Words, style: str, encoding: str, size: int, source: random.Random) -> str:
    """Build a text of at most `size` bytes in `encoding`, with a letter beyond ASCII in it."""
    text = ""
    for _ in range(200):
        pieces, length = list[str](), 0
        while length < size:
            pieces.append(_WRITERS[style](words, source))
            length += len(pieces[-1])
        text = _cut(fit_text("".join(pieces), encoding), encoding, size)
        if not text.isascii() and text.strip():
            break
    return text


def fit_text(text: str, encoding: str) -> str:
    """Return `text` as people wrote it who had only the letters of `encoding`."""
    if encoding.startswith(("utf", "gb18030")):
        return text
    if encoding == "cp1258":
        text = "".join(map(_split_tone, text))
    elif encoding != "iso8859-16":
        text = text.translate(_CEDILLAS)
    fitting = "".join(c if _can_encode(c, encoding) else c.translate(_SUBSTITUTES) for c in text)
    return fitting.encode(encoding, "ignore").decode(encoding)


def _cut(text: str, encoding: str, size: int) -> str:
    while (excess := len(text.encode(encoding)) - size) > 0 and len(text) > 1:
        text = text[: -max(1, min(excess // 4, len(text) - 1))]
    return text


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def _split_tone(letter: str) -> str:
    """Split a Vietnamese letter as its code page does: a letter, then its tone."""
    if _can_encode(letter, "cp1258"):
        return letter
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(c for c in marks if c in _VIETNAMESE_TONES)
    return unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks) + tone


def _write_prose(words: Words, source: random.Random) -> str:
    return source.choice(words.sentences) + source.choice(" \n")


def _write_row(words: Words, source: random.Random) -> str:
    name = f"{source.choice(words.given)} {source.choice(words.family)}"
    street = f"{source.choice(words.streets)} {source.randint(1, 199)}"
    city = f"{source.randint(10_000, 99_999)} {source.choice(words.cities)}"
    return f"{source.randint(1, 999)};{name};{street};{city};{source.random() * 1000:.2f}\r\n"


def _write_subtitle(words: Words, source: random.Random) -> str:
    minute, second = source.randint(10, 59), source.randint(10, 50)
    times = f"00:{minute}:{second},120 --> 00:{minute}:{second + 3},480"
    return f"{source.randint(1, 900)}\r\n{times}\r\n{source.choice(words.sentences)}\r\n\r\n"


def _write_code(words: Words, source: random.Random) -> str:
    name = source.choice(("total", "rows", "index", "buffer", "result"))
    comment = source.choice(words.sentences)
    return f"    # {comment}\n    {name} = compute_{name}(self.{name}, {source.randint(1, 99)})\n"


_WRITERS: dict[str, WriteText] = {
    "prose": _write_prose,
    "table": _write_row,
    "subtitles": _write_subtitle,
    "code": _write_code,
}
