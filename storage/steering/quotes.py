"""Let questions that quote an edited message quote what it says now: it is not sent as it was.

Such are recipes from its menu, a picture's request that was pressed once more, an answer to the
message alone, and what was pressed under the answers to these. What they said before is cleared
where they are answered.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.answers.steering import MessageEdit
from bot.domain.conversation import Thread
from bot.request.pictures.press_words import write_again
from bot.request.recipes.recipe import quote, split_quote
from storage.deletion import DELETE_SUMMARY
from storage.pictures.rows import PRESS_PREFIX
from storage.queue.merge import set_text
from storage.schema import questions, turns
from storage.steering.answers import rename_pictures
from storage.steering.chains import lock_quoting
from storage.steering.changed_words import note_changed_words

_APART_PREFIX = "apart:"
_IS_TURN = turns.c.id == bindparam("of_turn")
_CLEAR_SHOWN = (
    update(turns)
    .where(_IS_TURN, turns.c.id.in_(select(questions.c.turn_id).where(questions.c.shown)))
    .values(text="", tokens=0)
)
_NOTE_EDIT = update(turns).where(_IS_TURN).values(edited_ts=bindparam("new_ts"))


def renew_quotes(connection: Connection, edit: MessageEdit, *, now: float) -> None:
    """Take the words before `edit` out of all questions that quote the message, by way of others
    as well. An edit that is older than one that was taken changes nothing.

    The message itself need not be stored: a recipe may be asked where Easel has not read it.
    """
    rows = lock_quoting(connection, edit.team, edit.channel, edit.ts)
    with_quote = set[str]()  # the ts of what has the message as a quote within its own words
    for row in rows:
        repeats_all = row.about_ts not in with_quote and _is_repetition(row.event_id or "")
        if not repeats_all:
            with_quote.add(row.ts)
        if row.edited_ts < edit.edited_ts:
            _renew(connection, edit, row, repeats_all=repeats_all, now=now)


def _renew(
    connection: Connection, edit: MessageEdit, row: Any, *, repeats_all: bool, now: float
) -> None:
    place = {"team": edit.team, "channel": edit.channel, "root": row.root, "place": row.place}
    turn = {"of_turn": row.id}
    if row.shown:
        rename_pictures(connection, place, row.id)
    else:
        text = rewrite_quote(row.event_id or "", row.text, edit.text, repeats_all=repeats_all)
        set_text(connection, row.id, text)
        thread = Thread(edit.team, edit.channel, row.root)
        note_changed_words(connection, thread, row.place, now=now)
    connection.execute(_CLEAR_SHOWN, turn)
    connection.execute(_NOTE_EDIT, {**turn, "new_ts": edit.edited_ts})
    connection.execute(DELETE_SUMMARY, {**place, **turn})


def _is_repetition(event_id: str) -> bool:
    """Whether a question says what it quotes, and nothing else."""
    return event_id.startswith((_APART_PREFIX, PRESS_PREFIX))


def rewrite_quote(event_id: str, text: str, message: str, *, repeats_all: bool) -> str:
    """Return the `text` of a question that quotes a message, which says `message` now.

    `repeats_all`: it says what the message says. What goes on with an answer quotes that, and
    stays.
    """
    if repeats_all:
        return write_again(message) if event_id.startswith(PRESS_PREFIX) else message
    own, quoted = split_quote(text)
    return quote(own, message) if quoted else text
