"""Read answers: those of a thread that stand, and all that a question ever had."""

from __future__ import annotations

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    not_,
    select,
)

from bot.domain.conversation import Speaker, Thread
from storage.engine.dialects import TEXT
from storage.rows import build_thread_key, match_thread
from storage.schema import files, questions, turns

# Also of answers to later questions: one that is answered again comes after them.
NEWEST_VERSION = (
    select(func.max(files.c.version))
    .join(turns, turns.c.id == files.c.turn_id)
    .where(match_thread(turns))
    .scalar_subquery()
)
# Whether a turn is one of the answers to a question. Those that were replaced are under the ts of
# the question, with a number behind "/", which is the character before "0".
IS_ANSWER_TO = and_(
    turns.c.team == questions.c.team,
    turns.c.channel == questions.c.channel,
    turns.c.ts >= questions.c.ts,
    turns.c.ts < questions.c.ts.concat("0"),
    turns.c.speaker == Speaker.EASEL.value,
)
_source = files.alias("source")
# A picture that the model drew. One with its surroundings put back is made here, for nothing, of
# another of the same answer.
IS_DRAWN = and_(
    files.c.version > 0,
    ~exists(
        select(_source.c.turn_id).where(
            _source.c.turn_id == files.c.turn_id,
            _source.c.version > 0,
            files.c.made_from == literal_column("'v'").concat(cast(_source.c.version, TEXT)),
        )
    ),
)
_IS_ANSWER = and_(
    match_thread(turns), turns.c.speaker == Speaker.EASEL.value, not_(turns.c.is_replaced)
)
_COUNT_ANSWERS = select(func.count()).select_from(turns).where(_IS_ANSWER)
_SELECT_ANSWER = select(turns.c.text).where(_IS_ANSWER, turns.c.ts == bindparam("question_ts"))
_SELECT_LAST_ANSWER = (
    select(turns.c.text)
    .where(_IS_ANSWER, turns.c.place < bindparam("before"), turns.c.text != "")
    .order_by(turns.c.place.desc(), turns.c.id.desc())
    .limit(1)
)


def count_answers(connection: Connection, thread: Thread) -> int:
    """Return how many answers the thread holds."""
    return connection.scalar(_COUNT_ANSWERS, build_thread_key(thread)) or 0


def find_answer(
    connection: Connection, thread: Thread, *, before: str, question_ts: str = ""
) -> str:
    """Return the words of an answer: as `ConversationStore.find_answer`."""
    statement = _SELECT_ANSWER if question_ts else _SELECT_LAST_ANSWER
    times = {"question_ts": question_ts} if question_ts else {"before": before}
    return connection.scalar(statement, build_thread_key(thread) | times) or ""
