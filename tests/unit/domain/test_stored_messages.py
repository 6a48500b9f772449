"""A sentence that was stored, or that another process sends, is read again or dropped."""

from __future__ import annotations

import pytest

from bot.domain.messages import Message
from bot.domain.stored_messages import deserialize_message, serialize_message


def test_a_sentence_is_read_again_with_its_values() -> None:
    sentence = Message("{count} page", plural="{count} pages", count=2)
    again = deserialize_message(serialize_message(sentence))
    assert isinstance(again, Message) and (again, again.values) == (sentence, {"count": 2})


@pytest.mark.parametrize("count", ['"x"', "null", "true", "[1]", "1.5"])
def test_a_sentence_whose_number_is_none_is_dropped(count: str) -> None:
    text = f'\x1e{{"sentence":"a","plural":"b","values":{{"count":{count}}}}}'
    assert deserialize_message(text) == ""
