"""Files as people and attackers upload them to Slack, built by code instead of stored.

Each family module has `list_cases()`; a case is a name, bytes, and the expected result.
"""

from __future__ import annotations

from tests.corpus import (
    archives,
    binaries,
    bmp,
    bombs,
    damage,
    data,
    disguises,
    documents,
    flaws,
    gif,
    jpeg,
    letters,
    mails,
    names,
    office,
    pdf,
    phone,
    png,
    rare,
    svg,
    text,
    tiff,
    webp,
    word,
)
from tests.corpus.case import Case

_MODULES = (
    png, jpeg, webp, gif, tiff, bmp, phone, svg, bombs, pdf, word, office, letters, text,
    archives, binaries, damage, disguises, names, flaws, documents, data, mails, rare,
)  # fmt: skip

FAMILIES: dict[str, tuple[Case, ...]] = {
    module.__name__.rpartition(".")[2]: tuple(module.list_cases()) for module in _MODULES
}
CASES: tuple[Case, ...] = tuple(case for family in FAMILIES.values() for case in family)
