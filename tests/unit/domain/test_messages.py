"""Sentences that keep their values apart."""

from __future__ import annotations

import copy
import pickle

import pytest

from bot.domain.messages import Message


def test_a_sentence_is_text_and_keeps_its_template_and_values() -> None:
    message = Message("{name} has {count:,} pages.", name="a{b}.pdf", count=1_200)
    assert message == "a{b}.pdf has 1,200 pages." and isinstance(message, str)
    assert message.msgid == "{name} has {count:,} pages."
    assert message.values == {"name": "a{b}.pdf", "count": 1_200}


@pytest.mark.parametrize(("count", "text"), [(1, "One file."), (0, "0 files."), (3, "3 files.")])
def test_a_number_decides_the_form(count: int, text: str) -> None:
    assert Message("One file.", plural="{count} files.", count=count) == text


def test_a_value_that_is_missing_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        Message("{name} is gone.")


def test_copies_keep_everything_whatever_the_values_hold() -> None:
    message = Message("{name} is gone.", name="{odd}")
    for twin in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert twin == message and twin.msgid == message.msgid and twin.values == message.values
