"""A sentence that was stored, or that another process sends, is read again or dropped."""

from __future__ import annotations

import json

import pytest

from bot.domain.messages import Message, MessageList
from bot.domain.stored_messages import deserialize_message, serialize_message


def test_a_sentence_is_read_again_with_its_values() -> None:
    sentence = Message("{count} page", plural="{count} pages", count=2)
    again = deserialize_message(serialize_message(sentence))
    assert isinstance(again, Message) and (again, again.values) == (sentence, {"count": 2})


@pytest.mark.parametrize("count", ['"x"', "null", "true", "[1]", "1.5"])
def test_a_sentence_whose_number_is_none_is_dropped(count: str) -> None:
    text = f'\x1e{{"sentence":"a","plural":"b","values":{{"count":{count}}}}}'
    assert deserialize_message(text) == ""


def test_sentences_that_unfold_without_end_are_dropped() -> None:
    """A process that a file has taken over may send them."""
    value: object = "x" * 100
    for _ in range(12):
        value = {"sentence": "{a}" * 10, "plural": "", "values": {"a": value}}
    joined = {"parts": ["a"] * 3_000, "with": "b" * 3_000}
    nested: object = "x" * 100_000
    for _ in range(100):
        nested = {"parts": [nested], "with": ""}
    listed = {"sentence": "{a}", "plural": "", "values": {"a": ["x"] * 5_000}}
    for bomb in (value, joined, nested, listed):
        assert deserialize_message(f"\x1e{json.dumps(bomb)}") == ""


def test_a_long_sentence_in_sentences_is_read() -> None:
    table = MessageList(["| a | b |"] * 3_000)
    answer = Message("{table}\n\n{note}", table=table, note=Message("{n:,} rows", n=10**15))
    assert deserialize_message(serialize_message(answer)) == answer
