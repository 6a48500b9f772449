"""HTML as Markdown: what people see of a page, in order, whatever its markup is like."""

from __future__ import annotations

import pytest

from bot.files.readers.html_text import convert_html
from tests.support.processor_time import hold_to


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<!-- only a comment -->", ""),
        ("plain &amp; simple&nbsp;text", "plain & simple text"),
        ("<p>one<p>two<br>three", "one\n\ntwo\nthree"),
        ("<h2>Head</h2>text", "## Head\n\ntext"),
        ("a <b>bold </b>word", "a **bold** word"),
        ("<b></b>a<i> </i>b", "a b"),
        ("<a href='https://x.org/a'>site</a>", "[site](https://x.org/a)"),
        ("<a href='https://x.org'>https://x.org</a>", "https://x.org"),
        ("<a href='mailto:a@b.org'>a@b.org</a>", "a@b.org"),
        ("<a href='javascript:x()'>go</a>", "go"),
        ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>", "- a\n- b\n  1. c\n  2. d"),
        ("<blockquote>said<br>twice</blockquote>", "> said\n> twice"),
        ("<pre>  x\n   y</pre>", "```\n  x\n   y\n```"),
        ("<script>if (a<b) '</x>'</script><style>p{}</style>a", "a"),
        ("<head><title>t</title></head>a<template>b</template>", "a"),
        (
            "<table><tr><th>a<th>b|c<tr><td>1<td>2</table>",
            "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |",
        ),
        (
            "<table><tr><td colspan=2>w<td>x<tr><td>1<td>2<td>3</table>",
            "| w |  | x |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
        ),
        ("<table><tr><td>laid<table><tr><td>out</table><td>here</table>", "laid\n\nout\n\nhere"),
        ("<?xml version='1.0'?><html><body>x</body></html>", "x"),
        ("\ud800lone \0zero", "?lone zero"),
    ],
)
def test_a_page_becomes_what_people_see_of_it(html: str, expected: str) -> None:
    assert convert_html(html) == expected


def test_pictures_are_named_where_they_stand() -> None:
    def name_picture(source: str, alt: str) -> str:
        return f"[picture {source}: {alt}]"

    html = "<p>see <img src='cid:a' alt='the  fox'> here<p><img>"
    assert convert_html(html, name_picture) == "see [picture cid:a: the fox] here\n\n[picture : ]"
    assert convert_html("<img src='data:image/png;base64,AAAA'>") == "[picture]"


@pytest.mark.parametrize(
    "bait",
    [
        "<div>" * 100_000,
        "<" * 99_999,
        "&amp" * 50_000,
        "<!--" * 100_000,
        "<p " * 50_000,
        "<table><tr><td>" * 10_000 + "<p>x" * 10_000,
        "<b>" * 50_000 + "x</b>" * 50_000,
        "<ul>" * 10_000 + "<li>x" * 10_000,
        "<blockquote>" * 10_000 + "<p>x" * 3_000,
        "<table>" + "<tr><td colspan=9999>x" * 3_000,
        "</table></ul></b>" * 10_000,
    ],
)
def test_a_page_made_to_hurt_gives_its_words_in_time_that_grows_with_its_length(bait: str) -> None:
    with hold_to(5):
        assert "words" in convert_html(f"words<p>{bait}")
