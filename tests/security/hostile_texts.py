"""Texts of any length at which a careless reader takes long: each is a pattern's worst case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

TextMaker = Callable[[int], str]


def _repeat(piece: str, *, start: str = "", end: str = "") -> TextMaker:
    return lambda size: start + piece * max((size - len(start) - len(end)) // len(piece), 1) + end


def _number(form: str) -> TextMaker:
    """Return a maker of pieces that all differ: `form` has their number in it."""

    def make(size: int) -> str:
        pieces, length = list[str](), 0
        for number in count(1):
            piece = form.format(n=number)
            length += len(piece)
            if length > size:
                return "".join(pieces)
            pieces.append(piece)
        raise AssertionError

    return make


def _nest(opening: str, closing: str) -> TextMaker:
    def make(size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return opening * depth + closing * depth

    return make


# Each is repeated; what is in braces counts.
_REPEATED = {
    "words": "word ",
    "one long word": "a",
    "blanks": " ",
    "tabs": "\t",
    "line breaks": "\n",
    "carriage returns": "\r",
    "both": "\r\n",
    "mixed line ends": "\n\r\r\n\x0b\x0c\x85\u2028\u2029",
    "quotes": "> ",
    "quotes without a blank": ">",
    "lines of quotes": "> > > a\n",
    "angles": "<",
    "closing angles": "<>",
    "comments": "<!--",
    "closed comments": "<!-- a -->",
    "tags": "<a b='c'>",
    "open tags": "<a b=",
    "tables of HTML": "<table><tr><td>",
    "scripts": "<script>",
    "data addresses": "<img src='data:image/png;base64,AAAA'>",
    "pictures in text": "![a](data:image/png;base64,AAAA)",
    "starts of pictures": "![",
    "ampersands": "&",
    "entities": "&amp;",
    "escaped angles": "&lt;",
    "entities of entities": "&amp;lt;",
    "angles by number": "&#60;",
    "angles with zeros": "&#0000060!",
    "colons": ":",
    "emoji": ":+1::skin-tone-2:",
    "open emoji": ":a",
    "backticks": "`",
    "code": "`a`",
    "code in lines": "`a\n",
    "fences": "```\n",
    "open fences": "\n```a",
    "long fences": "~~~~\n````\n",
    "stars": "*",
    "stars and words": "*a ",
    "all marks": "*_~`",
    "underscores": "_a_",
    "tildes": "~a ",
    "bullets": "- ",
    "lines of bullets": "- a\n",
    "bullet signs": "\u2022 ",
    "numbers of lists": "1. ",
    "headings": "# a\n",
    "pipes": "|",
    "cells": "| a | b |\n",
    "rules": "|-|",
    "lines of rules": "|-|-|\n",
    "open table": "a|",
    "brackets": "[",
    "closing brackets": "]",
    "parentheses": "(",
    "starts of links": "[a](",
    "links": "[ok.org](https://bad.org)",
    "links by name": "[a.bc][1]",
    "definitions": "[a]: https://a.bc\n",
    "links in brackets": "[[a](b)](c)",
    "targets": "](",
    "backslashes": "\\",
    "escapes": "\\[\\*",
    "addresses": "https://a.bc ",
    "long address": "https://a.bc/",
    "hosts": "a.b.",
    "users": "http://a@",
    "links in angles": "<https://a.bc|x>",
    "open links in angles": "<https://a.bc|",
    "people": "<@U0ALEX>",
    "people with names": "<@U0ALEX|a>",
    "open people": "<@U",
    "channels": "<#C0GENERAL|general>",
    "broadcasts": "<!channel> ",
    "dates": "<!date^1700000000^{date}^https://a.bc|x>",
    "at signs": "@",
    "bare calls": "@here ",
    "hidden calls": "<\u200b\u0301!",
    "marks of speakers": "@Boss: yes\n",
    "notes": "[The person agrees]\n",
    "notes in quotes": "> [note\n",
    "file tags": "<file name='a'>\n",
    "braces": "{",
    "array": "[1,",
    "objects": '{"a":',
    "braces of both": "[{",
    "quotation marks": '"',
    "typographic": "\u201c",
    "apostrophes": "'",
    "commas": ",",
    "commas and quotes": '","',
    "semicolons": "a;b\n",
    "values": "a,b,c\n",
    "digits": "9",
    "zeros": "0",
    "decimals": "1.",
    "thousands": "1,000",
    "pages": "pages 1-2,3-4, ",
    "ranges": "1-2,",
    "page of page": "page page ",
    "flags": "--a --b ",
    "hyphens": "-",
    "same flag": "--aspect 16:9 ",
    "same flag open": "--size ",
    "references": "make it like the second one ",
    "versions": "v2 ",
    "go back": "go back to ",
    "aspects": "16:9 ",
    "options in words": "in high quality as a table ",
    "drawing": "draw a draw a ",
    "languages": "auf Deutsch bitte ",
    "combining": "e\u0301",
    "marks alone": "\u0301",
    "joiners": "\u200d",
    "invisible": "\u200b",
    "directions": "\u202e\u2066",
    "emoji of many": "\U0001f468\u200d\U0001f469",
    "variation": "\ufe0f",
    "long letters": "\ufdfa",
    "Hangul": "\u1100\u1161",
    "other digits": "\u0661",
    "wide": "\uff20\uff1a",
    "Chinese": "\u4e2d",
    "diagrams": "graph TD; A-->B;\n",
    "formulas": "$$x_{1",
    "permalinks": "https://a.slack.com/archives/C0GENERAL/p1700000000000001 ",
    "file links": "https://files.slack.com/files/U0ALEX/F1 ",
    "wrong numbers of links": "https://a.slack.com/archives/",
    "nulls": "\x00",
    "control": "\x01\x02\x1b",
    "mail": "a@b.cd ",
    "names of files": "a.png ",
    "dots": ".",
    "question marks": "? ",
    "dashes and words": "a-b-",
    "percent": "%",
    "percents": "%2e",
}  # fmt: skip
HOSTILE_TEXTS: Mapping[str, TextMaker] = {
    **{name: _repeat(piece) for name, piece in _REPEATED.items()},
    "nested brackets": _nest("[", "]"),
    "nested parentheses": _nest("(", ")"),
    "nested links": _nest("[", "](a.bc)"),
    "nested tags": _nest("<b>", "</b>"),
    "nested objects": _nest('{"a":', "}"),
    "nested emphasis": _nest("*_", "_*"),
    "nested quotation": _nest("\u201c", "\u201d"),
    "deep list": lambda size: "".join(
        " " * (n % 400) + "- a\n" for n in range(size // 200)
    ),
    "longer backticks": lambda size: "".join(
        "`" * (n % 40 + 1) + " a " for n in range(size // 23)
    ),
    "different people": _number("<@U{n:08d}> "),
    "different channels": _number("<#C{n:08d}|c{n}> "),
    "different flags": _number("--flag{n} "),
    "different names": _number("[a{n}.bc]: https://a{n}.bc\n"),
    "different ranges": _number("{n}-{n},"),
    "different permalinks": _number("https://a.slack.com/archives/C0GENERAL/p{n:016d} "),
    "different labels": _number("@Name{n}: "),
    "different words": _number("word{n} "),
    "keys": _number('{{"k{n}":'),
    "almost an object": _repeat('"a":1,', start="{"),
    "array of numbers": _repeat("1,", start="[", end="1]"),
    "array of objects": _repeat("{},", start="[", end="{}]"),
    "a number": _repeat("7", start='{"n": ', end="}"),
    "a fraction": _repeat("7", start='{"n": 0.', end="}"),
    "a power": _repeat("9", start='{"n": 1e', end="}"),
    "wide table": _repeat("| a ", end="|\n" + "|-" * 99),
    "wide row": _repeat("a,", end="\n1"),
    "a fence at the end": _repeat("a\n", start="```\n"),
    "a quotation mark at the start": _repeat("a,\n", start='"'),
    "a word with an end": _repeat("a", end="!"),
}  # fmt: skip
