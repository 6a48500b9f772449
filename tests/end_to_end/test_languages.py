"""People read Easel's own sentences in their language, and their commands are understood in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app.languages import LanguageChooser
from bot.delivery import signs
from bot.domain import messages
from bot.i18n.catalog import translate
from bot.playground.slack import PlayedSlack
from bot.playground.slack.directory import add_person
from bot.playground.slack.workspace import BOT_USER
from handlers.web_api.visuals.plain_text import write_constant
from tests.support.easel import (
    GENERAL,
    MENTION,
    NAMELESS_RULES,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    run_easel,
)
from tests.support.model_events import build_answer, encode_delta

STATUS_METHOD = "assistant.threads.setStatus"
# What a failing model, a command and a file that cannot be read say, and the question's words.
LANGUAGES = {
    "de": ("Was steht in dieser Datei?", "Das Modell ist gerade nicht verfügbar", "Noch einmal",
           "Verlauf", "keine Bilder gemacht", "Einstellungen"),
    "fr": ("Qu'est-ce que c'est ?", "Le modèle n’est pas disponible", "Réessayer",
           "historique", "pas encore fait d’images", "réglages"),
    "es": ("¿Qué es esto?", "El modelo no está disponible", "Reintentar",
           "historial", "Todavía no he hecho imágenes", "ajustes"),
    "ja": ("これは何ですか？", "モデルは現在利用できません", "再試行",
           "履歴を見せて", "まだ画像を作っていません", "設定"),
}  # fmt: skip


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data", rules=NAMELESS_RULES) as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_failure_is_told_in_the_language_of_the_question(
    easel: EaselEnvironment, language: str
) -> None:
    question, sentence, button, *_ = LANGUAGES[language]
    for _ in range(4):
        easel.model.fail(503, "<html>Worker exceeded</html>")
    root = await easel.ask(question)
    (reply,) = easel.list_replies(root)
    assert sentence in reply.text
    assert [one["text"] for one in reply.buttons] == [button]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_commands_work_and_are_answered_in_the_language(
    easel: EaselEnvironment, language: str
) -> None:
    *_, history, no_pictures, settings = LANGUAGES[language]
    root = await easel.ask(history)
    assert no_pictures in easel.list_replies(root)[-1].text
    root = await easel.ask(settings)
    shown = easel.list_replies(root)[-1].text
    assert "`settings --effort high --quality low`" in shown and "Nothing is set" not in shown
    assert easel.list_model_requests() == []


async def test_slacks_locale_decides_where_it_is_known(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack, run_easel(tmp_path, slack=slack) as easel:
        await slack.wait_until(lambda: slack.list_calls("users.list"))
        # The first question waits for the names of people who are not known yet.
        add_person(slack.workspace, "U0LUC", "Luc", locale="fr-FR")
        root = await easel.ask("hola", user="U0LUC")
        await easel.ask("historial", user="U0LUC", thread_ts=root)
        assert "pas encore fait d’images" in easel.list_replies(root)[-1].text
        await easel.ask("historial", thread_ts=root)
        assert "no pictures in this thread" in easel.list_replies(root)[-1].text


async def test_a_heading_is_in_the_language_of_the_question(easel: EaselEnvironment) -> None:
    easel.model.script(status=503, content_type="application/json", delay=0.5)
    post = easel.slack.post_as_person
    root = await post(GENERAL, f"{MENTION} Was ist ein Fuchs?")
    await post(GENERAL, f"{MENTION} Und was ist ein Dachs?", thread_ts=root)
    await easel.slack.wait_until(lambda: len(easel.list_replies(root)) > 1)
    await easel.wait_until_idle()
    assert all(reply.text.startswith("_Zu „") for reply in easel.list_replies(root))


async def test_what_was_seen_is_told_in_the_language_of_whoever_asks(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("what is this?", files=[("a.png", build_png())])
    await easel.ask("Was hast du gesehen?", thread_ts=root)
    german = easel.list_replies(root)[-1].text
    await easel.ask("what did you see?", thread_ts=root)
    english = easel.list_replies(root)[-1].text
    assert "PNG-Bild, 64×48 Pixel" in german and "Das habe ich von den Dateien" in german
    assert "PNG picture, 64×48 pixels" in english and "What I saw of" in english


async def test_signs_are_in_the_language_of_each_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("TICK", 0.05), ("SILENCE", 0.2), ("RETRY", 0.5)):
        monkeypatch.setattr(signs, f"{name}_SECONDS", seconds)
    async with run_easel(tmp_path / "data", rules=NAMELESS_RULES) as easel:
        easel.slack.fail(STATUS_METHOD, status=503, times=999)
        root = await easel.ask("say first")
        gate = asyncio.Event()
        easel.model.script(*build_answer("Ein Fuchs."), gate=gate)
        await easel.slack.post_as_person(GENERAL, f"{MENTION} Was ist das?", thread_ts=root)
        ephemerals = easel.slack.workspace.ephemerals
        await easel.slack.wait_until(lambda: ephemerals)
        assert ephemerals[-1].text.startswith("_Ich arbeite noch an deiner Frage.")
        gate.set()
        await easel.wait_until_idle()


# A translation that anyone can tell from what was not translated.
# How the paragraphs of the played model begin here.
MODEL = re.compile(
    r"You asked: |That is \*\*|_?I am the playground's model|Here|Half|hi\b|I see |go\b"
)
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")


def strip_translations(text: str) -> str:
    """Return what of `text` is no translated sentence: of the sentences, the innermost first."""
    while MARKED.search(text):
        text = MARKED.sub("", text)
    return text


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let everything be German, and each sentence of the catalogue stand in brackets."""

    def mark(msgid: str, plural: str, count: object, language: str) -> str:
        text = translate(msgid, plural, count, language)
        # The button of a message has a limit of its own; all else may be longer.
        return f"⟦{text}⟧"

    monkeypatch.setattr(messages, "translate", mark)
    monkeypatch.setattr(LanguageChooser, "choose", lambda *_: "de")
    # Labels that never change are remembered.
    write_constant.cache_clear()
    yield
    write_constant.cache_clear()


async def ask_for_everything(easel: EaselEnvironment) -> None:
    """Make Easel say most of what it says by itself."""
    root = await easel.ask("draw a red fox")
    for command in (
        "history", "undo", "undo", "compare v1 and v2", "v1 as jpg at 64 wide", "as gif",
        "v9 as png", "settings", "settings --effort high", "settings reset",
        "settings --effort enormous", "hi --qualty low", "hi --effort", "what did you see?",
        "make it blue --variations 2", "help",
    ):  # fmt: skip
        await easel.ask(command, thread_ts=root)
    await easel.ask("what is in it?", files=[("a.rar", b"Rar!\x1a\x07\x00" + bytes(60))])
    await easel.ask("what did you see?", files=[])
    easel.model.script(encode_delta(content="Half"), drop=True)
    await easel.ask("go")
    easel.model.fail(401, "{}")
    await easel.ask("go")
    await easel.ask("explain this picture")


async def test_every_sentence_of_easels_own_comes_from_the_catalogue(
    tmp_path: Path, marked: None
) -> None:
    async with run_easel(tmp_path / "data") as easel:
        await ask_for_everything(easel)
        workspace = easel.slack.workspace
        own = [
            message
            for message in workspace.list_messages(GENERAL)
            if message.user == BOT_USER and message.thread_ts
        ]
        assert len(own) > 20
        for message in own:
            paragraphs = strip_translations(message.text).split("\n\n")
            assert [one for one in paragraphs if one.strip("- \n") and not MODEL.match(one)] == []
            assert all("⟦" in button["text"] for button in message.buttons)
        statuses = [call.args.get("status", "") for call in easel.slack.list_calls(STATUS_METHOD)]
        assert all(strip_translations(status) == "" for status in statuses), statuses
        alts = [file.alt for message in own for file in message.files if file.alt]
        assert alts and all("⟦" in alt for alt in alts)
