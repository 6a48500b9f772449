"""People read kinds of files in their language."""

from __future__ import annotations

import pytest

from bot.domain.messages import Message, render
from bot.files.kind_names import name_kind
from bot.files.readers.text_files import _KINDS

OTHERS = ["PNG picture", "moving GIF picture", "TIFF picture of 3 pages", "SVG drawing",
          "Word document", "Excel workbook", "PowerPoint presentation", "ZIP archive", "web page",
          "e-mail", "text"]  # fmt: skip


@pytest.mark.parametrize("kind", [*OTHERS, *sorted(set(_KINDS.values()))])
def test_a_kind_has_a_name_in_each_language(kind: str) -> None:
    name = name_kind(kind)
    assert isinstance(name, Message) and name == kind
    assert all(render(name, language) != kind for language in ("de", "es", "ja"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("TIFF picture of 3 pages", "TIFF-Bild mit 3 Seiten"), ("C++ source", "C++-Quelltext"),
     ("moving GIF picture", "bewegtes GIF-Bild"), ("PDF", "PDF"), ("picture", "picture"),
     ("{x} picture", "{x}-Bild"), ("not read", "not read")],
)  # fmt: skip
def test_a_kind_is_named_in_german(kind: str, name: str) -> None:
    assert render(name_kind(kind), "de") == name
