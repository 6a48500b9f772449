"""Values of questions that people ask by a form, and that Easel posts in their name. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger


@dataclass(frozen=True, slots=True)
class PendingAsk:
    """A question that is about to be posted in `channel`, or is and not stored.

    `id` is the same however often the form is sent as it is; with other words, or for another
    place, it is another question. `words` are those of the person as they are read. It was not
    posted before the ts `since`.
    """

    id: str
    person: Person
    channel: str
    words: str
    since: str

    def build_question(self, thread: Thread) -> IncomingMessage:
        """Return the question, which begins `thread` with Easel's own message: it is asked by the
        person."""
        return IncomingMessage(
            event_id=f"ask:{self.id}",
            thread=thread,
            ts=thread.root,
            sender=self.person,
            text=self.words,
            trigger=Trigger.DIRECT if thread.is_direct else Trigger.MENTION,
        )
