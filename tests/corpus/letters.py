"""HTML pages and e-mails, as people save and forward them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from functools import partial

from tests.corpus.case import COSTLY, DAMAGED, EMPTY, NO_WORDS, Case, Expectation
from tests.corpus.drawing import draw_quarters
from tests.support.pictures import encode_picture

_PAGE = "<!DOCTYPE html><html><head>{}<title>A title</title></head><body>{}</body></html>"
_BODY = "<h1>Big</h1><p>Hello <b>Easel</b>, grüße aus Köln</p>"
_ANY_OR_REFUSAL = Expectation.expect_either(
    Expectation.expect_file(), DAMAGED, EMPTY, NO_WORDS, *COSTLY
)


def build_html(
    body: str = _BODY, head: str = '<meta charset="utf-8">', encoding: str = "utf-8"
) -> bytes:
    return _PAGE.format(head, body).encode(encoding)


def list_cases() -> Iterator[Case]:
    yield from _list_pages()
    yield from _list_mails()
    yield from _list_broken_mails()


def _list_pages() -> Iterator[Case]:
    read = Expectation.expect_file("web page", fragments=("Big", "Easel", "grüße aus Köln"))
    yield Case("page.html", build_html, read)
    yield Case("page.htm", build_html, read)
    marked = "<meta charset='{}'>"
    for code in ("iso-8859-1", "windows-1252", "utf-16"):
        make = partial(build_html, head=marked.format(code), encoding=code)
        yield Case(f"page-{code}.html", make, read)
    named = "&lt;tag&gt; &amp; &eacute;&#8364;&#x4f60;"
    yield _build_html_case("named-letters.html", named, ("<tag> & é€你",))
    secret = "<script>SECRET()</script><style>.SECRET{}</style><!-- SECRET -->"
    quiet = Expectation.expect_file("web page", fragments=("Easel",), absent=("SECRET",))
    yield Case("script.html", partial(build_html, secret + _BODY), quiet)
    yield from _list_odd_pages()


def _list_odd_pages() -> Iterator[Case]:
    rows = "".join(f"<tr><td>cell {n}</td><td>{n}</td></tr>" for n in range(50))
    yield _build_html_case("table.html", f"<table>{rows}</table>", ("cell 0", "cell 49"))
    yield _build_html_case("unclosed.html", "<p>one<p>two<b><i>three", ("one", "two", "three"))
    inside = base64.b64encode(encode_picture(draw_quarters(), "PNG")).decode()
    yield _build_html_case(
        "picture.html", f'{_BODY}<img src="data:image/png;base64,{inside}">', ("Easel",)
    )
    outside = '<img src="http://192.0.2.1/a.png"><iframe src="file:///etc/passwd"></iframe>'
    yield _build_html_case("outside.html", outside + _BODY, ("Easel",))
    for depth in (500, 30_000):
        deep = "<div>" * depth + "deep down" + "</div>" * depth
        yield Case(f"deep-{depth}.html", partial(build_html, deep), _ANY_OR_REFUSAL)
    wide = "<p>" + "word " * 200_000
    yield _build_html_case("long.html", wide, ("word word",))
    attributes = "<p " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + ">Easel</p>"
    yield _build_html_case("many-attributes.html", attributes, ("Easel",))
    yield Case("nothing.html", partial(build_html, ""), _ANY_OR_REFUSAL)
    declared = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Easel</p>'
    strict = Expectation.expect_file(fragments=("Easel",), absent=("xml version",))
    yield Case("strict.xhtml", f"{declared}</html>".encode, strict)


def _build_html_case(name: str, body: str, fragments: tuple[str, ...]) -> Case:
    return Case(
        name, partial(build_html, body), Expectation.expect_file("web page", fragments=fragments)
    )


def build_mail(
    text: str = "Hello Easel, grüße aus Köln", charset: str = "utf-8", transfer: str = "8bit"
) -> EmailMessage:
    message = EmailMessage(policy.SMTP)
    message["Subject"] = "Einladung für Jürgen"
    message["From"] = "Ann Example <ann@example.com>"
    message["To"] = "easel@example.com"
    message["Date"] = "Thu, 29 Feb 2024 12:00:00 +0000"
    message.set_content(text, charset=charset, cte=transfer)
    return message


def _encode_message(message: EmailMessage) -> bytes:
    """Encode a message with the same boundaries at every run."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"--easel-{number}")
    return message.as_bytes()


def _list_mails() -> Iterator[Case]:
    read = Expectation.expect_file(
        "mail", fragments=("Einladung für Jürgen", "Hello Easel", "grüße aus Köln")
    )
    for code in ("utf-8", "iso-8859-1", "windows-1252"):
        for transfer in ("8bit", "quoted-printable", "base64"):
            make = partial(
                lambda c, t: _encode_message(build_mail(charset=c, transfer=t)), code, transfer
            )
            yield Case(f"mail-{code}-{transfer}.eml", make, read)
    yield Case("mail-both.eml", _build_with_both, read)
    yield Case(
        "mail-html.eml", _build_only_html, Expectation.expect_file("mail", fragments=("Easel",))
    )
    yield Case("mail-attached.eml", _build_with_attachment, read)
    yield Case("mail-forwarded.eml", _build_forwarded, read)
    unix = _encode_message(build_mail()).replace(b"\r\n", b"\n")
    yield Case("mail-unix.eml", lambda: unix, read)
    received = b"Received: from a.example by b.example; Thu, 29 Feb 2024 12:00:00 +0000\r\n" * 30
    yield Case("mail-received.eml", lambda: received + _encode_message(build_mail()), read)


def _build_with_both() -> bytes:
    message = build_mail()
    message.add_alternative("<p>Hello <b>Easel</b>, grüße aus Köln</p>", subtype="html")
    return _encode_message(message)


def _build_only_html() -> bytes:
    message = build_mail()
    message.set_content("<p>Hello <b>Easel</b></p>", subtype="html")
    return _encode_message(message)


def _build_with_attachment() -> bytes:
    message = build_mail()
    photo = encode_picture(draw_quarters(), "PNG")
    message.add_attachment(photo, maintype="image", subtype="png", filename="../../фото.png")
    message.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="a.exe")
    message.add_attachment("a,b\n1,2\n", subtype="csv", filename="table.csv")
    return _encode_message(message)


def _build_forwarded() -> bytes:
    message = build_mail()
    message.add_attachment(build_mail("inner words"))
    return _encode_message(message)


def _list_broken_mails() -> Iterator[Case]:
    head = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: hello\r\nMIME-Version: 1.0\r\n"
    kinds = {
        "no-boundary": b"Content-Type: multipart/mixed\r\n\r\nhello",
        "boundary-nowhere": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\nhello',
        "unknown-letters": b"Content-Type: text/plain; charset=klingon\r\n\r\nhello \xff\xfe",
        "broken-base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!aGVsbG8=!!!\r\nxx",
        "unknown-transfer": b"Content-Transfer-Encoding: rot13\r\n\r\nuryyb",
        "no-body": b"",
        "long-line": b"\r\n" + b"x" * 300_000,
        "odd-words": b"Subject: =?klingon?Q?a=ZZ?= =?utf-8?B?!!!?=\r\n\r\nhello",
        "uuencoded": b"\r\nbegin 644 a.txt\r\n%:&5L;&\\`\r\n`\r\nend\r\n",
    }
    for name, rest in kinds.items():
        yield Case(f"mail-{name}.eml", partial(bytes, head + rest), _ANY_OR_REFUSAL)
    nested = head + b"Content-Type: message/rfc822\r\n\r\n"
    yield Case("mail-in-mail-300.eml", lambda: nested * 300 + b"\r\nhello", _ANY_OR_REFUSAL)
    part = b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    many = head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 5_000 + b"--x--"
    yield Case("mail-many-parts.eml", lambda: many, _ANY_OR_REFUSAL)
    inner = b""
    for depth in range(400):
        mark = b"b%d" % depth
        start = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n"
        inner = start + inner + b"\r\n--" + mark + b"--\r\n"
    yield Case("mail-parts-in-parts.eml", lambda: head + inner, _ANY_OR_REFUSAL)
    headers = head + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nhello"
    yield Case("mail-many-headers.eml", lambda: headers, _ANY_OR_REFUSAL)
