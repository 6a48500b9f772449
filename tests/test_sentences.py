"""Every sentence that people read is in the catalogues, whole, and in every language."""

from __future__ import annotations

import ast
import re
import string
from functools import cache
from pathlib import Path

import pytest

from bot.i18n.__main__ import build_template, list_untranslated, read_catalog
from bot.i18n.catalog import LOCALES_FOLDER, get_po_path, list_languages
from bot.i18n.extract import ROOT, extract_sentences

OTHER_LANGUAGES = list_languages()[1:]
SOURCE_FILES = [
    path
    for folder in ("bot", "handlers", "storage")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"cli", "playground", "i18n", "versions"} & set(path.parts)
]
# Calls whose words people read, and the names of constants that hold such words.
SPEAKING_CALLS = {
    "post", "post_once", "post_sign", "post_ephemeral", "set_status", "show_now", "show_sign",
    "notify_chooser", "ask_back", "fail", "give_up",
}  # fmt: skip
SPEAKING_NAMES = re.compile(r"_?(?:[A-Z_]+_)?(?:MESSAGE|STATUS|SENTENCE|ADVICE|LABEL)S?")
# Marks of Slack's and of Markdown, and what is typed: a translation has the same.
MARKS = re.compile(r"`[^`]*`|\*\*|^_|_$|https?://\S+|\.docx|\bPDF\b|\bUTC\b")
HTTP_STATUS_NAMES = {"_NOT_STORED_STATUS", "_NO_LISTENER_STATUS", "RECORDED_STATUS"}


extract_once = cache(extract_sentences)


@cache
def list_known_texts() -> frozenset[str]:
    sentences = extract_once().sentences
    return frozenset(text for one in sentences for text in (one.msgid, one.plural))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_sentence_is_a_literal_that_a_translator_can_find() -> None:
    assert extract_once().problems == []


def test_what_is_said_to_people_is_a_message() -> None:
    """A sentence as bare text, or glued from pieces, would stay English for everyone."""
    found = [
        f"{relative(path)}:{text.lineno}: {ast.unparse(text)[:80]}"
        for path in SOURCE_FILES
        for node in ast.walk(ast.parse(path.read_text()))
        for text in list_spoken(node)
        if not is_known(text)
    ]
    assert found == []


def is_known(text: ast.expr) -> bool:
    return isinstance(text, ast.Constant) and (
        not isinstance(text.value, str) or text.value in list_known_texts() or not text.value
    )


def list_spoken(node: ast.AST) -> list[ast.expr]:
    """Return the text that `node` says to people, where it is text and no `Message`."""
    spoken: list[ast.expr | None] = []
    match node:
        case ast.keyword(arg="user_message", value=value):
            spoken = [value]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args):
            spoken = [*args] if name in SPEAKING_CALLS else []
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_speaking(name):
            spoken = [*value.values] if isinstance(value, ast.Dict) else [value]
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if is_speaking(name):
            spoken = [value]
    return [text for text in spoken if isinstance(text, ast.Constant | ast.JoinedStr | ast.BinOp)]


def is_speaking(name: str) -> bool:
    return bool(SPEAKING_NAMES.fullmatch(name)) and name not in HTTP_STATUS_NAMES


@pytest.mark.parametrize(
    "line",
    ['UserError("x", user_message="Please ask again.")', 'NO_PAGE_MESSAGE = "There is none."',
     'reply.set_status(f"is reading {count} files…")', 'chat.post(thread, "Hello " + name)',
     '_LABELS = {"a": "Try again"}', 'notify_chooser(respond, "I answer there.", language)'],
)  # fmt: skip
def test_bare_text_for_people_is_noticed(line: str) -> None:
    spoken = [text for node in ast.walk(ast.parse(line)) for text in list_spoken(node)]
    assert spoken and not any(
        isinstance(text, ast.Constant) and text.value in list_known_texts() for text in spoken
    )


def test_the_template_is_that_of_the_source() -> None:
    template = {message.id for message in build_template(extract_once()) if message.id}
    for language in OTHER_LANGUAGES:
        catalog = {message.id for message in read_catalog(language) if message.id}
        assert catalog == template, f"{language}: run `make translations`"
    text = (LOCALES_FOLDER / "easel.pot").read_text()
    assert text.count("\nmsgid ") == len(template) + 1, "run `make translations`"


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert list_untranslated(read_catalog(language)) == []
    assert "#, fuzzy" not in get_po_path(language).read_text()


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_a_translation_has_the_same_values_and_marks(language: str) -> None:
    for message in read_catalog(language):
        if not message.id:
            continue
        ids, forms = list_texts(message.id), list_texts(message.string)
        originals = [list_values(one) for one in ids]
        for form in forms:
            assert list_values(form) in originals, form
            marks = sorted(MARKS.findall(form))
            assert marks in [sorted(MARKS.findall(one)) for one in ids], form
            assert not form.startswith(" ") and not form.endswith(" "), form


def list_texts(texts: object) -> list[str]:
    """Return the forms of a sentence, or the only one."""
    return [str(text) for text in texts] if isinstance(texts, tuple | list) else [str(texts)]


def list_values(sentence: str) -> list[tuple[str, str]]:
    """Return the placeholders of a sentence with their formats."""
    return sorted(
        (name, spec or "") for _, name, spec, _ in string.Formatter().parse(sentence) if name
    )


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_catalogues_compile_without_an_error(language: str) -> None:
    """A percent sign before a word looks to babel like a value of C's `printf`."""
    assert [(message.id, errors) for message, errors in read_catalog(language).check()] == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_plural_form_of_the_language_is_there(language: str) -> None:
    catalog = read_catalog(language)
    for message in catalog:
        if isinstance(message.id, tuple):
            assert len(list_texts(message.string)) == catalog.num_plurals, message.id
