"""Values of what a message wants to see of pictures, and how closely. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pictures.sight import Shares


@dataclass(frozen=True, slots=True)
class Closeup:
    """What a message wants to see of a picture at its full size.

    That is the part in `shares`, or a `row` or `column` of a table, counted from 1. `is_wanted`:
    it needs small text or exact figures, wherever they are.
    """

    shares: Shares | None = None
    row: int = 0
    column: int = 0
    is_wanted: bool = False

    @property
    def is_named(self) -> bool:
        """Whether a part of the picture is named."""
        return self.shares is not None or bool(self.row or self.column)

    def __bool__(self) -> bool:
        return self.is_wanted or self.is_named


NO_CLOSEUP = Closeup()


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """Which pictures a message names.

    Those of the files that its `text` calls, or of files within them; of these the `pages`, -1 for
    the last, or the frame or picture with the `number`. Where it names none and `is_wanted`, those
    of the file `newest_id` are meant. `is_called`: it has a word for pictures.
    """

    text: str = ""
    pages: tuple[int, ...] = ()
    number: int = 0
    is_wanted: bool = False
    newest_id: str = ""
    is_called: bool = False


NO_PICTURES = PictureChoice()


@dataclass(frozen=True, slots=True)
class PageLook:
    """Of which files a message wants to see how pages look, which their text does not tell.

    Those are `file_ids`. With `is_sure` it is about them, even if it names no page; `is_zoom`: it
    asks to look closer, and for nothing else.
    """

    file_ids: frozenset[str] = frozenset()
    is_sure: bool = False
    is_zoom: bool = False


NO_LOOK = PageLook()


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a question needs to see, and what the model takes.

    `choice` tells which pictures that is about, where the message names some. `draws`: the picture
    is to be changed, or another one made of it, for which it is sent once.
    """

    closeup: Closeup = NO_CLOSEUP
    choice: PictureChoice = NO_PICTURES
    draws: bool = False
    takes_original: bool = False
    takes_webp: bool = True
    context_tokens: int = 1_000_000
