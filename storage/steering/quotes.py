"""Let questions that quote an edited message quote what it says now: it is not sent as it was.

Such are recipes from its menu, a picture's request that was pressed once more, and an answer to the
message alone. What they said before is cleared where they are answered.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.answers.steering import MessageEdit
from bot.request.pictures.press_words import write_again
from bot.request.recipes.recipe import quote, split_quote
from storage.pictures.rows import PRESS_PREFIX
from storage.queue.merge import set_text
from storage.schema import questions, turns
from storage.steering.answers import rename_pictures

_IS_QUOTE = (
    turns.c.team == bindparam("of_team"),
    turns.c.channel == bindparam("of_channel"),
    turns.c.about_ts == bindparam("of_ts"),
)
_CLEAR_SHOWN = (
    update(turns)
    .where(*_IS_QUOTE, turns.c.id.in_(select(questions.c.turn_id).where(questions.c.shown)))
    .values(text="", tokens=0)
)
_SELECT_QUOTES = (
    select(
        turns.c.id,
        turns.c.root,
        turns.c.place,
        turns.c.text,
        questions.c.event_id,
        questions.c.shown,
    )
    .join(questions, questions.c.turn_id == turns.c.id)
    .where(*_IS_QUOTE)
)


def renew_quotes(connection: Connection, edit: MessageEdit) -> None:
    """Take the words before `edit` out of all questions that quote the message."""
    key = {"of_team": edit.team, "of_channel": edit.channel, "of_ts": edit.ts}
    for row in connection.execute(_SELECT_QUOTES, key).all():
        place = {"team": edit.team, "channel": edit.channel, "root": row.root, "place": row.place}
        if row.shown:
            rename_pictures(connection, place, row.id)
        else:
            set_text(connection, row.id, rewrite_quote(row.event_id, row.text, edit.text))
    connection.execute(_CLEAR_SHOWN, key)


def rewrite_quote(event_id: str, text: str, message: str) -> str:
    """Return the `text` of a question that quotes a message, which says `message` now.

    What goes on with an answer quotes that, and stays.
    """
    if event_id.startswith("apart:"):
        return message
    if event_id.startswith(PRESS_PREFIX):
        return write_again(message)
    own, quoted = split_quote(text)
    return quote(own, message) if quoted else text
