"""Remembers names for a while, and which could not be looked up. Calls nothing."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.safe_text import clean_display_name

MAX_ENTRIES = 10_000
# After this a name is looked up again, and used until the new one is there.
NAME_SECONDS = 6 * 3600.0
# How long nothing is asked again: after a failure that passes, for someone whom Slack does not
# know, and where the app lacks the scope.
FAILURE_SECONDS, UNKNOWN_SECONDS, NO_SCOPE_SECONDS = 60.0, 3600.0, 6 * 3600.0


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name, "" where there is none to be known. `fresh_until` is a time of the cache's clock."""

    name: str = ""
    locale: str = ""
    is_private: bool = False
    fresh_until: float = 0.0


class NameCache:
    """Keeps the `MAX_ENTRIES` names that were used last. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float], *, max_entries: int = MAX_ENTRIES) -> None:
        self._clock = clock
        self._max_entries = max_entries
        self._entries = OrderedDict[str, NameEntry]()
        self._blocked_until = dict[str, float]()  # by method

    def find(self, id_: str) -> NameEntry | None:
        entry = self._entries.get(id_)
        if entry is not None:
            self._entries.move_to_end(id_)
        return entry

    def find_name(self, id_: str, channel: str) -> str:
        """Return the name, "" for an unknown one and for a private channel that is not `channel`.

        People elsewhere may not know that it exists.
        """
        entry = self.find(id_)
        if entry is None or (entry.is_private and id_ != channel):
            return ""
        return entry.name

    def is_lookup_due(self, id_: str, method: str) -> bool:
        """Whether the name of `id_` is not known, or too old, and `method` may be asked for it."""
        now = self._clock()
        entry = self._entries.get(id_)
        is_fresh = entry is not None and entry.fresh_until > now
        return not is_fresh and self._blocked_until.get(method, 0.0) <= now

    def put(self, id_: str, entry: NameEntry) -> None:
        """Keep what Slack says of `id_`; the name is cleaned."""
        seconds = NAME_SECONDS if entry.name else UNKNOWN_SECONDS
        name = clean_display_name(entry.name)
        self._store(id_, replace(entry, name=name, fresh_until=self._clock() + seconds))

    def put_groups(self, handles: Mapping[str, str]) -> None:
        """Keep the groups of the workspace, which Slack lists all at once."""
        for id_, handle in list(handles.items())[: self._max_entries // 2]:
            if id_:
                self.put(id_, NameEntry(handle))
        # One that is not in the list is not asked for again before the list is old.
        self._blocked_until["usergroups.list"] = self._clock() + UNKNOWN_SECONDS

    def put_failure(self, subject: str, id_: str, seconds: float) -> None:
        """Ask nothing more about `subject`, an id or a method, for so long."""
        until = self._clock() + seconds
        if subject != id_:
            self._blocked_until[subject] = until
            return
        self._store(id_, replace(self._entries.get(id_) or NameEntry(), fresh_until=until))

    def _store(self, id_: str, entry: NameEntry) -> None:
        self._entries[id_] = entry
        self._entries.move_to_end(id_)
        while len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)


def build_person_name(candidates: Sequence[str], own_name: str) -> str:
    """Return the first of `candidates` of which something can be seen, or "".

    A person who is called as Easel gets a name that says so.
    """
    cleaned = (clean_display_name(candidate) for candidate in candidates)
    name = next((candidate for candidate in cleaned if candidate), "")
    folded = unicodedata.normalize("NFKC", name).casefold().replace(" ", "")
    return f"{name} (a person)" if folded == own_name.casefold() else name
