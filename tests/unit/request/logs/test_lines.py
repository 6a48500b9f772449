"""Lines of a log are asked for by their numbers, in five languages."""

from __future__ import annotations

import pytest

from bot.commands.log_lines import choose_log, format_lines
from bot.diagnosis.excerpt import Excerpt, ExcerptLine
from bot.domain.files import FileRef
from bot.request.commands import parse_command
from bot.request.logs.lines import ShowLines
from bot.request.logs.plain_words import PLAIN_RECIPE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("lines 4300-4350", ShowLines(4300, 4350)),
        ("L4321", ShowLines(4321, 4321)),
        ("l10-l20", ShowLines(10, 20)),
        ("show line 4321 with context", ShowLines(4321, 4321, 5)),
        ("Show me lines 1,200 to 1,250, please.", ShowLines(1200, 1250)),
        ("line 7 with 20 lines of context", ShowLines(7, 7, 20)),
        ("around line 99", ShowLines(99, 99, 5)),
        ("what is on line 3?", ShowLines(3, 3)),
        ("lines 10-20 of build.log", ShowLines(10, 20, file="build.log")),
        ("lines 10 to 20 in the log", ShowLines(10, 20)),
        ("Zeile 12", ShowLines(12, 12)),
        ("Zeige mir die Zeilen 10 bis 20 mit Kontext", ShowLines(10, 20, 5)),
        ("montre-moi la ligne 12", ShowLines(12, 12)),
        ("lignes 10 à 20 avec contexte", ShowLines(10, 20, 5)),
        ("muéstrame la línea 12", ShowLines(12, 12)),
        ("líneas 10 a 20 con contexto", ShowLines(10, 20, 5)),
        ("4321行目を見せて", ShowLines(4321, 4321)),
        ("10行目から20行目まで見せてください", ShowLines(10, 20)),
        ("4321行目の前後を見せて", ShowLines(4321, 4321, 5)),
    ],
)
def test_these_ask_for_lines(text: str, wanted: ShowLines) -> None:
    assert parse_command(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["draw 3 lines", "write 10 lines about it", "lines 20-10", "line 0", "L", "10", "a 2", "los 40",
     "line 3 and line 9 differ, why?", "3行で書いて", "3行", "Zeilen",
     "what is line 4 about in poetry", "L" * 50 + "1", "lines " + "1" * 100],
)  # fmt: skip
def test_these_do_not(text: str) -> None:
    assert not isinstance(parse_command(text), ShowLines)


def test_the_newest_log_is_meant_or_the_named_one() -> None:
    names = ("old.log", "build.log.1", "a.png", "report.pdf", "main.py", "what-failed.md")
    files = [FileRef(f"F{number}", name) for number, name in enumerate(names)]
    newest, named = choose_log(files, ""), choose_log(files, "old.log")
    assert newest is not None and newest.name == "build.log.1"
    assert named is not None and named.name == "old.log"
    assert choose_log(files[2:], "") is None and choose_log(files, "no.log") is None


def test_lines_are_shown_as_code_that_they_cannot_end() -> None:
    lines = (ExcerptLine(9, "see ``` here"), ExcerptLine(10, "<!channel>"))
    text = format_lines("a*b.log", Excerpt(12, lines), 9, is_cut=False)
    assert (
        text
        == "Lines 9 to 10 of a b.log, which has 12:\n````\n 9  see ``` here\n10  <!channel>\n````"
    )
    assert (
        format_lines("a", Excerpt(12, ()), 99, is_cut=False) == "a has no line 99: its last is 12."
    )


@pytest.mark.parametrize(
    "text",
    ["what broke?", "What went wrong?", "why did it fail", "was ist los?", "Warum geht es nicht?",
     "qu'est-ce qui ne va pas ?", "¿qué pasó?", "¿Por qué no funciona?",
     "何が起きましたか？", "原因は何ですか"],
)  # fmt: skip
def test_short_words_ask_what_failed_where_a_log_comes_with_them(text: str) -> None:
    assert PLAIN_RECIPE.is_requested_by(text)


@pytest.mark.parametrize("text", ["what is this?", "explain it", "why is the sky blue", "resume"])
def test_other_short_words_do_not(text: str) -> None:
    assert not PLAIN_RECIPE.is_requested_by(text)
