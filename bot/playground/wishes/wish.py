"""What a message wishes to see or changed, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_COUNT = 24


@dataclass(slots=True)
class WishedThing:
    """A thing as it is named: `colour` is a word, with "dark " or "light " before it at times.

    `count` is 0 where no number is said. `is_wear`: a thing can wear it. `host` is the thing on
    which, or before which, it is.
    """

    word: str
    colour: str = ""
    count: int = 0
    scale: float = 1.0
    is_plural: bool = False
    is_wear: bool = False
    worn: list[WishedThing] = field(default_factory=list)
    host: str = ""
    is_on_host: bool = False
    is_made: bool = False  # “make the fox …”: the one that is there


@dataclass(slots=True)
class Wish:
    """What a message asks for. `colours` are those of the "sky", the "ground", "plain" or "all"."""

    language: str = "en"
    verbs: set[str] = field(default_factory=set)
    things: list[WishedThing] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    swap: tuple[str, str] | None = None  # what for what; "" for what the picture shows
    colours: dict[str, str] = field(default_factory=dict)
    place: str = ""
    light: str = ""  # "day" for no other one
    filters: list[str] = field(default_factory=list)
    scale: float = 1.0
    form: str = ""
    is_transparent: bool = False
    is_logo: bool = False
    wants_words: bool = False
    words: str = ""  # to be written
    refers: bool = False  # "it", "the same"
    is_new: bool = False  # "another one"
    wants_style: bool = False
    wants_both: bool = False
    unknown: tuple[str, ...] = ()
    lost: list[str] = field(default_factory=list)  # what is known and has no place in the wish

    @property
    def has_change(self) -> bool:
        """Whether anything is named that a picture can be changed by."""
        return bool(
            self.things or self.removed or self.swap or self.colours or self.place or self.light
            or self.filters or self.form or self.is_transparent or self.is_new
            or (self.words and self.wants_words)
            or self.wants_style or self.wants_both or self.scale != 1.0
        )  # fmt: skip
