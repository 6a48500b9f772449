"""Sentences in other languages: found, filled, with their plural forms, whatever is compiled."""

from __future__ import annotations

import copy
import os
import pickle
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.messages import Message, MessageList, render
from bot.domain.stored_messages import deserialize_message, serialize_message
from bot.i18n import catalog

READING = Message("is reading the file…", plural="is reading {count} files…", count=3)
WARNING = Message(
    "_Your budget for today (${limit:,}) is {share:.0%} used: ${spent:,} is spent; it starts"
    " again on {day} at 00:00 UTC._",
    limit=Decimal("1234.50"),
    share=Decimal("0.8"),
    spent=Decimal(1000),
    day=date(2026, 5, 3),
)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "is reading 3 files…"), ("de", "liest 3 Dateien …"),
     ("ja", "ファイルを 3 件読んでいます…"),
     ("es", "está leyendo 3 archivos…"), ("xx", "is reading 3 files…")],
)  # fmt: skip
def test_a_sentence_is_rendered_in_the_language(language: str, text: str) -> None:
    assert render(READING, language) == text
    assert type(render(READING, language)) is str


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "environ 0 token"), (1, "environ 1 token"), (2, "environ 2 tokens"),
     (1_000_000, "environ 1\N{NARROW NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000 de tokens")],
)  # fmt: skip
def test_the_plural_form_is_that_of_the_language(count: int, text: str) -> None:
    tokens = Message("about {count:,} token", plural="about {count:,} tokens", count=count)
    assert render(tokens, "fr") == text


def test_numbers_and_dates_look_as_in_the_language() -> None:
    assert "($1,234.50) is 80% used" in WARNING and "on 3 May at" in WARNING
    german = render(WARNING, "de")
    assert "(1.234,50 $)" in german and "80\N{NO-BREAK SPACE}%" in german and "am 3. Mai" in german
    assert "（$1,234.50）の 80%" in render(WARNING, "ja") and "5月3日" in render(WARNING, "ja")


def test_a_sentence_within_a_sentence_and_a_list_are_translated_too() -> None:
    reason = Message("This channel is archived, so I cannot answer here.")
    note = Message(
        "_I could not read the earlier messages of this thread: {reason}_", reason=reason
    )
    assert "Dieser Kanal ist archiviert" in render(note, "de")
    compared = Message("{versions}, side by side:", versions=("v1", "v2"))
    assert compared == "v1 and v2, side by side:"
    assert render(compared, "de") == "v1 und v2 nebeneinander:"
    assert render(MessageList([reason, "file.txt"], " / "), "fr").endswith(" / file.txt")


def test_words_of_a_person_stay_as_they_are_and_are_no_template() -> None:
    assert render("is reading the file…", "de") == "is reading the file…"
    picture = Message("{name} as {format}:", name="{version} 100%.png", format="png")
    assert render(picture, "de") == "{version} 100%.png als png:"


@pytest.mark.parametrize("message", [READING, WARNING, MessageList([READING, "x"], ", ")])
def test_copies_and_pickles_keep_what_a_translation_needs(message: Message) -> None:
    for made in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert made == message and render(made, "de") == render(message, "de")


def test_a_stored_sentence_is_read_in_the_language_of_whoever_asks_later() -> None:
    stored = serialize_message(MessageList([READING, "12×8"], ", "))
    assert render(deserialize_message(stored), "de") == "liest 3 Dateien …, 12×8"
    assert deserialize_message("all 3 pages") == "all 3 pages", "stored by an earlier version"


@pytest.mark.parametrize(
    "text",
    ['{"sentence":', '{"sentence":"{x.__class__}","plural":"","values":{"x":1}}', "[1]", "7",
     '{"sentence":"{x:>999999999}","plural":"","values":{"x":1}}', "null", '{"a":"b"}',
     '{"sentence":"{x}","plural":"{x}","values":{"x":1}}', "[" * 100_000],
)  # fmt: skip
def test_a_damaged_or_hostile_sentence_is_nothing(text: str) -> None:
    assert deserialize_message(f"\N{RECORD SEPARATOR}{text}") == ""


@pytest.fixture
def own_locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogues that a test may change."""
    folder = tmp_path / "locales"
    shutil.copytree(catalog.LOCALES_FOLDER, folder, ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(catalog, "LOCALES_FOLDER", folder)
    catalog.list_languages.cache_clear()
    catalog._read_catalog.cache_clear()
    yield folder
    monkeypatch.undo()
    catalog.list_languages.cache_clear()
    catalog._read_catalog.cache_clear()


@pytest.mark.parametrize("compiled", [None, b"", b"old"])
def test_what_is_not_compiled_or_older_than_its_source_is_read_all_the_same(
    own_locales: Path, compiled: bytes | None
) -> None:
    po = own_locales / "de" / "LC_MESSAGES" / "easel.po"
    if compiled is not None:
        po.with_suffix(".mo").write_bytes(compiled)
        os.utime(po.with_suffix(".mo"), (1, 1))
    assert render(READING, "de") == "liest 3 Dateien …"


def test_an_uncertain_translation_is_not_shown(own_locales: Path) -> None:
    po = own_locales / "de" / "LC_MESSAGES" / "easel.po"
    text = po.read_text().replace('msgid "is uploading…"', '#, fuzzy\nmsgid "is uploading…"')
    po.write_text(text)
    assert render(Message("is uploading…"), "de") == "is uploading…"
