"""`python -m bot.i18n`: brings the catalogues up to date with the sentences of the source.

Sentences that are new have no translation then, and a test fails until they have one.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.i18n.catalog import DOMAIN, ENGLISH, LOCALES_FOLDER, get_po_path, list_languages
from bot.i18n.extract import extract_sentences

_WIDTH = 100


def build_template() -> Catalog:
    """Return a catalogue of all sentences without translations. Raises `ValueError`."""
    extraction = extract_sentences()
    if extraction.problems:
        raise ValueError("\n".join(extraction.problems))
    template = Catalog(project="Easel", version="1", charset="utf-8")
    for sentence in extraction.sentences:
        identifier = (sentence.msgid, sentence.plural) if sentence.plural else sentence.msgid
        template.add(identifier, locations=[(sentence.place, 0)], flags=["python-brace-format"])
    return template


def read_catalog(language: str) -> Catalog:
    """Return the translations into `language`, those that are to be checked included."""
    return read_po(io.BytesIO(get_po_path(language).read_bytes()), locale=language)


def main() -> int:
    """Renew the template and every catalogue; return the number of sentences to translate."""
    template = build_template()
    _write(template, LOCALES_FOLDER / f"{DOMAIN}.pot")
    missing = 0
    for language in list_languages():
        if language != ENGLISH:
            catalog = read_catalog(language)
            catalog.update(template, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            _write(catalog, get_po_path(language))
            missing += sum(1 for item in catalog if item.id and not item.string)
    return missing


def _write(catalog: Catalog, path: Path) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=_WIDTH, omit_header=False, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    # Dates would change with every run, and say nothing that the history does not.
    kept = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision'))]
    path.write_text("".join(kept))


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
