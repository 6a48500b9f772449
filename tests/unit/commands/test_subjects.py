"""Which picture a name or a position means, where several files are called the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.commands.subjects import choose_called
from bot.domain.conversation import Speaker, Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef

OLD, FIRST, SECOND = (FileRef(f"F-{number}", "image.png", "image/png") for number in range(3))


def choose(own: Sequence[FileRef], position: int | None) -> FileRef:
    turns = [
        Turn(Speaker.PERSON, "1.0", "", files=(OLD,)),
        Turn(Speaker.PERSON, "2.0", "", files=tuple(own)),
    ]
    return choose_called("image.png", [OLD, *own], turns, position)


@pytest.mark.parametrize(
    ("own", "position", "expected"),
    [
        ([FIRST, SECOND], 0, FIRST),
        ([FIRST, SECOND], 1, SECOND),
        ([FIRST, SECOND], -1, SECOND),
        ([FIRST], None, FIRST),
        ([FIRST], 0, OLD),
        ([FIRST], 1, FIRST),
        ([], 0, OLD),
    ],
)
def test_a_position_is_counted_among_those_that_came_with_the_message(
    own: Sequence[FileRef], position: int | None, expected: FileRef
) -> None:
    assert choose(own, position) is expected


def test_of_several_that_came_together_one_has_to_be_told() -> None:
    with pytest.raises(UserError):
        choose([FIRST, SECOND], None)


def test_the_end_of_a_name_calls_only_what_the_message_names_whole() -> None:
    big = FileRef("F-7", "big photo.png", "image/png")
    whole = Turn(Speaker.PERSON, "1.0", "flip Big Photo.png please")
    assert choose_called("photo.png", [big], [whole]) is big
    with pytest.raises(UserError, match="no picture of that name"):
        choose_called("photo.png", [big], [Turn(Speaker.PERSON, "1.0", "flip photo.png")])
