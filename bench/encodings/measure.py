"""Prints how many encodings are told right: `python -m bench.encodings.measure`.

Without an argument on the texts of this folder. `--corpus FOLDER` (several times) adds files of
others, which are read where they lie: a folder whose folders are named by encodings, with a
language or not (`windows-1250-czech/a.txt`), or gettext's catalogues (`cs/LC_MESSAGES/x.po`).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from operator import eq
from pathlib import Path

from bench.encodings.corpora import list_corpus
from bench.encodings.matrix import SIZES, Sample, list_samples
from bot.files.readers.encodings.detect import Detection, detect

_CEDILLAS = str.maketrans("ȘșȚț", "ŞşŢţ")
_FROM_BYTES = 100


def is_right(sample: Sample, found: Detection | None) -> bool:
    """Whether the bytes give the same text. ISO 8859-16 has ș at the byte that others have ş at."""
    if found is None:
        return False
    text = sample.data.decode(found.codec, "replace").removeprefix("\ufeff")
    return text.translate(_CEDILLAS) == sample.text.translate(_CEDILLAS)


def measure(samples: Iterable[Sample]) -> None:
    """Print a table: a line for each language, a column for each size."""
    right, all_of, wrong = Counter[tuple[str, int]](), Counter[tuple[str, int]](), Counter[str]()
    older = Counter[bool]()
    sure, began, count = Counter[tuple[bool, bool]](), time.process_time(), 0
    encodings: dict[str, dict[str, None]] = {}
    for sample in samples:
        if sample.text.isascii() and sample.group != "files":
            continue
        found = detect(sample.data)
        is_good = is_right(sample, found)
        key = (sample.group, sample.size)
        all_of[key] += 1
        right[key] += is_good
        count += 1
        encodings.setdefault(sample.group, {})[sample.encoding] = None
        if sample.size >= _FROM_BYTES:
            sure[is_good, bool(found and found.is_sure)] += 1
            older[is_good] += not sample.encoding.startswith("utf")
            if not is_good:
                name = found.codec if found else "no text"
                wrong[f"{sample.group} {sample.encoding} as {name}"] += 1
    _print_table(right, all_of, encodings)
    spent = (time.process_time() - began) * 1_000 / max(count, 1)
    print(f"\n{count:,} texts, {spent:.1f} ms each. From {_FROM_BYTES} bytes on:")
    _print_sums(sure, older, wrong)


def _print_sums(
    sure: Counter[tuple[bool, bool]], older: Counter[bool], wrong: Counter[str]
) -> None:
    print(f"right and sure {sure[True, True]:,}, right and told as a guess {sure[True, False]:,},")
    print(f"wrong and told as a guess {sure[False, False]:,}, wrong {sure[False, True]:,}.")
    print(f"Without Unicode: {100 * older[True] / max(older.total(), 1):.1f} % right.")
    print("Wrong most often:", "; ".join(f"{k} ({n})" for k, n in wrong.most_common(12)) or "none")


def _print_table(
    right: Counter[tuple[str, int]],
    all_of: Counter[tuple[str, int]],
    encodings: dict[str, dict[str, None]],
) -> None:
    print(f"| language | {' | '.join(f'{size:,}' for size in SIZES)} | encodings |")
    print(f"|---|{'---|' * len(SIZES)}---|")
    for group, names in encodings.items():
        row = [_format(right, all_of, partial(eq, (group, size))) for size in SIZES]
        print(f"| {group} | {' | '.join(row)} | {', '.join(names)} |")
    row = [_format(right, all_of, partial(_is_of_size, size)) for size in SIZES]
    whole = _format(right, all_of, lambda key: key[1] >= _FROM_BYTES)
    print(f"| **all** | {' | '.join(row)} | from {_FROM_BYTES} bytes on: **{whole} %** |")


def _is_of_size(size: int, key: tuple[str, int]) -> bool:
    return key[1] == size


def _format(
    right: Counter[tuple[str, int]],
    all_of: Counter[tuple[str, int]],
    is_counted: Callable[[tuple[str, int]], bool],
) -> str:
    total = sum(count for key, count in all_of.items() if is_counted(key))
    good = sum(count for key, count in right.items() if is_counted(key))
    return f"{100 * good / total:.1f}".removesuffix(".0") if total else "–"


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=2, help="texts of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    measure(list_samples(arguments.copies, arguments.seed))
    for folder in arguments.corpus:
        print(f"\n{folder.name}:\n")
        measure(list_corpus(folder, arguments.seed))


if __name__ == "__main__":
    main()
