"""Looks translations of sentences up. See `formatting.py` for the values in them.

The `.po` files are the source; `make setup` compiles them. A compiled file that is missing, or
older than its source, is made in memory, so that nothing depends on who ran what before.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from threading import Lock

ENGLISH = "en"
DOMAIN = "easel"
LOCALES_FOLDER = Path(__file__).parent / "locales"
# Only the first of several threads that want the same catalogue reads it.
_LOCK = Lock()


@cache
def list_languages() -> tuple[str, ...]:
    """Return the languages that Easel speaks, English first, by their ISO 639 codes."""
    folders = LOCALES_FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    return (ENGLISH, *sorted(path.parents[1].name for path in folders))


def load_catalogs() -> None:
    """Read every catalogue now, so that no answer waits for it."""
    for language in list_languages():
        _load_catalog(language)


def translate(msgid: str, plural: str, count: object, language: str) -> str:
    """Return the sentence in `language`, its values not filled in; the English one without a
    translation. With a `plural`, the form is the one that the language has for `count`."""
    catalog = _load_catalog(language)
    if plural:
        return catalog.ngettext(msgid, plural, int(str(count)))
    return catalog.gettext(msgid)


def get_po_path(language: str) -> Path:
    """Return the path of the translations into `language`."""
    return LOCALES_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _load_catalog(language: str) -> gettext.NullTranslations:
    with _LOCK:
        return _read_catalog(language)


@cache
def _read_catalog(language: str) -> gettext.NullTranslations:
    if language == ENGLISH or language not in list_languages():
        return gettext.NullTranslations()
    po = get_po_path(language)
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return gettext.GNUTranslations(io.BytesIO(mo.read_bytes()))
    # Here, as decoders start more often than catalogues are compiled.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(po.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
