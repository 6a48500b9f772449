"""Every event that reports a deletion is parsed as one, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.parsing.deletions import Deletion, parse_deletion


def build_body(**event: Any) -> dict[str, Any]:
    return {"team_id": "T1", "event": event}


def test_a_deleted_file_is_known_by_its_id() -> None:
    assert parse_deletion(build_body(type="file_deleted", file_id="F1")) == Deletion(("F1",))


def test_a_deleted_message_is_known_by_its_place() -> None:
    event = build_body(
        type="message", subtype="message_deleted", channel="C1", deleted_ts="1.2", ts="9.9"
    )
    assert parse_deletion(event) == Deletion((), "T1", "C1", "1.2")


def test_a_deleted_root_with_replies_is_a_stone_in_its_place() -> None:
    stone = {"subtype": "tombstone", "ts": "1.2", "user": "USLACKBOT"}
    event = build_body(
        type="message", subtype="message_changed", channel="C1", ts="9.9", message=stone
    )
    assert parse_deletion(event) == Deletion((), "T1", "C1", "1.2")


def test_a_message_that_lost_a_file_tells_which() -> None:
    files = [{"id": "F1", "mode": "tombstone"}, {"id": "F2", "mode": "hosted"}]
    event = build_body(
        type="message", subtype="message_changed", channel="C1", message={"files": files}
    )
    assert parse_deletion(event) == Deletion(("F1",))


def test_an_edit_deletes_nothing() -> None:
    event = build_body(
        type="message", subtype="message_changed", channel="C1", message={"text": "x"}
    )
    assert parse_deletion(event) == Deletion()


ODD_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["message", "file_deleted"]) | ODD_VALUES,
            "subtype": st.sampled_from(["message_deleted", "message_changed"]) | ODD_VALUES,
            "channel": ODD_VALUES,
            "deleted_ts": ODD_VALUES,
            "file_id": ODD_VALUES,
            "message": ODD_VALUES,
        },
    )
)
def test_nothing_odd_is_taken_for_a_deletion_of_everything(event: dict[str, Any]) -> None:
    deletion = parse_deletion({"team_id": "T1", "event": event})
    assert all(file_id.isascii() for file_id in deletion.files)
    assert len(deletion.files) <= 1 and len(deletion.ts) <= 100


@pytest.mark.parametrize("odd", [{}, {"event": None}, {"event": []}, {"event": "deleted"}])
def test_a_body_without_an_event_deletes_nothing(odd: dict[str, Any]) -> None:
    assert parse_deletion(odd) == Deletion()
