"""Forms of text that are no plain code page: switched, wide, mixed, separated, and cut off."""

from __future__ import annotations

import codecs
import io
import json
import subprocess
import sys
import zipfile
from email.message import EmailMessage

import pytest

from bot.domain.files import ParsedFile
from bot.files.file_messages import list_file_messages
from bot.files.readers.dispatch import read_file
from bot.files.readers.encodings.detect import detect, detect_encoding
from bot.files.readers.encodings.mixed import build_mixed_name
from bot.files.readers.text_files import decode_text, read_text
from bot.files.sandbox.packing import UnpackError, pack, unpack

KOREAN = "다음 회의는 수요일 오전에 열립니다.\n의견은 월요일까지 보내 주시기 바랍니다.\n"
CHINESE = "下一次会议将于星期三上午举行。\n请在星期一之前把意见发给我们。\n"
TAIWAN = "下一次會議將於星期三上午在大會議室舉行。請最遲在星期一之前把意見寄給我們。"
LOG = "10:02 Größe geprüft\n" * 4
# As glibc's iconv writes them.
EUC_TW = "ead7fda420c4e3c5c6e0c1e6dca1a2c4a1c4a8c4b50a"
EUC_TW_SECOND_PLANE = "8ea2a1a1c4e3"


@pytest.mark.parametrize("encoding", ["iso2022_kr", "johab"])
def test_korean_of_all_ages_is_read(encoding: str) -> None:
    assert decode_text((KOREAN * 4).encode(encoding)) == KOREAN * 4


def test_letters_in_seven_bits_are_read() -> None:
    assert decode_text(CHINESE.encode("hz")) == CHINESE
    assert decode_text(("a ~ b\n" + CHINESE).encode()) == "a ~ b\n" + CHINESE
    for plain in ("regex ~{2,3}~ and ~{ab~}", "path ~/x and ~{name}"):
        assert decode_text(plain.encode()) == plain


def test_taiwan_s_old_code_is_read_though_python_has_none() -> None:
    assert decode_text(bytes.fromhex(EUC_TW), "x-euc-tw") == "臺灣 中文測試，一二三\n"
    assert bytes.fromhex(EUC_TW_SECOND_PLANE).decode("euc_tw") == "乂中"
    with pytest.raises(UnicodeError):
        b"\xc4\xe3\xff".decode("euc_tw")
    assert b"\xc4\xe3\xff\xc4".decode("euc_tw", "replace") == "中\ufffd\ufffd"
    decoder = codecs.getincrementaldecoder("euc_tw")()
    pieces = [decoder.decode(bytes([byte])) for byte in bytes.fromhex(EUC_TW)]
    assert "".join(pieces) == "臺灣 中文測試，一二三\n"


def test_wide_text_is_read_without_a_mark_also_where_it_has_no_blank() -> None:
    for text in ("Привет", "Καλημέρα", "שלום", "สวัสดีครับ", "Привет, мир\nещё"):
        for encoding in ("utf-16-le", "utf-16-be"):
            assert decode_text(text.encode(encoding)) == text
    assert decode_text("smile 😀 ünd\n".encode("utf-16-le").decode("utf-16-le").encode()) == (
        "smile 😀 ünd\n"
    )
    halves = "smile \ud83d\ude00 ünd\n".encode("utf-8", "surrogatepass")
    assert decode_text(halves + LOG.encode()) == "smile 😀 ünd\n" + LOG


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"one\x0btwo\x0bthree" * 5, "one\ntwo\nthree" * 5),
        (b"a/b.txt\0c/d e.txt\0f.txt\0" * 9, "a/b.txt\nc/d e.txt\nf.txt\n" * 8),
        (b"Anna\0\0\0\0\0Berlin\0\0\0\n" * 9, "Anna Berlin\n" * 9),
        (b"8=FIX.4.2\x019=65\x0135=A\x01\n" * 9, "8=FIX.4.2\t9=65\t35=A\t\n" * 9),
        ("Größe\x1fja\x1eKöln\x1fnein\x1e".encode() * 9, "Größe\tja\nKöln\tnein\n" * 9),
        (b"saved under DOS\r\n\x1a", "saved under DOS\n"),
        (b"before\n" + bytes(5_000) + b"after\n", "before\nafter\n"),
    ],
    ids=["vertical tabs", "a list", "padding", "FIX", "records", "end of file", "a crash"],
)
def test_codes_that_separate_do_not_make_a_text_unreadable(data: bytes, text: str) -> None:
    decoded = decode_text(data)
    assert decoded is not None and decoded.startswith(text.removesuffix("\n"))


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("10:03 Fehler: Größe ungültig\n", "cp1252"),
        ("10:03 Совещание состоится в среду утром\n", "cp1251"),
        ("10:03 次の会議は水曜日の午前中に行います\n", "cp932"),
    ],
)
def test_odd_lines_in_a_log_are_kept_and_counted(line: str, encoding: str) -> None:
    data = LOG.encode() + line.encode(encoding) * 2 + b"plain\n" + LOG.encode()
    parsed_file = read_text("a.log", data)
    assert "".join(parsed_file.pages) == LOG + line * 2 + "plain\n" + LOG
    assert parsed_file.odd_lines == 2
    (message,) = list_file_messages([parsed_file])
    assert message.startswith("_2 lines of a.log are not in UTF-8")
    for size in (1, 7):
        decoder = codecs.getincrementaldecoder(build_mixed_name(encoding))()
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        text = "".join(map(decoder.decode, pieces)) + decoder.decode(b"", final=True)
        assert text == LOG + line * 2 + "plain\n" + LOG


def test_a_broken_byte_leaves_the_rest_of_a_long_line() -> None:
    text = "Größe für Übermaß, " * 40
    data = text.encode()[:300] + b"\xff" + text.encode()[300:]
    decoded = decode_text(data)
    assert decoded is not None and decoded.endswith("Größe für Übermaß, " * 20)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KOREAN, "cp949"),
        (KOREAN, "utf-8"),
        (CHINESE, "gb18030"),
        ("次の会議は水曜日の午前中に行います。" * 2, "cp932"),
        ("次の会議は水曜日の午前中に行います。" * 2, "euc_jp"),
        (TAIWAN, "big5"),
    ],
)
def test_a_text_that_ends_within_a_character_loses_only_that(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for cut in range(1, 5):
        decoded = decode_text(data[:-cut])
        assert decoded and text.startswith(decoded) and len(decoded) >= len(text) - cut


def test_what_was_written_twice_over_is_left_as_it_is() -> None:
    twice = "GrÃ¶ÃŸe und Ãœbermut"
    assert decode_text(twice.encode()) == twice


def test_a_guess_is_said_and_what_is_sure_is_not() -> None:
    guessed = ParsedFile("a.txt", "text", pages=("x",), guessed_encoding="Windows-1250")
    (message,) = list_file_messages([guessed])
    assert "I took it for Windows-1250" in message and "UTF-8" in message
    assert unpack(pack(guessed)) == guessed
    for text, encoding in ((LOG * 9, "cp1252"), (LOG, "utf-8"), (KOREAN * 4, "cp949")):
        assert read_text("a.txt", text.encode(encoding)).guessed_encoding == ""


@pytest.mark.parametrize("forged", ["<!channel> look", "x" * 99, 5, None])
def test_a_name_that_no_encoding_has_is_refused(forged: object) -> None:
    packed = pack(ParsedFile("a", "text", guessed_encoding="@"))
    header = {"encoding": forged}
    start = packed.index(b"{")
    values = json.loads(packed[start:]) | header
    encoded = json.dumps(values).encode()
    with pytest.raises(UnpackError):
        unpack(packed[: start - 8] + len(encoded).to_bytes(8, "big") + encoded)


def test_old_encodings_are_learned_of_only_when_one_arrives() -> None:
    code = (
        "import sys\nfrom bot.files.readers.text_files import read_text\n"
        "read_text('a.txt', 'Größe'.encode())\nassert 'chardet' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_text_is_detected_for_readers_that_decode_by_themselves() -> None:
    assert detect_encoding("Größe und Übermaß".encode("cp1252")) == "cp1252"
    found = detect(LOG.encode() + "Größe ungültig\n".encode("cp1252"))
    assert found is not None and found.odd_codec == "cp1252"
    data = LOG.encode() + "Größe ungültig\n".encode("cp1252")
    assert data.decode(found.codec, "replace").endswith("Größe ungültig\n")


UNSURE = "naïve".encode("cp1252")


def build_zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.txt", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<p>" + UNSURE + b"</p>"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + UNSURE + b"\n"),
        ("a.eml", b"From: a@b.org\nSubject: x\n\n" + UNSURE),
    ],
)
def test_a_guess_is_told_whoever_decoded_the_letters(name: str, data: bytes) -> None:
    parsed_file = read_file(name, data)
    assert parsed_file.guessed_encoding
    (message,) = list_file_messages([parsed_file])
    assert parsed_file.guessed_encoding in message and name in message


def test_guesses_within_archives_and_mails_are_told_with_their_files() -> None:
    archive = build_zip(one=UNSURE, two=b"plain", three="Škoda".encode("cp1250"))
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content("hello")
    mail.add_attachment(archive, maintype="application", subtype="zip", filename="a.zip")
    for name, data in (("a.zip", archive), ("a.eml", mail.as_bytes())):
        parsed_file = unpack(pack(read_file(name, data)))
        assert (
            "one.txt: " in parsed_file.guessed_parts and "three.txt: " in parsed_file.guessed_parts
        )
        assert "two" not in parsed_file.guessed_parts and not parsed_file.guessed_encoding
        (message,) = list_file_messages([parsed_file])
        assert parsed_file.guessed_parts in message
    assert "its encoding is a guess" in read_file("a.zip", archive).pages[0]


def test_what_is_sure_in_an_archive_is_not_told() -> None:
    parsed_file = read_file(
        "a.zip", build_zip(one="Grüße\n".encode(), two=KOREAN.encode("cp949") * 4)
    )
    assert not parsed_file.guessed_parts and not list_file_messages([parsed_file])


def test_a_word_of_one_odd_letter_is_never_sure_where_others_read_it_otherwise() -> None:
    for word, encoding in (("Straße", "cp850"), ("Größe", "mac_roman"), ("Ærø", "cp850")):
        found = detect(word.encode(encoding))
        assert found is not None
        assert word.encode(encoding).decode(found.codec) == word or not found.is_sure


def test_a_long_text_of_many_bytes_is_whole_though_some_lines_are_utf8_by_chance() -> None:
    lines = [chr(0xAC00 + number * 7 % 11_000) * 2 for number in range(3_000)]
    data = (KOREAN * 60 + "\n".join(lines)).encode("johab", "ignore")
    assert detect_encoding(data) == "johab"
