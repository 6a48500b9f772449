"""Says whose turn the files of a question take in the decoders. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.conversation import Person
from bot.domain.questions import Question
from bot.files.sandbox.pool import TaskOwner


def build_owner(question: Question) -> TaskOwner:
    """Return whose turn the question's own files take: they came together, in one message."""
    thread, person = question.thread, build_person_owner(question.asker).person
    return TaskOwner(person, "/".join((thread.team, thread.channel, question.ts, person)))


def build_owner_finder(question: Question) -> Callable[[str], TaskOwner]:
    """Return what tells by the id of a file whose turn it takes."""
    own_ids = {ref.id for ref in question.files}
    own, other = build_owner(question), build_person_owner(question.asker)
    return lambda file_id: own if file_id in own_ids else other


def build_person_owner(asker: Person) -> TaskOwner:
    """Return whose turn other files take: each is read apart, because others may have sent it."""
    return TaskOwner(f"{asker.team}/{asker.id}")
