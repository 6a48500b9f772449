"""What belongs to a question besides its words: files, as they were read, and what of them is sent.

Pure data; what goes in is decided in `bot.asking`, how the model is told in `prompt.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.exchange import Attachment, Document, Reading


@dataclass(frozen=True, slots=True)
class Material:
    """What belongs to a question besides its words.

    `sent` and `documents` are its own files, `remembered` and `passages` earlier ones of the
    thread, oldest first; of `passages` only the pages that matter, of the files `earlier`.
    `readings` are all files that
    were read, by their Slack ids; `pointed` tells of pictures that were drawn on; `told` are
    sentences for the person.
    """

    sent: tuple[Attachment, ...] = ()
    remembered: tuple[Attachment, ...] = ()
    documents: tuple[Document, ...] = ()
    passages: tuple[Passages, ...] = ()
    earlier: tuple[Document, ...] = ()
    unread: tuple[Unread, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    pointed: tuple[Pointed, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and the sentence for the person."""

    file: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Pointed:
    """A picture that is `base` with marks on it, in the box left, top, right, bottom (shares)."""

    marked: str
    base: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Passages:
    """Some pages of a document of `count`, by their numbers from 1; `file` is its Slack id.

    `tokens` are about what they take.
    """

    name: str
    count: int
    pages: tuple[tuple[int, str], ...] = field(repr=False)
    file: str = ""
    tokens: int = 0
