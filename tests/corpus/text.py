"""Text in many encodings, tables, logs, notebooks, and files that only look like text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from functools import partial

from tests.corpus.case import DAMAGED, EMPTY, UNSUPPORTED, Case, Expectation

# A few sentences each, because an encoding is guessed from the look of a language in it.
GERMAN = (
    "Schöne Grüße aus Köln. Übermorgen fährt der Zug schon früher, deshalb müssen wir später"
    " über die Größe der Räume sprechen. Das Frühstück ist natürlich für alle Gäste möglich.\n"
)
_FRENCH = (
    "Voilà où nous en sommes : le déjeuner a été annulé, mais la réunion à côté de l’hôtel est"
    " déjà prévue. Ça ira, je l’espère, et le prix reste le même qu’à l’été dernier.\n"
)
_POLISH = (
    "Zażółć gęślą jaźń. Dzień dobry, proszę przesłać wszystkie dokumenty jeszcze dziś, ponieważ"
    " jutro będzie już za późno. Dziękuję bardzo za pomoc i życzę miłego dnia.\n"
)
_RUSSIAN = (
    "Добрый день! Пожалуйста, пришлите все документы сегодня, потому что завтра будет уже поздно."
    " Большое спасибо за помощь, желаю вам хорошего дня и успехов в работе.\n"
)
_GREEK = (
    "Καλημέρα σας. Παρακαλώ στείλτε όλα τα έγγραφα σήμερα, γιατί αύριο θα είναι πολύ αργά."
    " Ευχαριστώ πολύ για τη βοήθεια και σας εύχομαι μια καλή μέρα.\n"
)
_HEBREW = "שלום לכולם, נא לשלוח את כל המסמכים היום כי מחר כבר יהיה מאוחר מדי. תודה רבה על העזרה.\n"
_JAPANESE = (
    "おはようございます。今日中にすべての書類を送ってください。明日では遅すぎます。"
    "ご協力ありがとうございます。良い一日をお過ごしください。カタカナも少しあります。\n"
)
_CHINESE = (
    "大家好。请在今天之内把所有文件发过来，因为明天就太晚了。非常感谢您的帮助，祝您工作顺利。"
    "会议在下午三点开始，地点是二楼的大会议室。\n"
)
_TAIWAN = (
    "大家好。請在今天之內把所有文件發過來，因為明天就太晚了。非常感謝您的幫助，祝您工作順利。"
    "會議在下午三點開始，地點是二樓的大會議室。\n"
)
_KOREAN = (
    "안녕하세요. 오늘 안으로 모든 서류를 보내 주시기 바랍니다. 내일은 너무 늦습니다."
    " 도와주셔서 감사합니다. 좋은 하루 보내세요.\n"
)
_ALL = GERMAN + _RUSSIAN + _GREEK + _JAPANESE + "😀👩‍👩‍👧\n"
_ENCODED = {
    "utf-8": _ALL,
    "utf-8-sig": _ALL,
    "utf-16": _ALL,
    "utf-32": _ALL,
    "utf-16-le": GERMAN,
    "utf-16-be": GERMAN,
    "cp1252": _FRENCH,
    "iso-8859-1": GERMAN,
    "iso-8859-15": GERMAN,
    "cp1250": _POLISH,
    "cp1251": _RUSSIAN,
    "koi8-r": _RUSSIAN,
    "cp1253": _GREEK,
    "cp1255": _HEBREW,
    "shift_jis": _JAPANESE,
    "euc-jp": _JAPANESE,
    "iso-2022-jp": _JAPANESE,
    "gb18030": _CHINESE,
    "big5": _TAIWAN,
    "euc-kr": _KOREAN,
}


def list_cases() -> Iterator[Case]:
    for code, text in _ENCODED.items():
        expects = Expectation.expect_file("text", fragments=(text.strip("\n"),))
        yield Case(f"in-{code}.txt", partial((text * 4).encode, code), expects)
    yield Case(
        "in-utf-16-be-mark.txt",
        _build_big_endian,
        Expectation.expect_file("text", fragments=(GERMAN,)),
    )
    yield from _list_structured()
    yield from _list_odd()
    yield from _list_hardly_text()


def _build_big_endian() -> bytes:
    return codecs.BOM_UTF16_BE + (GERMAN * 4).encode("utf-16-be")


def _build_text_case(name: str, text: str, *fragments: str, kind: str = "") -> Case:
    expects = Expectation.expect_file(kind, fragments=fragments, absent=("\x1b", "\x00"))
    return Case(name, partial(text.encode, "utf-8", "surrogatepass"), expects)


def _list_structured() -> Iterator[Case]:
    yield _build_text_case(
        "table.csv", 'name,price\n"Müller, Ann",12\n', '"Müller, Ann",12', kind="CSV"
    )
    yield _build_text_case("semicolons.csv", "name;price\nÄpfel;1,5\n", "Äpfel;1,5", kind="CSV")
    yield _build_text_case("tabs.tsv", "name\tprice\nfig\t2\n", "fig\t2")
    yield _build_text_case("injected.csv", "a\n=cmd|' /C calc'!A0\n", "=cmd|' /C calc'!A0")
    rows = "".join(f"{n},row {n},{n * n}\n" for n in range(20_000))
    yield _build_text_case("long.csv", rows, "19999,row 19999")
    # Excel's default encoding and separator of a saved table.
    windows = "Name;Straße\nJürgen;Königsallee\nFrançois;Rue de l’Église\n" * 5
    expects = Expectation.expect_file("CSV", fragments=("Jürgen;Königsallee", "Rue de l’Église"))
    yield Case("windows.csv", partial(windows.encode, "cp1252"), expects)
    yield from _list_for_programs()


def _list_for_programs() -> Iterator[Case]:
    yield _build_text_case("data.json", '{"a": [1, 2, {"b": "ü"}]}', '{"b": "ü"}', kind="JSON")
    yield _build_text_case("deep.json", "[" * 100_000 + "]" * 100_000, "[[[")
    yield _build_text_case("lines.jsonl", '{"a": 1}\n{"a": 2}\n', '{"a": 2}')
    yield _build_text_case("settings.yaml", "a: &x [1]\nb: *x\n", "b: *x")
    yield _build_text_case("settings.toml", '[a]\nb = "c"\n', '[a]\nb = "c"')
    yield _build_text_case("data.xml", '<?xml version="1.0"?><a><b>ü</b></a>', "<b>ü</b>")
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    yield _build_text_case("entities.xml", laughs, "&b;")
    yield _build_text_case(
        "code.py", "def hello():\n    return 'ü'\n", "    return 'ü'", kind="Python"
    )
    yield _build_text_case("notes.md", "# Title\n\n- one\n", "# Title\n\n- one")
    coloured = "\x1b[31mERROR\x1b[0m disk full\r\n\x1b[2K\x1b[1;32mok\x1b[m\r\n" * 20
    yield _build_text_case("colours.log", coloured, "ERROR disk full\nok", kind="log")
    titled = "\x1b]0;a window\x07then\x1b[?25l text \x1b(B\x1b=here\n" + "an ordinary line\n" * 9
    clean = Expectation.expect_file("log", fragments=("text",), absent=("\x1b", "]0;", "(B"))
    yield Case("terminal.log", titled.encode, clean)
    yield _build_text_case("progress.log", "10%\r50%\r100%\ndone\n", "100%", "done")
    yield Case(
        "notebook.ipynb",
        _build_notebook,
        Expectation.expect_file("notebook", fragments=("print(1)",)),
    )
    rich = "{\\rtf1\\ansi Hello Easel}"
    yield Case(
        "rich.rtf",
        partial(rich.encode),
        Expectation.expect_either(Expectation.expect_file(), UNSUPPORTED),
    )


def _build_notebook() -> bytes:
    output = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 20_000}}
    cell = {"cell_type": "code", "source": ["print(1)"], "outputs": [output]}
    return json.dumps({"cells": [cell], "nbformat": 4, "metadata": {}}).encode()


def _list_odd() -> Iterator[Case]:
    yield _build_text_case("one-letter.txt", "x", "x")
    yield _build_text_case("old-mac.txt", "one\rtwo\rthree", "one\ntwo\nthree")
    yield _build_text_case("windows-lines.txt", "one\r\ntwo\r\n", "one\ntwo")
    yield _build_text_case("form-feeds.txt", "page one\fpage two\f", "page one", "page two")
    yield _build_text_case("one-long-line.txt", "word " * 400_000, "word word")
    yield _build_text_case("many-lines.txt", "\n" * 300_000 + "end", "end")
    yield _build_text_case("no-ending", "hello there", "hello there")
    yield _build_text_case("turned-around.txt", "abc \u202egnp.exe\u202c \u2066x\u2069", "abc ")
    yield _build_text_case("half-letters.txt", "hello \ud83d there, enough of plain text", "hello")
    yield _build_text_case("stacked.txt", "a" + "\u0301" * 5_000 + " end", "end")
    yield _build_text_case(
        "backspaces.txt", "_\b_a\bab\bb of a manual, as printers once wanted it", "a"
    )
    odd = "hello\x07\x01 there, this is a text with two odd signs in it" + ", as it happens" * 9
    yield _build_text_case("odd-signs.txt", odd, "there, this is a text")
    yield Case("nothing.txt", lambda: b"", Expectation.expect_refusal(EMPTY))
    blank = Expectation.expect_either(Expectation.expect_file("text"), EMPTY)
    for name, data in {
        "only-blanks": b" \r\n\t  \n" * 20,
        "only-a-mark": codecs.BOM_UTF8,
        "only-a-wide-mark": codecs.BOM_UTF16_LE,
        "one-newline": b"\n",
    }.items():
        yield Case(f"{name}.txt", partial(bytes, data), blank)
    cut = _RUSSIAN.encode()[:-2]
    yield Case(
        "cut-letter.txt", lambda: cut, Expectation.expect_file("text", fragments=(_RUSSIAN[:60],))
    )
    holes = b"log line one\n" + bytes(4_096) + b"log line two\n"
    yield Case(
        "holes.log",
        lambda: holes,
        Expectation.expect_either(Expectation.expect_file(), UNSUPPORTED),
    )


def _list_hardly_text() -> Iterator[Case]:
    """Yield bytes that are not text, or cannot be identified."""
    refused = Expectation.expect_refusal(UNSUPPORTED, DAMAGED)
    for name, data in {
        "zeros": bytes(5_000),
        "one-zero": b"\x00",
        "all-bytes": bytes(range(256)) * 20,
    }.items():
        yield Case(f"{name}.txt", partial(bytes, data), refused)
    # In old encodings this is one letter, repeated.
    ones = Expectation.expect_either(Expectation.expect_file("text"), UNSUPPORTED)
    yield Case("all-ones.txt", lambda: b"\xff" * 5_000, ones)
    yield Case(
        "odd-utf-16.txt", lambda: "abc".encode("utf-16") + b"\x00", Expectation.expect_file("text")
    )
