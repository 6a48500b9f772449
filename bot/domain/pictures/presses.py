"""Values of the menu under pictures: what people can press there, and of which picture. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.options import RequestOptions

VARIATION_COUNT = 3
# Who pressed “Use as reference” wants it for what they ask next, not for ever.
REFERENCE_SECONDS = 24 * 3_600.0
# The most pictures that one question takes along.
MAX_REFERENCES = 3


class PictureAction(StrEnum):
    """What can be pressed under a picture."""

    AGAIN = "again"  # what it was made of is asked once more
    VARY = "vary"
    EDIT = "edit"
    REFERENCE = "reference"  # the person's next question takes it along
    CONVERT = "convert"  # here, without a model


@dataclass(frozen=True, slots=True)
class PictureName:
    """A picture: the question whose answer it is part of, its version in the thread, and the
    channel."""

    question_id: int
    version: int
    channel: str


@dataclass(frozen=True, slots=True)
class PictureMenu:
    """The menu under one picture, and the likely cost of what draws, in US dollars.

    A cost is None where it is not known. `can_repeat`: the same request would draw another one.
    """

    version: int
    again_cost: Decimal | None = None
    vary_cost: Decimal | None = None
    can_repeat: bool = True


@dataclass(frozen=True, slots=True)
class PictureWish:
    """What a person wants by a press, and fills into a form.

    `reference_id` is the Slack id of a file of the thread, `extension` and `percent` are those of a
    conversion. `form` names the form that it was sent with, so that it counts once; "" for a press.
    """

    action: PictureAction
    words: str = ""
    options: RequestOptions = field(default_factory=RequestOptions)
    reference_id: str = ""
    extension: str = ""
    percent: int = 0
    form: str = ""


@dataclass(frozen=True, slots=True)
class PressedPicture:
    """What makes a question one that was pressed: the action, and the picture's version.

    `file_ids` are the Slack ids of the files that it takes along, none else that its words may mean
    but those that they name.
    """

    action: PictureAction
    version: int
    file_ids: tuple[str, ...] = ()
