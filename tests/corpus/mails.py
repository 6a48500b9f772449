"""Mails and mailboxes with what is attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from tests.corpus.case import Case, Expectation
from tests.corpus.drawing import encode_quarters

_expect = Expectation.expect_file


def list_cases() -> Iterator[Case]:
    yield Case(
        "offer.eml",
        build_mail,
        _expect(
            "e-mail",
            pictures=(2, 2),
            fragments=(
                "see [picture 1: the plan] here", "- Größe.txt, 5 bytes",
                "Attachment Größe.txt:\nwords",
                "Mail within this mail, number 1:\n\nFrom: b@example.org", "inner words",
                "- photo.png, ", "(shown as picture 2)",
            ),
        ),
    )  # fmt: skip
    mailbox = b"".join(b"From a@b Mon Jan  1 10:00:00 2024\n" + text + b"\n\n" for text in _PLAIN)
    yield Case("old.mbox", lambda: mailbox, _expect("e-mail", fragments=("Mail 2:", "second text")))


_PLAIN = (
    b"From: a@example.org\nTo: b@example.org\nSubject: one\n\nfirst text",
    b"From: b@example.org\nTo: a@example.org\nSubject: two\n\nsecond text",
)


def build_mail() -> bytes:
    inner = EmailMessage()
    inner["From"] = "b@example.org"
    inner["Subject"] = "before"
    inner.set_content("inner words")
    outer = EmailMessage()
    outer["From"] = "a@example.org"
    outer["To"] = "c@example.org"
    outer["Subject"] = "an offer"
    outer.set_content("<p>see <img src='cid:plan' alt='the plan'> here</p>", subtype="html")
    outer.add_related(encode_quarters(), "image", "png", cid="<plan>", filename="plan.png")
    outer.make_mixed(boundary="outer")
    outer.add_attachment(b"words", "text", "plain", filename="Größe.txt")
    outer.add_attachment(encode_quarters(), "image", "png", filename="photo.png")
    outer.add_attachment(inner)
    for number, part in enumerate(outer.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"part{number}")
    return outer.as_bytes()
