"""Which pictures a change is about, and what the newest were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.commands.changes.choosing import (
    MAX_PICTURES,
    choose_pictures,
    find_paged,
    find_source,
    is_sent,
)
from bot.commands.subjects import choose_called
from bot.domain.errors import UserError
from bot.domain.files import FileRef
from bot.domain.pictures.operations import EditPicture, Operation, OperationKind
from bot.request.pictures.lineage import find_original

DOUBLE = (Operation(OperationKind.RESIZE, percent=200),)
FLIP = (Operation(OperationKind.FLIP),)
ALL = EditPicture(FLIP, is_all=True)


def build_sent(name: str) -> FileRef:
    return FileRef(f"F-{name}", name, mimetype="image/png")


def build_made(version: int, made_from: str, request: str) -> FileRef:
    return replace(
        build_sent(f"p-v{version}.png"), version=version, made_from=made_from, request_text=request
    )


PHOTO = build_sent("photo.png")
CHAIN = [PHOTO, build_made(1, "photo.png", "resize to 200 %"), build_made(2, "v1", "flip it")]


def name(pictures: Sequence[FileRef]) -> list[str]:
    return [one.name for one in pictures]


def test_what_enlarges_once_more_begins_with_the_original() -> None:
    source = find_source(CHAIN[2], CHAIN, DOUBLE)
    assert (source.ref, source.earlier) == (PHOTO, DOUBLE + FLIP)
    assert find_source(CHAIN[2], CHAIN, FLIP).ref == CHAIN[2], "nothing is enlarged"
    only_flipped = [PHOTO, build_made(1, "photo.png", "flip it")]
    assert find_source(only_flipped[1], only_flipped, DOUBLE).ref == only_flipped[1]


@pytest.mark.parametrize(
    "chain",
    [
        [build_made(1, "", "draw a fox in 4k"), build_made(2, "v1", "give it a hat")],
        [PHOTO, PHOTO, build_made(1, "photo.png", "resize to 200 %")],
        [PHOTO, build_made(1, "gone.png", "resize to 200 %")],
        [PHOTO, build_made(1, "photo.png", "resize to 200 %, under 1 MB")],
    ],
    ids=["drawn", "two of that name", "gone", "made small"],
)
def test_where_the_original_is_not_known_for_sure_the_version_counts(chain: list[FileRef]) -> None:
    assert find_source(chain[-1], chain, DOUBLE).ref == chain[-1]


SCAN = build_sent("scan.tiff")
SECOND_PAGE = build_made(1, "scan.tiff", "page 2 as png")


@pytest.mark.parametrize(
    ("pictures", "command", "expected"),
    [
        ([SCAN, SECOND_PAGE], EditPicture(FLIP, page=3), "scan.tiff"),
        (
            [SCAN, SECOND_PAGE, build_made(2, "v1", "flip it")],
            EditPicture(FLIP, page=-1),
            "scan.tiff",
        ),
        ([SCAN, SECOND_PAGE], EditPicture(FLIP), "p-v1.png"),
        ([SCAN, PHOTO], EditPicture(FLIP, page=2), "photo.png"),
        ([SCAN, PHOTO], EditPicture(FLIP, page=2, names=("photo.png",)), "photo.png"),
        (
            [SCAN, SECOND_PAGE, build_made(2, "", "draw a fox")],
            EditPicture(FLIP, page=2),
            "p-v2.png",
        ),
    ],
)
def test_what_was_made_of_a_page_stands_for_its_file(
    pictures: Sequence[FileRef], command: EditPicture, expected: str
) -> None:
    assert name(find_paged(command, pictures[-1:], pictures)) == [expected]


def test_what_was_made_of_several_has_no_one_original() -> None:
    sent = [build_sent("a.png"), build_sent("b.png")]
    made = [build_made(n, one.name, "resize both to 200 %") for n, one in enumerate(sent, 1)]
    assert [find_original(one, [*sent, *made]) for one in made] == sent
    joined = build_made(3, "a.png, b.png", "combine both")
    assert find_original(joined, [*sent, *made, joined]) is None


def test_a_picture_was_sent_whatever_was_done_to_it_here_since() -> None:
    assert is_sent(PHOTO, CHAIN) and is_sent(CHAIN[2], CHAIN)
    changed = [*CHAIN, build_made(3, "v2", "give him a hat"), build_made(4, "v3", "flip it")]
    assert not is_sent(changed[3], changed) and not is_sent(changed[4], changed)
    circle = [build_made(1, "v2", "flip it"), build_made(2, "v1", "flip it")]
    assert not is_sent(circle[0], circle)


def test_all_are_those_that_come_with_the_message_else_all_there_are() -> None:
    older, own = [build_sent("a.png"), build_sent("b.png")], [build_sent("c.png")]
    assert name(choose_pictures(ALL, older, [*own, *older], [])) == ["a.png", "b.png"]
    assert name(choose_pictures(ALL, own, [*older, *own], [])) == ["a.png", "b.png", "c.png"]
    assert name(choose_pictures(EditPicture(FLIP), (), CHAIN, [])) == ["p-v2.png"]
    named = EditPicture(FLIP, versions=(2, 1, 2))
    assert name(choose_pictures(named, (), CHAIN, [])) == ["p-v2.png", "p-v1.png"]


def test_both_are_two_and_too_many_are_said() -> None:
    many = [build_sent(f"{number}.png") for number in range(MAX_PICTURES + 1)]
    with pytest.raises(UserError) as error:
        choose_pictures(ALL, many, many, [])
    assert "up to 10 pictures at once, and there are 11" in str(error.value.user_message)
    with pytest.raises(UserError) as error:
        choose_pictures(replace(ALL, is_pair=True), many[:3], many, [])
    assert "I see 3 pictures here" in str(error.value.user_message)
    with pytest.raises(UserError):
        choose_pictures(EditPicture(FLIP, versions=(1, 7)), (), CHAIN, [])


@pytest.mark.parametrize("typed", ["\u200bphoto.png", "\ufeffphoto.png", " photo.png"])
def test_signs_that_are_not_seen_are_no_part_of_a_name(typed: str) -> None:
    assert choose_called(typed, CHAIN, ()) == PHOTO
