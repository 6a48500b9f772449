"""Rich text (RTF) in the code pages that its head and its fonts name."""

from __future__ import annotations

import pytest

from bot.files.readers.dispatch import read_file
from tests.support.office import join_pages

# Numbers of character sets (RTF 1.9.1, "Font Table"), words in them, and the code page.
_FONTS = [
    (0, "é ü ß €", "cp1252"), (204, "Привет мир", "cp1251"), (161, "Καλημέρα", "cp1253"),
    (128, "日本語テスト", "cp932"), (134, "简体中文", "gbk"), (177, "שלום", "cp1255"),
    (238, "Příliš žluťoučký", "cp1250"), (129, "한국어", "cp949"), (136, "繁體中文", "cp950"),
    (162, "İstanbul ğ", "cp1254"), (178, "مرحبا", "cp1256"), (222, "สวัสดี", "cp874"),
    (77, "Mac ü é", "mac_roman"), (186, "Ąžuolas", "cp1257"),
]  # fmt: skip


def write(text: str, encoding: str) -> str:
    """Write text as RTF does: what is not ASCII by the numbers of its bytes."""
    return "".join(
        sign if sign.isascii() else "".join(f"\\'{byte:02x}" for byte in sign.encode(encoding))
        for sign in text
    )


def read_rtf(head: str, body: str) -> str:
    return join_pages(read_file("a.rtf", f"{{\\rtf1{head} {body}}}".encode("ascii")))


def test_each_font_has_letters_of_its_own_code_page() -> None:
    table = "".join(f"{{\\f{n}\\fcharset{kind} F;}}" for n, (kind, _, _) in enumerate(_FONTS))
    body = "".join(
        f"{{\\f{n} {write(text, page)}\\par}}" for n, (_, text, page) in enumerate(_FONTS)
    )
    text = read_rtf(f"\\ansi\\ansicpg1252{{\\fonttbl{table}}}", body)
    assert [words for _, words, _ in _FONTS if words not in text] == []


@pytest.mark.parametrize(
    ("head", "page"),
    [("\\ansi\\ansicpg1251", "cp1251"), ("\\ansi\\ansicpg10000", "mac_roman"),
     ("\\mac", "mac_roman"), ("\\pc", "cp437"), ("\\pca", "cp850"),
     ("\\ansi\\ansicpg1250", "cp1250")],
)  # fmt: skip
def test_what_names_no_font_has_the_code_page_of_the_head(head: str, page: str) -> None:
    words = "Просто" if page == "cp1251" else "Größe"
    assert words in read_rtf(head, write(words, page))


@pytest.mark.parametrize("after", ["\\plain", "\\f0", "\\plain\\f0", "{\\f0", "}{", "\\plain\\v0"])
def test_letters_are_those_of_the_font_in_which_they_stand(after: str) -> None:
    """Also where the font changes directly behind them."""
    table = "{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}"
    end = "}" if after.startswith("{") else ""
    russian, german = write("Привет", "cp1251"), write("über", "cp1252")
    body = f"{{\\f1 {russian} a{after}\\'fc{german[4:]}{end}}}"
    text = read_rtf(f"\\ansi\\ansicpg1252\\deff0{table}", body)
    assert "Привет a" in text and text.rstrip().endswith("über")
