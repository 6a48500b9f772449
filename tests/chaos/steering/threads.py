"""Checks the replies to questions that people steered: how many Slack shows, and what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.queue.steering_notices import NOTHING_TO_STOP_MESSAGE
from handlers.identifiers import STOP_ACTION_ID
from tests.chaos.people import CHANNEL, SentQuestion
from tests.chaos.steering.acts import FOLLOW_UPS, PICTURE_ACTS, STOPS, Act, ActKind
from tests.chaos.steering.checks import find_left_files
from tests.chaos.stored import select_rows

# An answer to the question as it was asked is all that is right.
_PLAIN_KINDS = (
    ActKind.RETRY,
    ActKind.CONTINUE,
    ActKind.COPY,
    ActKind.AGAIN,
    ActKind.VARY,
    ActKind.CONVERT,
    ActKind.FEEDBACK,
)


class SteeredThreads:
    """Checks the threads of a storm in which people did `acts`; none where nobody steered."""

    def __init__(self, acts: Sequence[Act], folder: Path) -> None:
        self._acts = {act.question.ts: act for act in acts}
        # What is pressed there is a question as well, and later than those above it.
        self._pressed_roots = {
            act.question.root for act in acts if act.kind in (*FOLLOW_UPS, *PICTURE_ACTS)
        }
        self._files: Mapping[str, list[str]] = _load_files(folder) if acts else {}

    def is_gone(self, question: SentQuestion) -> bool:
        """Whether a question was deleted, so that nothing has to be stored of it."""
        act = self._acts.get(question.ts)
        return act is not None and act.kind is ActKind.DELETE_QUESTION

    def has_pictures_of_presses(self, questions: Sequence[SentQuestion]) -> bool:
        """Whether more pictures are right in a thread than its questions asked for."""
        acts = [self._acts.get(question.ts) for question in questions]
        return any(act is not None and act.kind in (*_PLAIN_KINDS, *STOPS) for act in acts)

    def is_notice(self, text: str) -> bool:
        """Whether a message answers a stop where nothing is to stop."""
        return bool(self._acts) and text == NOTHING_TO_STOP_MESSAGE.msgid

    def check_files(self, root: str, own: Sequence[PlayedMessage]) -> list[str]:
        """Check that each of Easel's files is in its thread once."""
        if not self._acts:
            return []
        shared = [file.id for message in own for file in message.files]
        return find_left_files(shared, self._files.get(root, []), root)

    def check_replies(
        self,
        question: SentQuestion,
        replies: Sequence[str],
        model: PlayedModel,
        later: Sequence[SentQuestion],
    ) -> list[str] | None:
        """Check the replies to a question; None if they should be those to any other question.

        `later` are the questions after it in its thread.
        """
        act = self._acts.get(question.ts)
        if act is None or act.kind in _PLAIN_KINDS:
            return None
        if act.kind in (ActKind.EDIT, ActKind.REGENERATE):
            is_last = question.root not in self._pressed_roots and is_last_when_acked(act, later)
            texts = _list_right_texts(act, model, is_last=is_last)
            is_right = len(replies) == 1 and replies[0] in texts
            return [] if is_right else [f"{act}: the replies are {[one[:80] for one in replies]}"]
        most = 0 if act.kind is ActKind.DELETE_ANSWER and act.is_promised else 1
        is_right = len(replies) <= most
        return [] if is_right else [f"{act} left {len(replies)} replies: {list(replies)}"]


def _list_right_texts(act: Act, model: PlayedModel, *, is_last: bool) -> set[str]:
    """Return what a question may be answered with that was edited, or whose answer was replaced."""
    old = {answer.text for question, answer in model.answers if question == act.question.text}
    new = {answer.text for question, answer in model.answers if question == act.new_text}
    # An older one is not answered again.
    return new if act.kind is ActKind.EDIT and act.is_promised and is_last else old | new


def is_last_when_acked(act: Act, later: Sequence[SentQuestion]) -> bool:
    """Whether none of the `later` questions of the thread was asked before an act was taken."""
    return act.acked_at is None or not any(float(one.ts) <= act.acked_unix for one in later)


def find_left_stops(slack: PlayedSlack, roots: Sequence[str]) -> list[str]:
    """Return the Stop buttons that are still there, though nothing is answered any more."""
    return [
        f"a Stop button is left in {root}: {message.text[:60]}"
        for root in roots
        for message in slack.list_replies(CHANNEL, root)
        if any(button["action_id"] == STOP_ACTION_ID for button in message.buttons)
    ]


def _load_files(folder: Path) -> Mapping[str, list[str]]:
    files: dict[str, list[str]] = defaultdict(list)
    query = (
        "SELECT t.root, f.slack_id FROM files f JOIN turns t ON t.id = f.turn_id"
        " WHERE t.speaker = 'easel' AND f.slack_id != ''"
    )
    for root, slack_id in select_rows(folder, query):
        files[root].append(slack_id)
    return files
