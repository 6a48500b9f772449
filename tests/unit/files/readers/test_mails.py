"""Mails, also from Outlook: their headers, their text and the list of attachments."""

from __future__ import annotations

import base64
import struct
from email.message import EmailMessage

import pytest

from bot.domain.errors import UserError
from bot.files.readers.dispatch import read_file
from tests.support.office import expect_refusal, join_pages
from tests.support.processor_time import hold_to


def build_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Jörg Müller <j@example.org>"
    message["To"] = "a@example.org, b@example.org"
    message["Subject"] = "Größe"
    message["Date"] = "Mon, 1 Jan 2024 10:00:00 +0000"
    return message


def test_a_mail_is_who_wrote_what_to_whom_and_what_hangs_on() -> None:
    message = build_mail()
    message.set_content("Hello,\nsee below.\n")
    message.add_alternative("<p>Hello, <b>rich</b></p>", subtype="html")
    message.add_attachment(
        bytes(range(256)) * 8, maintype="application", subtype="pdf", filename="a b.pdf"
    )
    parsed_file = read_file("m.eml", message.as_bytes())
    lines = join_pages(parsed_file).splitlines()
    assert parsed_file.kind == "e-mail" and lines[:4] == [
        "From: Jörg Müller <j@example.org>",
        "To: a@example.org, b@example.org",
        "Date: Mon, 01 Jan 2024 10:00:00 +0000",
        "Subject: Größe",
    ]
    assert "see below." in lines and "rich" not in str(lines)
    assert "Attachments (1):" in lines
    assert any(line.startswith("- a b.pdf, 2.0 kB (its name is that of a PDF") for line in lines)


def test_a_mail_of_html_alone_is_read_as_text() -> None:
    message = build_mail()
    message.set_content("<p>Hello <b>rich</b> <img src='cid:x'></p>", subtype="html")
    assert "Hello **rich**" in join_pages(read_file("m.eml", message.as_bytes()))


def test_a_mail_in_a_mail_is_read_below_it() -> None:
    inner, outer = build_mail(), build_mail()
    inner.set_content("inner words")
    outer.set_content("outer words")
    outer.add_attachment(inner)
    text = join_pages(read_file("m.eml", outer.as_bytes()))
    assert text.index("outer words") < text.index("Mail within this mail") < text.index("inner w")


@pytest.mark.parametrize("how", ["B", "Q"])
@pytest.mark.parametrize(
    ("label", "encoding", "words"),
    [
        ("iso-8859-1", "cp1252", "„A“ – €"),
        ("us-ascii", "cp1252", "„A“"),
        ("gb2312", "gbk", "朱镕基"),
        ("ks_c_5601-1987", "cp949", "뷁 한글"),
        ("shift_jis", "cp932", "①髙﨑"),
        ("big5", "big5hkscs", "峯 測試"),
        ("iso-8859-9", "cp1254", "“İ”"),
        ("tis-620", "cp874", "ไทย…"),
        ("cp-850", "cp850", "Größe"),
        ("UTF-8*en", "utf-8", "é😀"),
    ],
)
def test_words_of_headers_are_in_the_code_page_that_programs_mean(
    label: str, encoding: str, words: str, how: str
) -> None:
    """Windows programs name the smaller set and write the larger (WHATWG, Encoding, 4.2)."""
    raw = words.encode(encoding)
    packed = base64.b64encode(raw) if how == "B" else "".join(f"={b:02X}" for b in raw).encode()
    word = b"=?%b?%b?%b?=" % (label.encode(), how.encode(), packed)
    head = b'From: %b <a@b.org>\r\nTo: "%b" <c@d.org>\r\nSubject: Re: %b\r\n' % (word, word, word)
    assert read_file("a.eml", head + b"MIME-Version: 1.0\r\n\r\nx").pages[0].count(words) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\n\nhello",
        "From: a@b\nSubject: Größe\n\nhello".encode(),
        "From: a@b\nSubject: Größe\n\nhello".encode("cp1252"),
        b"To: a@b\nSubject: =?utf-8?b?R3LDtsOfZQ==?=\nContent-Type: text/plain; charset=x\n\nhello",
        b"To: <<@[:\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nContent-Type: a; charset=\"'\n\nhello",
    ],
)
def test_headers_of_all_makes_are_read(data: bytes) -> None:
    text = join_pages(read_file("m.eml", data))
    assert "Subject: Größe" in text and "hello" in text


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 50_000,
        b"From: a@b\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(3_000)
        ),
        b"From: a@b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: " + b"a@b, " * 20_000 + b"\n\nhello",
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nhello",
    ],
)
def test_a_mail_made_to_hurt_ends_in_a_reading_or_a_sentence(data: bytes) -> None:
    with hold_to(10):
        try:
            assert "a@b" in join_pages(read_file("m.eml", data)) or b"Subject" in data
        except UserError as error:
            assert "m.eml" in error.user_message


@pytest.mark.parametrize("code", ["\0", "\x08", "\x1b[31m"])
def test_no_control_code_of_a_header_or_a_name_reaches_the_text(code: str) -> None:
    raw = (
        f"From: A{code}nn <a@b.org>\nTo: c@d.org\nSubject: pl{code}an =?utf-8?q?=00x?=\n"
        f'Content-Disposition: attachment; filename="a{code}b.txt"\n\nhello'
    )
    text = join_pages(read_file("m.eml", raw.encode()))
    assert "From: Ann <a@b.org>" in text and "Subject: plan x" in text
    assert not any(c < " " and c not in "\n\t" for c in text)


def build_outlook_mail(streams: dict[str, bytes]) -> bytes:
    """A compound file whose streams are each long enough to have their own sectors."""
    padded = {name: data.ljust(4_096, b"\0") for name, data in streams.items()}
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    entries = [("Root Entry", 5, end, 0), *((n, 2, 0, len(d)) for n, d in padded.items())]
    directories = -(-len(entries) // 4)
    fat, sectors, start, beginning = list[int](), b"", 1 + directories, 0
    fat += [0xFFFFFFFD, *range(2, directories + 1), end]
    directory = b""
    for number, (name, kind, first, size) in enumerate(entries):
        if kind == 2:
            data, beginning = padded[name], start
            count = -(-len(data) // 512)
            fat += [*range(start + 1, start + count), end]
            sectors += data.ljust(count * 512, b"\0")
            start += count
        begins = beginning if kind == 2 else first
        wide = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(entries) - 1 else free
        child = 1 if kind == 5 else free
        directory += wide.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xI8x8xIQ", len(wide) + 2, kind, 1, free, right, child, 0, begins, size
        )
    directory = directory.ljust(directories * 512, b"\0")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4_096, end, 0, end, 0),
    )
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    assert len(fat) <= 128 and len(header) == 512
    return header + table + directory + sectors


def test_a_mail_from_outlook_is_read() -> None:
    properties = {"0C1F": "a@example.org", "0E04": "Bob", "0037": "Größe", "1000": "Hello\r\nyou"}
    data = build_outlook_mail(
        {
            **{
                f"__substg1.0_{key}001F": text.encode("utf-16-le")
                for key, text in properties.items()
            },
            "__properties_version1.0": bytes(32),
        }
    )
    parsed_file = read_file("m.msg", data)
    text = join_pages(parsed_file)
    assert parsed_file.kind == "e-mail" and "a@example.org" in text and "Größe" in text
    assert "Hello\nyou" in text and "\0" not in text
    assert "damaged" in expect_refusal(data[:2_000], read_file)
