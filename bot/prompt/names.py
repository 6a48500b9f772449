"""Names the people, channels and groups of a thread for the model, which reads no ids. Pure.

`bot.domain.ports.Directory` knows the names. Stored text keeps ids, summaries too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.questions import Question
from bot.domain.references import (
    UNKNOWN_APP,
    UNKNOWN_CHANNEL,
    UNKNOWN_GROUP,
    UNKNOWN_PERSON,
    list_references,
    mark_literals,
    render_references,
)
from bot.domain.tokens import estimate_tokens

# Authors have room even if messages hold made-up references.
_MAX_IDS, _MAX_REFERENCES, _MAX_IDS_OF_MESSAGE = 500, 200, 50
_FIRST_TS, _LAST_TS = "0", "9"


class _Mention(NamedTuple):
    """An id in a message: its ts, the order in it, and a name that comes with the id."""

    ts: str
    place: int
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The labels by which the model knows people, channels and groups, by id.

    Two of one name have different labels; one without a name is “another person”.
    """

    labels: Mapping[str, str] = field(default_factory=dict)

    def get_label(self, user: str) -> str:
        """Return the label of a person or an app."""
        default = UNKNOWN_APP if user.startswith("B") else UNKNOWN_PERSON
        return self.labels.get(user, f"@{default}")

    def render(self, text: str) -> str:
        """Return `text` with labels in place of ids."""
        return render_references(text, self.labels)

    def render_history(self, history: ThreadHistory) -> ThreadHistory:
        """Return `history` with labels in place of ids, in all its texts, with their tokens."""
        summary = self.render(history.summary)
        is_same = summary == history.summary
        return replace(
            history,
            turns=tuple(self._render_turn(turn) for turn in history.turns),
            retrieved=tuple(self._render_turn(turn) for turn in history.retrieved),
            summary=summary,
            summary_tokens=history.summary_tokens if is_same else estimate_tokens(summary),
        )

    def restore_ids(self, text: str) -> str:
        """Return `text`, which the model wrote, with ids in place of labels, to be stored."""
        text = mark_literals(text)
        forms = {
            label: f"<{'#' if label[0] == '#' else '!subteam^' if id_[0] == 'S' else '@'}{id_}>"
            for id_, label in self.labels.items()
            if not label.startswith((f"@{UNKNOWN_PERSON}", f"@{UNKNOWN_APP}")) and label[0] in "@#"
        }
        if not forms or ("@" not in text and "#" not in text):
            return text
        longest_first = sorted(forms, key=len, reverse=True)
        pattern = "|".join(re.escape(label) for label in longest_first)
        return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: forms[found[0]], text)

    def _render_turn(self, turn: Turn) -> Turn:
        text = self.render(turn.text)
        # A name may be many times as long as its id.
        return turn if text == turn.text else replace(turn, text=text, tokens=estimate_tokens(text))


@dataclass(frozen=True, slots=True)
class NamedHistory:
    """The history of a thread as the model reads it: by `names`, without ids."""

    history: ThreadHistory
    names: Names


@dataclass(frozen=True, slots=True)
class Mentions:
    """The ids that a prompt holds, in the order in which they appeared, with names they carry."""

    carried_names: Mapping[str, str]

    def list_unnamed(self) -> list[str]:
        """Return the ids that have to be looked up.

        A channel always: only the directory knows whether its name may be told here.
        """
        return [id_ for id_, name in self.carried_names.items() if not name or id_[0] in "CGD"]

    def build_names(self, known_names: Mapping[str, str]) -> Names:
        """Return the labels, by `known_names` first.

        Whoever appeared first in the thread keeps the plain name, and the next of that name is
        “(2)”, so a label stays as the thread grows.
        """
        labels, taken = dict[str, str](), set[str]()
        for id_, carried_name in self.carried_names.items():
            name = known_names.get(id_, "")
            if id_[0] in "CGD":
                labels[id_] = f"#{name}" if name else UNKNOWN_CHANNEL
                continue
            name = name or carried_name or _describe_unknown(id_)
            labels[id_] = _choose_free_label(f"@{name}", taken)
        return Names(labels)


def collect_mentions(
    history: ThreadHistory, question: Question | None = None, quotes: Iterable[str] = ()
) -> Mentions:
    """Return the ids of the authors and references of a thread, and of the question in it.

    `quotes` are messages that the question links to.

    At most `_MAX_IDS`: the first, and always those of who asks and of who wrote the question.
    """
    own = () if question is None else (question.writer_id, question.asker.id)
    found = [_Mention(ts, 0, user) for user, ts in history.authors]
    summary_ts = history.turns[0].ts if history.turns else _FIRST_TS
    found += [_Mention(summary_ts, -1, *item) for item in list_references(history.summary)]
    turns = [*history.turns]
    if question is not None:
        turns.append(Turn(Speaker.PERSON, question.ts, question.text, question.writer_id))
    found += [mention for turn in turns for mention in _list_turn_mentions(turn)]
    # Last: they are different ones with each question, and their authors are known already.
    found += [
        mention._replace(ts=_LAST_TS)
        for turn in history.retrieved
        for mention in _list_turn_mentions(turn)
    ]
    found += [_Mention(_LAST_TS, 1, *item) for quote in quotes for item in list_references(quote)]
    return Mentions(_merge_names(sorted(found, key=lambda mention: mention[:2]), own))


def _list_turn_mentions(turn: Turn) -> Iterable[_Mention]:
    if turn.speaker is Speaker.PERSON and turn.user:
        yield _Mention(turn.ts, 0, turn.user)
    for id_, name in list_references(turn.text):
        yield _Mention(turn.ts, 1, id_, name)


def _merge_names(found: Iterable[_Mention], own: Iterable[str]) -> dict[str, str]:
    """Return authors and references, each with the first name that it carries, and `own` ids.

    At most `_MAX_IDS`, and of references `_MAX_REFERENCES`, `_MAX_IDS_OF_MESSAGE` of one message.
    """
    names, counts = dict[str, str](), Counter[str]()
    for mention in found:
        is_reference = mention.place != 0
        if mention.id not in names and is_reference:
            counts.update((mention.ts, ""))
        is_too_many = is_reference and (
            counts[mention.ts] > _MAX_IDS_OF_MESSAGE or counts[""] > _MAX_REFERENCES
        )
        if mention.id in names or (len(names) < _MAX_IDS and not is_too_many):
            names[mention.id] = names.get(mention.id) or mention.name
    for id_ in filter(None, own):
        names.setdefault(id_, "")
    return names


def _describe_unknown(id_: str) -> str:
    return {"B": UNKNOWN_APP, "S": UNKNOWN_GROUP}.get(id_[0], UNKNOWN_PERSON)


def _choose_free_label(label: str, taken: set[str]) -> str:
    """Return `label`, or the first “label (2)” that is not taken; what looks alike is the same."""
    number, chosen = 1, label
    while _normalize_label(chosen) in taken:
        number += 1
        chosen = f"{label} ({number})"
    taken.add(_normalize_label(chosen))
    return chosen


def _normalize_label(label: str) -> str:
    return unicodedata.normalize("NFKC", label).casefold()
