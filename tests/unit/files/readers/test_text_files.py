"""Text files in any encoding: the characters as they were written, or a sentence."""

from __future__ import annotations

import codecs
import json
import random

import pytest

from bot.domain.errors import UserError
from bot.files.readers.text_files import (
    MAX_CHARS,
    PAGE_CHARS,
    decode_text,
    read_text,
    split_pages,
    truncate_text,
)
from tests.support.processor_time import hold_to

GERMAN = "Größe;Länge;Übermaß\nMüller;12,5;ja\n"
FRENCH = "L’élève était très pressé, où êtes-vous?\nÉté à la plage – “naïve”\n"
RUSSIAN = "Привет, мир! Это обычный русский текст.\nИмя;Город\nИванов;Москва\n"
JAPANESE = "これは日本語のテキストです。\n売上,数量\n東京,12\n"
CHINESE = "这是一个中文文本文件。\n姓名,年龄\n张三,25\n"
KOREAN = "안녕하세요. 이것은 한국어 텍스트입니다.\n이름,나이\n홍길동,25\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", GERMAN),
        ("utf-8-sig", GERMAN),
        ("cp1252", GERMAN),
        ("cp1252", FRENCH),
        ("cp1252", "Não há informações sobre as eleições, ações e opções\n"),
        ("cp1250", "Zażółć gęślą jaźń. Proszę przesłać dokumenty do końca miesiąca.\n"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy.\n"),
        ("cp1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("cp866", RUSSIAN),
        ("cp1253", "Καλημέρα κόσμε. Αυτό είναι ένα ελληνικό κείμενο.\n"),
        ("cp1255", "שלום עולם. זהו טקסט בעברית לבדיקה.\n"),
        ("cp1256", "مرحبا بالعالم. هذا نص عربي للاختبار.\n"),
        ("shift_jis", JAPANESE),
        ("euc_jp", JAPANESE),
        ("iso2022_jp", JAPANESE),
        ("gbk", CHINESE),
        ("gb18030", CHINESE),
        ("big5", "這是一個中文文本文件。\n姓名,年齡\n張三,25\n"),
        ("euc_kr", KOREAN),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding)) == text
    assert decode_text((text * 3_000).encode(encoding)) == text * 3_000


@pytest.mark.parametrize("width", ["16", "32"])
@pytest.mark.parametrize("text", ["Hi\n", GERMAN, RUSSIAN, JAPANESE, KOREAN], ids=str)
def test_wide_text_is_read_with_a_mark_and_without_one(width: str, text: str) -> None:
    for order in ("", "-le", "-be"):
        assert decode_text(text.encode(f"utf-{width}{order}")) == text


def test_one_umlaut_far_behind_in_a_long_plain_file_still_tells_the_encoding() -> None:
    text = "name,city,amount\n" * 200_000 + "Müller,Köln,5\n"
    assert codecs.decode(text.encode("cp1252"), "cp1252")[-15:] == "\nMüller,Köln,5\n"
    assert "Müller,Köln" in read_text("a.csv", text[-1_000_000:].encode("cp1252")).pages[-1]


def test_a_text_cut_within_a_character_is_still_utf_8() -> None:
    data = "Größe und Maß: ü".encode()[:-1]
    assert decode_text(data) == "Größe und Maß: "
    # Without other UTF-8 before it, a last high byte is a letter of an older encoding.
    assert decode_text("Das Café".encode("cp1252")) == "Das Café"


def test_a_log_with_a_few_broken_bytes_in_it_is_still_utf_8() -> None:
    data = "Größe: ä ö ü, Maß übrig, noch mehr Sätze für später, größer\n".encode() * 9 + b"\xff\n"
    text = decode_text(data)
    assert text is not None and text.startswith("Größe: ä ö ü") and text.endswith("größer\nÿ\n")


def test_line_ends_are_made_one_and_control_codes_are_dropped() -> None:
    assert decode_text(b"a\r\nb\rc\n") == "a\nb\nc\n"
    assert decode_text(b"\x1b[31mred\x1b[0m and more text to be read here, plenty of it\x07") == (
        "red and more text to be read here, plenty of it"
    )
    # A crash leaves a long run of NULs in a log.
    assert decode_text(b"before\n" + bytes(5_000) + b"after\n") == "before\nafter\n"


@pytest.mark.parametrize(
    "data",
    [
        random.Random(5).randbytes(20_000),
        bytes(1 + byte % 255 for byte in random.Random(6).randbytes(20_000)),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01\x00" + bytes(30) * 20,
        b"\xca\xfe\xba\xbe\x00\x00\x00\x37\x00\x1d\x0a\x00\x06\x00\x0f\x09\x00\x10\x00\x11java/La",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02",
        bytes(1_000),
        codecs.BOM_UTF16_LE + random.Random(7).randbytes(4_000),
        (b"a.txt".ljust(257, b"\0") + b"ustar").ljust(512, b"\0") + b"text " * 9_000,
    ],
    ids=["noise", "noise without NULs", "ELF", "class", "PNG", "NULs", "marked noise", "tar"],
)
def test_what_is_no_text_is_refused_in_a_sentence(data: bytes) -> None:
    assert decode_text(data) is None
    with pytest.raises(UserError) as caught:
        read_text("thing.bin", data)
    assert "I could not read thing.bin" in caught.value.user_message


@pytest.mark.parametrize("data", [b"", b" \n\t\n", codecs.BOM_UTF8])
def test_a_text_without_anything_in_it_is_called_empty(data: bytes) -> None:
    with pytest.raises(UserError) as caught:
        read_text("a.txt", data)
    assert "it is empty" in caught.value.user_message


def test_what_somebody_declares_is_believed_only_where_it_fits_and_is_an_encoding() -> None:
    assert decode_text("Grüße".encode("cp850"), "cp850") == "Grüße"
    assert decode_text("Grüße".encode(), "cp1252") == "Grüße"
    for nonsense in ("base64", "hex", "rot13", "unicode_escape", "x" * 5_000, "a\0b", "../x", "ü"):
        assert decode_text("Viele Grüße".encode("cp1252"), nonsense) == "Viele Grüße"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "CSV file"),
        ("b.JSON", "JSON file"),
        ("server.log", "log"),
        ("x.py", "Python source"),
        ("README", "text"),
        ("a.txt", "text"),
    ],
)
def test_a_file_is_called_by_its_ending(name: str, kind: str) -> None:
    assert read_text(name, b"x = 1").kind == kind


def test_pages_are_cut_at_line_ends_and_form_feeds_and_lose_nothing() -> None:
    text = "".join(f"line {number}\n" for number in range(2_000)) + "x" * 10_000
    pages = read_text("a.txt", text.encode()).pages
    assert "".join(pages) == text and max(map(len, pages)) <= PAGE_CHARS
    assert all(page.endswith("\n") for page in pages[:5])
    assert split_pages("one\ftwo\f" + "y\n" * 9_000)[:2] == ["one", "two"]
    assert max(map(len, split_pages("one\f" + "y\n" * 9_000))) <= PAGE_CHARS
    assert split_pages("") == [""]


def test_of_a_huge_file_the_beginning_is_kept_and_the_rest_is_told_soon() -> None:
    data = b"2024-01-01 12:00:00 INFO all is well here\n" * 1_000_000
    with hold_to(8):
        parsed_file = read_text("big.log", data + "Größe\n".encode("cp1252"))
    assert sum(map(len, parsed_file.pages)) == MAX_CHARS
    assert parsed_file.left_out == f"the last {len(data) + 6 - MAX_CHARS:,} characters"
    assert truncate_text("abc") == ("abc", "")


def test_a_notebook_is_read_without_the_pictures_it_drew() -> None:
    drawn = {"image/png": "iVBORw0" * 9_999, "text/plain": ["<Figure>"]}
    drawn_as_lines = {"image/svg+xml": ["<svg a='[1]'>\n", '"quoted"'], "text/plain": ["kept"]}
    cells = [{"outputs": [{"data": drawn}, {"data": drawn_as_lines}], "source": ["plot(x)\n"]}]
    parsed_file = read_text("a.ipynb", json.dumps({"cells": cells}).encode())
    text = "".join(parsed_file.pages)
    assert len(text) < 500 and "plot(x)" in text and "kept" in text and "iVBOR" not in text
    assert json.loads(text)["cells"][0]["outputs"][1]["data"]["image/svg+xml"] == "[picture]"


@pytest.mark.parametrize(
    "bait", [b'"image/png":["a"' + b" " * 300_000, b'"image/png":"\\' * 99_999]
)
def test_no_notebook_makes_reading_it_slow(bait: bytes) -> None:
    with hold_to(5):
        read_text("a.ipynb", bait)


def test_a_name_is_made_harmless() -> None:
    assert read_text("a\n\u202e<b>.txt", b"x").name == "a b .txt"
