"""What is signed is read through, what is encrypted is said to be: mails, and files as they are."""

from __future__ import annotations

import base64

import pytest

from bot.files.readers.dispatch import read_file
from tests.support.files import build_pdf
from tests.support.office import expect_refusal, join_pages
from tests.support.signed_files import DATA, SIGNED, sign, wrap

_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
_INNER = "Content-Type: text/plain; charset=utf-8\r\n\r\nInner grüße\r\n".encode()


def build_mail(payload: bytes) -> bytes:
    return (
        b"From: a@b.org\r\nTo: c@d.org\r\nSubject: plan\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pkcs7-mime; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(payload)
    )


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_signed_mail_is_read_and_its_signature_said_to_be_unchecked(in_pieces: bool) -> None:
    signed = sign(_INNER, in_pieces=in_pieces)
    text = join_pages(read_file("m.eml", build_mail(signed)))
    assert "Subject: plan" in text and "Inner grüße" in text and "not checked by whom" in text
    alone = read_file("smime.p7m", signed)
    assert "Inner grüße" in join_pages(alone) and "signature" in str(alone.left_out)


def test_a_file_that_is_signed_is_read_as_what_it_is() -> None:
    signed = read_file("bill.pdf.p7m", sign(build_pdf("Invoice 4711")))
    assert (signed.kind, signed.name) == ("PDF", "bill.pdf.p7m")
    assert "Invoice 4711" in join_pages(signed)


def test_what_is_encrypted_is_said_to_be() -> None:
    encrypted = wrap(0x30, _ENVELOPED + wrap(0xA0, bytes(200)))
    assert "encrypted" in join_pages(read_file("m.eml", build_mail(encrypted)))
    assert "encrypted for the person" in expect_refusal(encrypted, read_file)


@pytest.mark.parametrize(
    "data",
    [
        wrap(0x30, SIGNED),
        wrap(0x30, SIGNED + wrap(0xA0, wrap(0x30, DATA))),
        sign(_INNER)[:60],
        wrap(0x30, SIGNED + DATA + b"\xa0\x80" + b"\x24\x80" * 5_000),
        sign(sign(sign(sign(_INNER)))),
    ],
    ids=["bare", "detached", "cut", "deep", "signed four times"],
)
def test_a_signed_file_without_content_or_made_to_hurt_is_refused(data: bytes) -> None:
    expect_refusal(data, read_file)
