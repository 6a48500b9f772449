"""Pictures in an answer's words are found in time that grows with the words only."""

from __future__ import annotations

import pytest

from bot.domain.llm import TextDelta
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.llm.streaming.payloads import PictureDecoder
from bot.llm.streaming.text_pictures import TextPictures
from tests.support.processor_time import hold_to

HEAD = "![a](data:image/png;base64,"


@pytest.mark.parametrize(
    "words",
    [
        "![" * 200_000,
        "![a" * 130_000,
        "![](" * 100_000,
        "```\n" + HEAD * 15_000,
        ("![" + "a" * 499) * 800,
        "<img " * 80_000,
        ("<img " + "a" * 495) * 800,
        "data:image/" * 40_000,
        "data:image/png;base64, " * 18_000,
        " src=data:image/" * 25_000,
        "`" + "<img src=data:image/png;base64," * 13_000,
    ],
    ids=[
        "starts",
        "alts",
        "addresses",
        "code",
        "long",
        "tags",
        "long tags",
        "types",
        "short",
        "sources",
        "line of code",
    ],
)
@pytest.mark.parametrize("size", [4_000, 400_000])
def test_words_that_are_no_picture_hold_nothing_up(words: str, size: int) -> None:
    pictures = TextPictures(PictureDecoder(), ExtractedBlobs("key"))
    events = []
    with hold_to(1.0, "a quadratic search takes many seconds"):
        for at in range(0, len(words), size):
            events += pictures.feed(words[at : at + size])
        events += pictures.close()
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == words


@pytest.mark.parametrize(
    ("before", "is_picture"),
    [
        ("", True),
        ("a [b] ", True),
        ("![", True),
        ("![c](x) ", True),
        ("```\ncode\n```\n", True),
        ("`![x](data:image/png;base64,AAAA)` and ", True),
        ("```\ncode\n![x](data:image/png;base64,AAAA)\n", False),
        ("`", False),
        ("![" + "a" * 498, True),
        ("![" + "a" * 500, True),
    ],
)
def test_the_first_picture_outside_of_code_is_found(before: str, is_picture: bool) -> None:
    decoder = PictureDecoder()
    pictures = TextPictures(decoder, ExtractedBlobs("key"))
    events = [*pictures.feed(f"{before}![a](data:image/png;base64,AAAA) end"), *pictures.close()]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert (len(decoder.list_unreadable()) == 1) is is_picture
    assert text.endswith(" end")
