"""Forget the answers to a deleted question: their words, and the pictures and files in them.

Of an edited one, what was named after its words gets another name, too.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, bindparam, delete, not_, select, update

from bot.domain.conversation import Speaker
from storage.rows import match_thread
from storage.schema import files, questions, sightings, turns

# What tells of a file's content; its working copy is found by one more.
TOLD_VALUES = {"sha256": "", "url": "", "revised_prompt": ""}
FORGOTTEN_VALUES = {"copy_sha256": "", **TOLD_VALUES}
_IS_OF_TURN = files.c.turn_id == bindparam("of_turn")
SELECT_TURN_COPIES = select(files.c.copy_sha256).where(_IS_OF_TURN)
SELECT_TURN_FILES = select(files.c.slack_id).where(_IS_OF_TURN, files.c.slack_id != "").distinct()
# In this message only: the same file may be shared elsewhere.
FORGET_TURN_FILES = update(files).where(_IS_OF_TURN).values(mode="forgotten", **FORGOTTEN_VALUES)
DELETE_TURN_VIEWS = delete(sightings).where(
    match_thread(sightings),
    sightings.c.slack_id.in_(select(files.c.slack_id).where(_IS_OF_TURN)),
)

# The answers to a deleted question, also those that were replaced, say what it asked. The model
# does not read them any more; the words of one that is still being shown are needed for that.
_PLACE_COLUMNS = ("team", "channel", "root", "place")
_of_question = questions.alias("of_question")
_IS_ANSWER = (
    *(turns.c[name] == bindparam(f"of_{name}") for name in _PLACE_COLUMNS),
    turns.c.speaker == Speaker.EASEL.value,
    select(_of_question.c.id).where(_of_question.c.turn_id == bindparam("of_turn")).exists(),
)
_IS_SHOWN = (
    ~select(_of_question.c.id)
    .where(_of_question.c.answer_turn_id == turns.c.id, not_(_of_question.c.shown))
    .exists()
)
_HIDE_ANSWERS = update(turns).where(*_IS_ANSWER, not_(turns.c.is_replaced)).values(is_replaced=True)
_CLEAR_ANSWERS = update(turns).where(*_IS_ANSWER, _IS_SHOWN).values(text="", tokens=0)
_SELECT_SHOWN = select(turns.c.id).where(*_IS_ANSWER, _IS_SHOWN)
_SELECT_NAMED = (
    select(files.c.turn_id, files.c.position, files.c.slack_id, files.c.name, files.c.version)
    .join(turns, turns.c.id == files.c.turn_id)
    .where(*_IS_ANSWER)
)
_RENAME = (
    update(files)
    .where(_IS_OF_TURN, files.c.position == bindparam("of_position"))
    .values(name=bindparam("new_name"), revised_prompt="")
)
_RENAME_VIEWS = (
    update(sightings)
    .where(
        *(sightings.c[name] == bindparam(f"of_{name}") for name in ("team", "channel", "root")),
        sightings.c.slack_id == bindparam("of_file"),
    )
    .values(name=bindparam("new_name"))
)


def forget_words(connection: Connection, place: dict[str, str], turn_id: int) -> bool:
    """Forget what was answered to the question of a turn; `place` names thread and place. Return
    whether the model read any of it until now."""
    values = _build_values(place, turn_id)
    was_read = connection.execute(_HIDE_ANSWERS, values).rowcount > 0
    connection.execute(_CLEAR_ANSWERS, values)
    return was_read


def forget_files(
    connection: Connection, place: dict[str, str], turn_id: int
) -> tuple[set[str], list[str]]:
    """Forget the files of the shown answers to the question of a turn, as `forget_words` does.

    Return the sha256 of their working copies, and their ids.
    """
    copies, file_ids = set[str](), list[str]()
    for answer_id in connection.scalars(_SELECT_SHOWN, _build_values(place, turn_id)).all():
        turn = {"of_turn": answer_id}
        copies |= set(connection.scalars(SELECT_TURN_COPIES, turn).all()) - {""}
        file_ids += connection.scalars(SELECT_TURN_FILES, turn).all()
        connection.execute(FORGET_TURN_FILES, turn)
        connection.execute(DELETE_TURN_VIEWS, {**place, **turn})
    return copies, file_ids


def rename_pictures(
    connection: Connection, place: dict[str, str], turn_id: int, *, with_files: bool = False
) -> None:
    """Name the pictures of a question by their versions alone: their names are of its words, which
    are gone. In Slack a file keeps its name. `with_files`: its other files as well, by their kinds;
    those of an edited question are still found by their names, when others take their place."""
    values = _build_values(place, turn_id)
    for row in connection.execute(_SELECT_NAMED, values).all():
        if not (row.version or with_files):
            continue
        stem = f"picture-v{row.version}" if row.version else "file"
        new = {"new_name": f"{stem}{PurePosixPath(row.name).suffix}"}
        key = {"of_turn": row.turn_id, "of_position": row.position}
        connection.execute(_RENAME, key | new)
        thread = {name: values[name] for name in ("of_team", "of_channel", "of_root")}
        connection.execute(_RENAME_VIEWS, {**thread, "of_file": row.slack_id, **new})


def _build_values(place: dict[str, str], turn_id: int) -> dict[str, Any]:
    return {f"of_{name}": place[name] for name in _PLACE_COLUMNS} | {"of_turn": turn_id}
