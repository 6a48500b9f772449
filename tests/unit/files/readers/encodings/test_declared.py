"""What a file declares is found and believed where its text makes sense so, and only there."""

from __future__ import annotations

import random

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.encodings.declarations import find_declared
from bot.files.readers.encodings.detect import detect
from bot.files.readers.encodings.labels import find_codec, name_encoding
from bot.files.readers.text_files import decode_text
from bot.files.unreadable import UnreadableError
from tests.support.processor_time import hold_to

JAPANESE = "次の会議は水曜日の午前中に行います。ご意見は月曜日までにお送りください。"
RUSSIAN = "Следующее совещание состоится в среду утром. Просим прислать замечания."
POLISH = "Najbliższe zebranie odbędzie się w środę. Proszę przesłać swoje uwagi."


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("x-sjis", "cp932"),
        ("Shift_JIS", "cp932"),
        ("windows-31j", "cp932"),
        ("x-euc-jp", "euc_jp"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-2022-kr", "iso2022_kr"),
        ("gb2312", "gb18030"),
        ("Big5-HKSCS", "big5hkscs"),
        ("x-euc-tw", "euc_tw"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("macintosh", "mac_roman"),
        ("iso-8859-8-i", "iso8859_8"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("latin5", "cp1254"),
        ("ISO_8859-2:1987", "iso8859_2"),
        ("windows-874", "cp874"),
        ("TIS-620", "cp874"),
        ("IBM866", "cp866"),
        ("WIN1250", "cp1250"),
        ("cp-1257", "cp1257"),
        ("KOI8-U", "koi8_u"),
        ("utf8mb4", "utf_8"),
        ("base64", ""),
        ("rot13", ""),
        ("klingon", ""),
        ("a\0b", ""),
        ("x" * 5_000, ""),
    ],
)
def test_labels_of_all_makes_are_known(label: str, codec: str) -> None:
    assert find_codec(label) == codec
    if codec not in ("", "euc_tw", "utf_8"):
        assert b"plain".decode(codec)


@pytest.mark.parametrize(
    ("start", "label"),
    [
        (b'<?xml version="1.0" encoding="windows-1250"?><a/>', "windows-1250"),
        (b"\n <?xml version='1.0' encoding='koi8-r' standalone='yes'?><a/>", "koi8-r"),
        (b"<html><head><META CHARSET=x-sjis>", "x-sjis"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">', "EUC-JP"),
        (b"#!/usr/bin/python\n# -*- coding: latin-2 -*-\n", "latin-2"),
        (b"# vim: set fileencoding=cp1251 :\n", "cp1251"),
        (b"text\n" * 900 + b"/* vim: set fenc=cp1253 */\n", "cp1253"),
        (b'@charset "iso-8859-15";\nbody {}', "iso-8859-15"),
        (b'"Content-Type: text/plain; charset=ISO-8859-2\\n"\n', "ISO-8859-2"),
        (b"Subject: x\nContent-Type: text/plain;\n\tcharset=koi8-u\n\nx", "koi8-u"),
        (b"\\documentclass{article}\n\\usepackage[latin2]{inputenc}\n", "latin2"),
        (b"/*!40101 SET NAMES latin1 */;\n", "cp1252"),
        (b"SET client_encoding = 'WIN1250';\n", "WIN1250"),
        (b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=windows-1253:x\n", "windows-1253"),
        (b"SET ISO8859-2\nTRY abc\n", "ISO8859-2"),
        (b"nothing is said here of any coding", ""),
        (b"", ""),
    ],
)
def test_a_declaration_is_found_in_files_of_all_kinds(start: bytes, label: str) -> None:
    assert find_declared(start) == label


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("x-sjis", "cp932"),
        ("x-euc-jp", "euc_jp"),
        ("iso-2022-jp", "iso2022_jp"),
        ("", "cp932"),
        ("", "euc_jp"),
        ("utf-8", "cp932"),
        ("iso-8859-1", "euc_jp"),
    ],
)
def test_a_japanese_page_is_read_whatever_it_declares(label: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    page = f"<html><head>{meta}<title>t</title></head><body>{JAPANESE}</body></html>"
    pages = read_file("page.html", page.encode(encoding)).pages
    assert JAPANESE in "".join(pages)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("다음 회의는 수요일 오전에 열립니다. 의견은 월요일까지 보내 주시기 바랍니다.", "cp949"),
        ("下一次会议将于星期三上午举行。请在星期一之前把意见发给我们。", "gb18030"),
    ],
)
def test_one_broken_character_does_not_change_the_others(text: str, encoding: str) -> None:
    data = text.encode(encoding) * 4
    for label in (encoding, ""):
        decoded = decode_text(data + b"\xff\x20" + data, label)
        assert decoded is not None and decoded.startswith(text * 3) and decoded.endswith(text * 3)


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (RUSSIAN, "cp1251", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "utf-8"),
        (POLISH, "cp1250", "iso-8859-1"),
        (POLISH, "iso8859-2", "us-ascii"),
        ("Größe und Übermaß, schöne Grüße aus Köln", "cp1252", "utf-8"),
        ("Größe und Übermaß, schöne Grüße aus Köln", "cp1252", "shift_jis"),
        (RUSSIAN, "utf-8", "windows-1251"),
    ],
)
def test_a_false_declaration_is_not_followed(text: str, encoding: str, label: str) -> None:
    page = f'<?xml version="1.0" encoding="{label}"?>\n<a>{text}</a>\n'
    decoded = decode_text(page.encode(encoding))
    assert decoded is not None and text in decoded


def test_a_declaration_decides_where_the_bytes_do_not() -> None:
    for encoding in ("iso8859-2", "cp1257", "cp1254", "mac_cyrillic"):
        letters = bytes(range(0xE0, 0xE8)).decode(encoding)
        text = f'<?xml version="1.0" encoding="{encoding.replace("_", "-")}"?><a>{letters}</a>'
        if encoding == "mac_cyrillic":
            text = text.replace("mac-", "x-mac-")
        assert decode_text(text.encode(encoding)) == text
    assert decode_text(b"caf+AOk- et th+AOk-", "utf-7") == "café et thé"
    assert decode_text(b"caf+AOk-") == "caf+AOk-"


def test_people_read_names_that_they_know() -> None:
    codecs = ("cp1250", "iso8859_2", "cp932", "koi8_r", "mac_cyrillic", "cp852", "cp874", "euc_tw")
    assert [name_encoding(codec) for codec in codecs] == [
        "Windows-1250", "ISO 8859-2", "Shift-JIS", "KOI8-R", "Mac Cyrillic", "DOS 852",
        "Windows-874", "EUC-TW",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "start",
    [
        b"<meta " * 700,
        b"<meta charset" * 300,
        b'"Content-Type: ' * 270,
        b"Content-Type:" + b"\n " * 2_000,
        b"coding" * 60 + b"\xff",
        b"<?xml " + b" encoding" * 400,
        b"vim:" * 100 + b"\xfe" * 4_000,
        b"SET NAMES " * 400,
    ],
)
def test_no_declaration_makes_reading_slow(start: bytes) -> None:
    with hold_to(2):
        find_declared(start)
        detect(start + b"\xe4")


def test_bytes_of_no_kind_break_it() -> None:
    source = random.Random(3)
    for size in (1, 2, 3, 50, 400):
        for _ in range(6):
            data = source.randbytes(size)
            for label in ("", "x-sjis", "utf-7", "euc-tw", "hz", "iso-2022-kr"):
                decode_text(data, label)
                try:
                    read_file("a.txt", data)
                except UnreadableError as error:
                    assert error.user_message
