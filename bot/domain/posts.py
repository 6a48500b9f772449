"""Values of Easel's own posts in Slack: their metadata, controls and files. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.pictures.presses import PictureMenu
from bot.domain.safe_text import SafeText
from bot.i18n.catalog import ENGLISH


class Button(StrEnum):
    """A button under a message of a reply."""

    RETRY = "retry"
    GO_ON = "go_on"  # answer, although something has to be left out
    WITHOUT = "without"  # answer again, without what was taken along
    REGENERATE = "regenerate"  # answer again, in the same messages
    CONTINUE = "continue"  # go on where the answer was cut
    STOP = "stop"  # end the answer in progress
    DELETE = "delete"  # delete the answer, whose question is deleted


class MenuEntry(StrEnum):
    """An entry of the menu next to the buttons. Its name is the word that a press of it says."""

    COPY = "copy"  # as a Markdown file
    EARLIER = "earlier"  # show the answer that this one has replaced
    SEEN = "seen"  # what the model was shown of files
    COST = "cost"
    QUIET = "quiet"  # set when Easel answers in this thread and channel


@dataclass(frozen=True, slots=True)
class ButtonCost:
    """What a press of a button will likely cost, in US dollars; `is_dear`: it is asked first."""

    button: Button
    cost: Decimal
    is_dear: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """The row under an answer: at most four buttons, a menu of at most five entries, feedback.

    `version` counts the answers to its question: a press names the one that it is about.
    `pictures` are the menus of a message that holds nothing else. `costs` are those of the buttons
    that draw.
    """

    buttons: tuple[Button, ...] = ()
    has_feedback: bool = False
    version: int = 1
    menu: tuple[MenuEntry, ...] = ()
    pictures: tuple[PictureMenu, ...] = ()
    costs: tuple[ButtonCost, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.buttons or self.menu or self.has_feedback or self.pictures)


@dataclass(frozen=True, slots=True)
class PostMetadata:
    """What a message carries in addition to its text: the question that it answers, controls.

    `is_sign`: it only says that the answer takes long, and goes when the question is closed.
    `language` is that of the controls.
    """

    question_id: int
    controls: Controls = field(default_factory=Controls)
    is_sign: bool = False
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class OwnPost:
    """One of Easel's messages in a thread. `question_id` is None if it has no metadata."""

    ts: str
    question_id: int | None = None
    is_sign: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Easel made, as it is uploaded to Slack. `data` are the original bytes."""

    name: SafeText
    alt_text: SafeText
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str
