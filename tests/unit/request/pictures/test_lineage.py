"""Which picture stood before another: what a wish began with, and no drawing on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.files import FileRef
from bot.request.pictures.lineage import find_before, find_current, get_name


def sent(name: str, mimetype: str = "image/jpeg", mode: str = "hosted") -> FileRef:
    return FileRef(f"F-{name}", name, mimetype, mode=mode)


def made(version: int, made_from: str, words: str, answer: int) -> FileRef:
    name = f"p-v{version}.png"
    return FileRef(
        f"F{version}", name, "image/png", version=version, made_from=made_from,
        request_text=words, answer_id=answer,
    )  # fmt: skip


HARBOUR = sent("harbour.jpg")
PART = "only D2: turn it orange"
FOX = made(1, "", "draw a fox", 1)
ONE_PART = (made(2, "v1", PART, 2), made(3, "v2", PART, 2))


@pytest.mark.parametrize(
    ("files", "steps", "name"),
    [
        ([HARBOUR, made(1, "harbour.jpg", PART, 1), made(2, "v1", PART, 1)], 1, "harbour.jpg"),
        ([FOX, *ONE_PART], 1, "v1"),
        ([FOX, *ONE_PART, made(4, "v3", "warmer", 3)], 1, "v3"),
        ([FOX, *ONE_PART, made(4, "v3", "warmer", 3)], 2, "v1"),
        ([FOX, *ONE_PART, made(4, "v3", PART, 3), made(5, "v4", PART, 3)], 1, "v3"),
        ([FOX, *ONE_PART, made(4, "v2", "go back to v2", 3)], 1, "v1"),
        ([FOX, *ONE_PART, made(4, "v1", "undo", 3), made(5, "v4", "warmer", 4)], 1, "v4"),
        ([FOX, made(2, "v1", "warmer", 2), made(3, "v2", "warmer", 3)], 1, "v2"),
        ([HARBOUR, made(1, "harbour.jpg", "crop to 16:9", 1)], 1, "harbour.jpg"),
        ([FOX, HARBOUR, made(2, "harbour.jpg", "make it grey", 2)], 1, "harbour.jpg"),
        ([FOX, HARBOUR, made(2, "harbour.jpg", "draw a cat like this", 2)], 1, "v1"),
        ([FOX, HARBOUR, made(2, "v1, harbour.jpg", "in this style", 2)], 1, "v1"),
        ([FOX, HARBOUR, made(2, "harbour.jpg", "make it grey", 2)], 2, "v1"),
        ([FOX, HARBOUR, made(2, "v1", "make it grey", 2)], 1, "v1"),
        ([FOX, made(2, "v1", "warmer", 2)], 9, "v1"),
    ],
)
def test_what_stood_before_is_gone_back_to(files: Sequence[FileRef], steps: int, name: str) -> None:
    assert [get_name(one) for one in find_before(files, steps)] == [name]


LOGO = sent("logo.png", "image/png")
BOTH = "make all of them 800 px wide"
GROUP = [HARBOUR, LOGO, made(1, "harbour.jpg", BOTH, 1), made(2, "logo.png", BOTH, 1)]
FLIPPED = [made(3, "v1", "flip v1 and v2", 2), made(4, "v2", "flip v1 and v2", 2)]
THREE = [made(number, "v1", "three variations of it", 2) for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("files", "steps", "names"),
    [
        (GROUP, 1, ["harbour.jpg", "logo.png"]),
        ([*GROUP, *FLIPPED], 1, ["v1", "v2"]),
        ([*GROUP, *FLIPPED], 2, ["harbour.jpg", "logo.png"]),
        ([*GROUP, *FLIPPED], 9, ["harbour.jpg", "logo.png"]),
        ([*GROUP, *FLIPPED, made(5, "v1", "undo", 3), made(6, "v2", "undo", 3)], 1,
         ["harbour.jpg", "logo.png"]),
        ([FOX, *THREE], 1, ["v1"]),
        ([FOX, *THREE, made(5, "v3", "bluer", 3)], 1, ["v3"]),
        ([FOX, *THREE, made(5, "v3", "bluer", 3)], 2, ["v1"]),
        ([FOX, *(made(number, "", "draw three cats", 2) for number in (2, 3, 4))], 1, ["v1"]),
        ([FOX, *THREE, made(5, "", "draw a dog", 3)], 1, ["v2", "v3", "v4"]),
        ([FOX, *ONE_PART, made(4, "v3", PART, 3), made(5, "v4", PART, 3), made(6, "v3", PART, 3),
          made(7, "v6", PART, 3)], 1, ["v3"]),
    ],
)  # fmt: skip
def test_all_that_one_answer_changed_is_taken_back(
    files: Sequence[FileRef], steps: int, names: Sequence[str]
) -> None:
    assert [get_name(one) for one in find_before(files, steps)] == names


PIER = sent("pier.jpg")
SQUARE, GREY = made(3, "v1", "crop v1 to a square", 2), made(3, "pier.jpg", "make it grey", 2)
ONE_BY_ONE = [
    HARBOUR, LOGO, made(1, "harbour.jpg", "flip harbour.jpg", 1), made(2, "logo.png", "flip it", 2)
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([*GROUP, SQUARE], ["v1", "harbour.jpg logo.png"]),
        ([*GROUP, made(3, "v2", "crop v2 to a square", 2)], ["v2", "harbour.jpg logo.png"]),
        ([*GROUP, PIER, GREY], ["pier.jpg", "v1 v2", "harbour.jpg logo.png"]),
        (ONE_BY_ONE, ["logo.png", "harbour.jpg"]),
        ([*ONE_BY_ONE, made(3, "v1", "flip v1", 3)], ["v1", "harbour.jpg"]),
        ([HARBOUR, LOGO, PIER, *GROUP[2:], made(3, "pier.jpg", BOTH, 1), made(4, "v1", "flip", 2)],
         ["v1", "harbour.jpg logo.png pier.jpg"]),
        ([LOGO, FOX, made(2, "v1", "flip v1 and logo.png", 2),
          made(3, "logo.png", "flip v1 and logo.png", 2)], ["v1 logo.png"]),
        ([HARBOUR, made(1, "harbour.jpg", "warmer", 1), made(2, "", "warmer", 1)], ["harbour.jpg"]),
        ([*GROUP, made(3, "", "draw a dog", 2)], ["v1 v2", "harbour.jpg logo.png"]),
    ],
)  # fmt: skip
def test_each_undo_takes_back_the_answer_of_what_stands(
    files: Sequence[FileRef], expected: Sequence[str]
) -> None:
    thread, found = list(files), list[str]()
    # What is undone at once, and one by one: each time what was brought back stands in the thread.
    for steps in range(1, len(expected) + 1):
        before = find_before(files, steps)
        assert " ".join(map(get_name, before)) == expected[steps - 1]
        again = find_before(thread, 1)
        found.append(" ".join(map(get_name, again)))
        first, answer = 1 + max(ref.version for ref in thread), 10 + steps
        thread += [made(first + n, get_name(ref), "undo", answer) for n, ref in enumerate(again)]
    assert found == expected
    assert find_before(thread, 1) == ()


PASTED = [replace(sent("image.png", "image/png"), id=f"F-image-{number}") for number in range(3)]


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ([*PASTED[:2], made(1, "image.png", "flip all of them", 1),
          made(2, "image.png", "flip all of them", 1)], [0, 1]),
        # The two that came together last.
        ([*PASTED, made(1, "image.png", "flip all of them", 1),
          made(2, "image.png", "flip all of them", 1)], [1, 2]),
        # What came later is not what a version was made of.
        ([*PASTED[:2], made(1, "image.png", "flip all of them", 1),
          made(2, "image.png", "flip all of them", 1), PASTED[2]], [0, 1]),
        ([*PASTED, made(1, "image.png", "flip it", 1)], [2]),
        ([*PASTED, made(1, "image.png", "flip the first picture", 1)], [0]),
        ([*PASTED, made(1, "image.png", "crop the second image.png to a square", 1)], [1]),
        ([*PASTED[:2], made(1, "image.png", "two variations of it", 1),
          made(2, "image.png", "two variations of it", 1)], [1]),
    ],
)  # fmt: skip
def test_of_files_of_one_name_those_come_back_that_were_changed(
    files: Sequence[FileRef], places: Sequence[int]
) -> None:
    assert list(find_before(files, 1)) == [PASTED[place] for place in places]


@pytest.mark.parametrize(
    "files",
    [
        [],
        [FOX],
        [HARBOUR],
        [sent("a.heic", "image/heic"), made(1, "a.heic", "make it grey", 1)],
        [sent("a.png", "image/png", "tombstone"), made(1, "a.png", "make it grey", 1)],
        [FOX, *ONE_PART, made(4, "v1", "undo", 3)],
        [made(number, "", "draw three cats", 1) for number in (1, 2, 3)],
        [*GROUP, made(3, "harbour.jpg", "undo", 2), made(4, "logo.png", "undo", 2)],
        [HARBOUR, made(1, "harbour.jpg", "grey", 1), made(2, "harbour.jpg", "rückgängig", 2)],
    ],
    ids=[
        "none",
        "first",
        "only sent",
        "not shown",
        "gone",
        "undone",
        "variations",
        "undone to several",
        "undone to what was sent",
    ],
)
def test_nothing_stands_before(files: Sequence[FileRef]) -> None:
    assert find_before(files, 1) == ()


def test_what_was_brought_back_is_where_it_stood() -> None:
    files = [HARBOUR, made(1, "harbour.jpg", "make it grey", 1), made(2, "harbour.jpg", "undo", 2)]
    assert find_current(files) is HARBOUR
