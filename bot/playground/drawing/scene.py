"""What a picture shows, as values: its things, what they wear, the scenery, the form. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.drawing.colours import RGB

# About a million pixels each.
SIZES = {
    "1:1": (1024, 1024), "3:2": (1248, 832), "2:3": (832, 1248), "4:3": (1184, 864),
    "3:4": (864, 1184), "5:4": (1152, 896), "4:5": (896, 1152), "16:9": (1536, 864),
    "9:16": (864, 1536), "21:9": (1536, 672),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worn:
    """What a thing wears: a word of `WEARS`, in its own colour or another one."""

    word: str
    colour: RGB | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to draw, as often as `count` says. Without `colour` it has its own.

    `host` is another thing of the scene, on top of which or before which it stands.
    """

    word: str
    colour: RGB | None = None
    count: int = 1
    worn: tuple[Worn, ...] = ()
    scale: float = 1.0
    host: str = ""
    is_on_host: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture to draw.

    `place` is what is around; `light` is "night", "sunset", "rain" or "" for daylight. Without
    `sky` and `ground` they have the colours of place and light; `plain` is one colour instead
    of both. `filters` change the drawn picture, in their order. A logo has a `title` in it.
    """

    things: tuple[Thing, ...] = ()
    place: str = "meadow"
    light: str = ""
    sky: RGB | None = None
    ground: RGB | None = None
    plain: RGB | None = None
    is_transparent: bool = False
    is_logo: bool = False
    title: str = ""
    caption: str = ""
    filters: tuple[str, ...] = ()
    form: str = "1:1"
    variation: int = 1
    seed: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIZES[self.form]
