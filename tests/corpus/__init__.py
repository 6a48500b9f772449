"""The files that people, and attackers, upload to Slack: made by code, none of them stored.

Each module is a family and offers `cases()`; a case is a name, bytes, and what is expected of them.
"""

from __future__ import annotations

from tests.corpus import (
    archives,
    binaries,
    bmp,
    bombs,
    damage,
    disguises,
    gif,
    jpeg,
    letters,
    names,
    office,
    pdf,
    phone,
    png,
    svg,
    text,
    tiff,
    webp,
    word,
)
from tests.corpus.case import Case

_MODULES = (
    png, jpeg, webp, gif, tiff, bmp, phone, svg, bombs, pdf, word, office, letters, text,
    archives, binaries, damage, disguises, names,
)  # fmt: skip

FAMILIES: dict[str, tuple[Case, ...]] = {
    module.__name__.rpartition(".")[2]: tuple(module.cases()) for module in _MODULES
}
CASES: tuple[Case, ...] = tuple(case for family in FAMILIES.values() for case in family)
