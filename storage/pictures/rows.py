"""Read which of the claimed questions were pressed under pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.pictures.presses import PictureAction, PressedPicture
from storage.engine.dialects import match_listed
from storage.pictures.schema import picture_presses as presses

# How the event ids of such questions begin: of others nothing is read.
PRESS_PREFIX = "picture:"
_SELECT = select(presses).where(match_listed(presses.c.question_id, "ids"))


def read_presses(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, PressedPicture]:
    """Return what was pressed, by the id of the question; `rows` are those of questions."""
    ids = [row.id for row in rows if row.event_id.startswith(PRESS_PREFIX)]
    if not ids:
        return {}
    return {
        row.question_id: PressedPicture(
            PictureAction(row.action), row.version, tuple(row.file_ids.split())
        )
        for row in connection.execute(_SELECT, {"ids": ids})
    }
