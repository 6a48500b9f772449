"""Versions of pictures: numbered, chosen by number or steps, listed, compared and restored."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.support.easel import EaselEnvironment, build_png, list_pictures
from tests.support.files import list_files
from tests.support.marked_pictures import build_photo


async def make_three_versions(easel: EaselEnvironment) -> str:
    root = await easel.ask("draw a red fox")
    await easel.ask("make it grey", thread_ts=root)
    await easel.ask("rotate it", thread_ts=root)
    return root


def list_sent_names(easel: EaselEnvironment) -> list[str]:
    """Return the names of the pictures in the last request."""
    text = easel.get_last_request()["messages"][-1]["content"][0]["text"]
    listed = text.partition("[Pictures, in order: ")[2].partition("]")[0]
    return [part.split(". ", 1)[1].rsplit(" (", 1)[0] for part in listed.split("; ") if part]


async def test_every_picture_has_its_number_in_its_name_and_alt_text(
    easel: EaselEnvironment,
) -> None:
    root = await make_three_versions(easel)
    assert [file.name for file in list_files(easel, root)] == [
        "red-fox-v1.png", "grey-v2.png", "rotate-v3.png",
    ]  # fmt: skip
    assert list_files(easel, root)[1].alt == "Picture v2 made by Easel for: make it grey"
    other = await easel.ask("draw a cat")
    assert list_files(easel, other)[0].name == "cat-v1.png", "another thread counts for itself"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("text", "expected_name"),
    [
        ("make it much darker", "rotate-v3.png"),
        ("go back to v1 and add a frame", "red-fox-v1.png"),
        ("undo, then brighten it", "grey-v2.png"),
        ("two versions back, but blur it", "red-fox-v1.png"),
        ("blur version 2", "grey-v2.png"),
    ],
)
async def test_the_picture_that_is_meant_is_edited(
    easel: EaselEnvironment, text: str, expected_name: str
) -> None:
    root = await make_three_versions(easel)
    await easel.ask(text, thread_ts=root)
    assert (
        list_sent_names(easel) == [expected_name]
        and len(list_pictures(easel.get_last_request())) == 1
    )
    assert list_files(easel, root)[-1].name.endswith("-v4.png")


async def test_it_is_stored_what_a_picture_was_made_of(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    root = await make_three_versions(easel)
    await easel.ask("add a frame in this style to v1", thread_ts=root,
                    files=[("style.png", build_png())])  # fmt: skip
    query = "SELECT version, made_from FROM files WHERE version > 0 ORDER BY version"
    rows = [tuple(row.values()) for row in easel.read_rows(query)]
    assert rows == [(1, ""), (2, "v1"), (3, "v2"), (4, "v1, style.png")]


@pytest.mark.one_engine
async def test_the_history_is_a_contact_sheet_and_costs_nothing(easel: EaselEnvironment) -> None:
    root = await make_three_versions(easel)
    request_count = len(easel.model.requests)
    await easel.ask("history", thread_ts=root)
    *_, listing, shared = easel.list_replies(root)
    assert "3 pictures so far" in listing.text and "**v2** grey-v2.png, from v1" in listing.text
    (sheet,) = shared.files
    with Image.open(io.BytesIO(sheet.data)) as picture:
        assert sheet.name == "history.png" and picture.format == "PNG" and picture.width > 600
    assert len(easel.model.requests) == request_count
    await easel.ask("make it grey", thread_ts=root)
    assert list_files(easel, root)[-1].name == "grey-v4.png", "a sheet is no version"


@pytest.mark.one_engine
async def test_versions_are_compared_side_by_side(easel: EaselEnvironment) -> None:
    root = await make_three_versions(easel)
    await easel.ask("compare v1 and v3", thread_ts=root)
    assert list_files(easel, root)[-1].name == "compare-v1-v3.png"
    with Image.open(io.BytesIO(list_files(easel, root)[-1].data)) as picture:
        assert picture.width > 1.8 * picture.height
    await easel.ask("compare v1 and v9", thread_ts=root)
    assert "There is no v9 in this thread" in easel.list_replies(root)[-1].text
    assert not easel.list_replies(root)[-1].buttons


@pytest.mark.one_engine
async def test_a_thread_without_pictures_says_so(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.ask("history", thread_ts=root)
    assert easel.list_replies(root)[-1].text == "I have made no pictures in this thread yet."


async def test_a_version_whose_copy_is_gone_is_fetched_again(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    root = await make_three_versions(easel)
    for copy in (tmp_path / "data").rglob("blobs/**/*"):
        if copy.is_file():
            copy.unlink()
    await easel.ask("compare v1 and v2", thread_ts=root)
    assert list_files(easel, root)[-1].name == "compare-v1-v2.png"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("text", "name", "width"),
    [
        ("as jpg", "grey-v2.jpg", 1024),
        ("convert v1 to webp at 300 wide", "red-fox-v1-300.webp", 300),
        ("give me v1 as png", "red-fox-v1.png", 1024),
        ("make it 512 wide", None, 0),
        ("send it at 512 pixels wide please", "grey-v2-512.png", 512),
    ],
)
async def test_a_picture_is_converted_here_at_no_cost(
    easel: EaselEnvironment, text: str, name: str | None, width: int
) -> None:
    root = await easel.ask("draw a red fox")
    await easel.ask("make it grey", thread_ts=root)
    requests = len(easel.model.requests)
    await easel.ask(text, thread_ts=root)
    if name is None:
        assert len(easel.model.requests) > requests, "not clearly a conversion: the model is asked"
        return
    assert len(easel.model.requests) == requests
    (file,) = easel.list_replies(root)[-1].files
    with Image.open(io.BytesIO(file.data)) as picture:
        assert (file.name, picture.width) == (name, width)


@pytest.mark.one_engine
async def test_an_uploaded_photo_is_converted_too(easel: EaselEnvironment) -> None:
    root = await easel.ask("as webp", files=[("photo.png", build_png())])
    (file,) = easel.list_replies(root)[-1].files
    assert file.name == "photo.webp" and file.data[8:12] == b"WEBP"
    root = await easel.ask("say hi")
    await easel.ask("as webp", thread_ts=root)
    assert "no picture in this thread" in easel.list_replies(root)[-1].text


async def test_undoing_brings_the_picture_before_back_at_no_cost(easel: EaselEnvironment) -> None:
    root = await make_three_versions(easel)
    await easel.ask("undo", thread_ts=root)
    assert len(easel.model.requests) == 3
    second, third, fourth = list_files(easel, root)[1:]
    assert fourth.data == second.data != third.data and fourth.name.endswith("-v4.png")
    await easel.ask("undo that", thread_ts=root)
    first, fifth = list_files(easel, root)[0], list_files(easel, root)[-1]
    assert fifth.data == first.data, "undoing twice goes two steps"
    await easel.ask("make it grey", thread_ts=root)
    assert list_sent_names(easel) == [fifth.name], "what is changed next is changed from there"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("go back to v1", 0),
        ("back to version 2 please", 1),
        ("two versions back", 0),
        ("go back", 1),
    ],
)
async def test_any_version_can_be_the_newest_again(
    easel: EaselEnvironment, text: str, index: int
) -> None:
    root = await make_three_versions(easel)
    await easel.ask(text, thread_ts=root)
    assert list_files(easel, root)[-1].data == list_files(easel, root)[index].data
    assert len(easel.model.requests) == 3
    (row,) = easel.read_rows("SELECT made_from FROM files WHERE version = 4")
    assert row["made_from"] == f"v{index + 1}"


async def test_there_is_nothing_before_the_first_and_no_version_that_was_not_made(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox")
    await easel.ask("undo", thread_ts=root)
    assert "nothing before v1" in easel.list_replies(root)[-1].text
    await easel.ask("go back to v7", thread_ts=root)
    assert "There is no v7" in easel.list_replies(root)[-1].text
    assert len(easel.model.requests) == 1 and len(list_files(easel, root)) == 1


@pytest.mark.one_engine
@pytest.mark.parametrize("text", ["undo", "rückgängig", "go back to v2"])
async def test_undo_where_nothing_was_said_costs_nothing(
    easel: EaselEnvironment, text: str
) -> None:
    root = await easel.ask(text)
    assert easel.list_replies(root)[-1].text == "I have made no pictures in this thread yet."
    assert not easel.model.requests


@pytest.mark.one_engine
async def test_undo_where_only_words_were_said_is_a_question(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.ask("undo", thread_ts=root)
    assert len(easel.model.requests) == 2


async def test_undoing_the_change_of_a_part_brings_back_what_the_wish_began_with(
    easel: EaselEnvironment,
) -> None:
    photo = build_photo()
    root = await easel.ask("only C2: make it grey", files=[("harbour.png", photo)])
    await easel.ask("undo and tint it red", thread_ts=root)
    assert list_sent_names(easel) == ["harbour.png"]
    requests = len(easel.model.requests)
    await easel.ask("undo", thread_ts=root)
    fourth = list_files(easel, root)[-1]
    assert (fourth.name, fourth.data) == ("harbour-v4.png", photo), "what the last wish began with"
    assert "Back to harbour.png as it was sent, as v4" in easel.list_replies(root)[-2].text
    await easel.ask("undo", thread_ts=root)
    assert "nothing before harbour.png" in easel.list_replies(root)[-1].text
    assert len(easel.model.requests) == requests
