"""Each example of help is read in every language as it is read in English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.commands import help as help_command
from bot.domain.files import FileRef
from bot.domain.messages import Message, render
from bot.i18n.catalog import list_languages
from bot.i18n.language import guess_language
from bot.request.parse import ParsedRequest, parse_request

VERSIONS = [FileRef(f"F{n}", "a.png", "image/png", 1, version=n) for n in (1, 2)]


def list_examples() -> Iterator[Message]:
    """Yield the messages that help gives as examples anywhere, each once."""
    lines = (
        *help_command._list_general_examples(can_draw=True),
        *help_command._list_picture_examples(VERSIONS, can_draw=True),
        *help_command._SUMMARIZE,
    )
    seen = set[str]()
    for line in lines:
        example = line.values["example"]
        assert isinstance(example, Message)
        if example not in seen:
            seen.add(example)
            yield example


def describe(request: ParsedRequest) -> tuple[object, ...]:
    """Return what a message asks for, whatever its words are."""
    return (request.command, request.recipe, request.options, request.wants_picture,
            request.flag_error)  # fmt: skip


@pytest.mark.parametrize("language", list_languages()[1:])
@pytest.mark.parametrize("example", [*list_examples()], ids=str)
def test_an_example_means_the_same_in_each_language(example: Message, language: str) -> None:
    translated = render(example, language)
    assert translated != str(example)
    assert describe(parse_request(translated)) == describe(parse_request(str(example)))


@pytest.mark.parametrize("language", list_languages()[1:])
def test_who_types_an_example_is_answered_in_its_language(language: str) -> None:
    examples = [render(example, language) for example in list_examples()]
    assert [one for one in examples if guess_language(one) != language] == []
