"""`python -m bot.i18n`: brings the catalogues up to date with the sentences of the source.

Sentences that are new have no translation then, and a test fails until they have one.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.i18n.catalog import DOMAIN, LOCALES_FOLDER, get_po_path, list_languages
from bot.i18n.extract import Extraction, extract_sentences

_WIDTH = 100
_TEMPLATE_COMMENT = "# All sentences of Easel's own, made by `make translations`."
# Headers that say nothing, or would change with every run.
_KEPT_HEADERS = ('"Language:', '"Plural-Forms:', '"MIME-', '"Content-')


def build_template(extraction: Extraction) -> Catalog:
    """Return a catalogue of all sentences without translations. Raises `ValueError`."""
    if extraction.problems:
        raise ValueError("\n".join(extraction.problems))
    template = Catalog(charset="utf-8", fuzzy=False, header_comment=_TEMPLATE_COMMENT)
    for sentence in extraction.sentences:
        identifier = (sentence.msgid, sentence.plural) if sentence.plural else sentence.msgid
        template.add(identifier, locations=[(sentence.place, 0)], flags=["python-brace-format"])
    return template


def read_catalog(language: str) -> Catalog:
    """Return the translations into `language`, those that are to be checked included."""
    return read_po(io.BytesIO(get_po_path(language).read_bytes()), locale=language)


def list_untranslated(catalog: Catalog) -> list[str]:
    """Return the sentences of `catalog` that lack a translation, or one of its plural forms."""
    missing = []
    for item in catalog:
        forms = item.string if isinstance(item.string, tuple) else (item.string,)
        if item.id and (item.fuzzy or not all(forms)):
            missing.append(item.id if isinstance(item.id, str) else item.id[0])
    return missing


def main() -> int:
    """Renew the template and every catalogue, and list what is untranslated; return 1 if any is."""
    template = build_template(extract_sentences())
    _write(template, LOCALES_FOLDER / f"{DOMAIN}.pot")
    is_complete = True
    for language in list_languages()[1:]:
        catalog = read_catalog(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(catalog, get_po_path(language))
        for msgid in list_untranslated(catalog):
            is_complete = False
            print(f"{language}: {msgid}")  # noqa: T201 - this is what the command is for
    return 0 if is_complete else 1


def _write(catalog: Catalog, path: Path) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=_WIDTH, omit_header=False, include_lineno=False)
    header, rest = buffer.getvalue().decode().split("\n\n", 1)
    lines = [
        line for line in header.split("\n") if line[:1] != '"' or line.startswith(_KEPT_HEADERS)
    ]
    path.write_text("\n".join(lines) + "\n\n" + rest.rstrip("\n") + "\n")


if __name__ == "__main__":
    sys.exit(main())
