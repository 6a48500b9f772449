"""Mails as Outlook stores and sends them: bodies of every form, forwarded mails, winmail.dat."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from bot.files.readers.dispatch import read_file
from tests.support.office import join_pages
from tests.support.outlook_files import (
    BODY,
    HTML,
    RTF,
    SENDER,
    SENDER_SMTP,
    SUBJECT,
    build_message,
    build_outlook_file,
    build_tnef,
    pack_rtf,
)

WRITTEN = (
    rb"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset238 Arial;}}\f0 Dobr\'fd den,\par"
    rb" P\'f8\'edli\'9a \b tu\'e8n\'fd\b0 .\par}"
)
HTML_WITHIN = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf"
    rb" {\htmlrtf0 Hello {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 gr\'fcn{\*\htmltag92 </b>}"
    rb"\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}\htmlrtf \par}\htmlrtf0 }"
)
HEADERS: dict[int, str | bytes] = {SUBJECT: "Přílohy", SENDER: "Jiří", SENDER_SMTP: "j@example.cz"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({RTF: pack_rtf(WRITTEN, is_packed=True)}, "Dobrý den,\nPříliš tučný."),
        ({RTF: pack_rtf(WRITTEN, is_packed=False)}, "Dobrý den,\nPříliš tučný."),
        ({RTF: pack_rtf(HTML_WITHIN, is_packed=True)}, "Hello **grün**"),
        ({HTML: "<meta charset=utf-8><p>Žluťoučký <b>kůň</b></p>".encode()}, "Žluťoučký **kůň**"),
        ({BODY: "plain words"}, "plain words"),
    ],
    ids=["packed rtf", "plain rtf", "html in rtf", "html", "text"],
)
def test_a_body_is_read_in_whatever_form_it_is_stored(
    body: dict[int, str | bytes], words: str
) -> None:
    recipients = [(1, "Anna Öz", "anna@example.org"), (2, "Bo", "bo@example.org")]
    data = build_outlook_file(HEADERS | body, recipients=recipients, sent=1_700_000_000)
    assert join_pages(read_file("m.msg", data)) == (
        "From: Jiří <j@example.cz>\nTo: Anna Öz <anna@example.org>\nCc: Bo <bo@example.org>\n"
        f"Date: Tue, 14 Nov 2023 22:13:20 +0000\nSubject: Přílohy\n\n{words}\n"
    )


def test_forwarded_mails_and_files_in_a_mail_are_read_below_it() -> None:
    innermost = build_message({SUBJECT: "deepest", BODY: "deepest words"}, head=24)
    inner = build_message(
        {SUBJECT: "older", BODY: "older words"}, attachments=[("deep", innermost)], head=24
    )
    files = [("Fwd", inner), ("příloha č. 1.txt", b"obsah\n"), ("big.txt", b"x" * 5_000)]
    parsed_file = read_file("m.msg", build_outlook_file({BODY: "see below"}, attachments=files))
    text = join_pages(parsed_file)
    places = [text.index(words) for words in ("see below", "older words", "deepest words", "obsah")]
    assert places == sorted(places) and "- příloha č. 1.txt, 6 bytes" in text
    assert parsed_file.left_out == ""


def test_a_winmail_is_read_with_its_long_names_and_the_mail_that_it_forwards() -> None:
    inner = build_tnef({BODY: "inner words"})
    packed = build_tnef(
        {SUBJECT: "Angebot", SENDER: "Jörg", RTF: pack_rtf(WRITTEN, is_packed=True)},
        [("Preisliste größer.txt", "Zeile äöü\n".encode())],
        inner,
    )
    mail = EmailMessage()
    mail["Subject"] = "outer"
    mail.set_content("")
    mail.add_attachment(packed, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    alone = join_pages(read_file("winmail.dat", packed))
    assert alone.startswith("From: Jörg\nSubject: Angebot\n")
    for name, data in (("winmail.dat", packed), ("m.eml", mail.as_bytes())):
        text = join_pages(read_file(name, data))
        assert "Příliš tučný." in text and "Zeile äöü" in text and "inner words" in text
        assert "- Preisliste größer.txt, " in text and "SHORT" not in text
    whole = len(packed)
    for size in (20, whole // 2, whole - 3):
        read_file("m.eml", mail.as_bytes().replace(packed, packed[:size]))
