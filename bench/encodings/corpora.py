"""Reads texts of others as samples, from a folder that the person who measures names."""

from __future__ import annotations

import ast
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.encodings.matrix import ENCODINGS, SIZES, Sample, Words, build_text
from bot.files.readers.encodings.labels import find_codec

_MAX_FILE_BYTES = 1 << 20
_TRANSLATION = re.compile(r'^msgstr(?:\[\d\])? (".*")$')
_PLACEHOLDER = re.compile(r"%\(?\w*\)?[sd]|%\(\w+\)\w|<[^>]*>|\{\w*\}|&\w+;")
# Catalogues call some languages otherwise.
_LANGUAGES = {"sr": "sr", "zh_CN": "zh_Hans", "zh_TW": "zh_Hant", "no": "nb"}


def list_corpus(folder: Path, seed: int) -> Iterator[Sample]:
    """Yield the files of folders that are named by encodings, or samples made of catalogues."""
    catalogues = sorted(folder.rglob("*.po"))
    yield from _list_translated(catalogues, seed) if catalogues else _list_files(folder)


def _list_files(folder: Path) -> Iterator[Sample]:
    for path in sorted(folder.rglob("*")):
        codec = _find_codec(path)
        if not path.is_file() or not codec:
            continue
        data = path.read_bytes()[:_MAX_FILE_BYTES]
        try:
            text = data.decode(codec).removeprefix("\ufeff")
        except UnicodeError:
            continue
        yield Sample("files", codec, "prose", SIZES[-1], text, data)


def _find_codec(path: Path) -> str:
    """Return the codec that a folder's name tells: the longest beginning of it that is one."""
    parts = path.parent.name.split("-")
    names = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((codec for name in names if (codec := find_codec(name))), "")


def _list_translated(catalogues: list[Path], seed: int) -> Iterator[Sample]:
    sentences = defaultdict[str, list[str]](list)
    for path in catalogues:
        name = path.parent.parent.name
        sentences[_LANGUAGES.get(name, name)] += _read_translations(path)
    for language, names in ENCODINGS.items():
        if not sentences[language]:
            continue
        words = Words(tuple(sentences[language]), (), (), (), ())
        for encoding in names.split():
            for size in SIZES:
                source = random.Random(f"{seed} {language} {size}")
                text = build_text(words, "prose", encoding, size, source)
                yield Sample(language, encoding, "prose", size, text, text.encode(encoding))


def _read_translations(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _TRANSLATION.match(line)
        if match and len(match[1]) > 12:
            plain = _PLACEHOLDER.sub("", ast.literal_eval(match[1]))
            yield unicodedata.normalize("NFC", " ".join(plain.split()))
