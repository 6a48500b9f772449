"""Values of pictures as they are sent: their content, their scale, the part they show. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# A part of a picture as shares of its width and height: left, top, right and bottom.
Shares: TypeAlias = tuple[float, float, float, float]
# The same in pixels.
Box: TypeAlias = tuple[int, int, int, int]
WHOLE: Shares = (0.0, 0.0, 1.0, 1.0)


class PictureContent(StrEnum):
    """What a picture shows, as far as it decides how it is sent."""

    PHOTO = "photo"
    GRAPHIC = "graphic"  # flat areas and sharp edges, and little text
    TEXT = "text"  # text, in a screenshot, a scan or a photo
    UNKNOWN = ""


class Detail(StrEnum):
    """How closely the model looks at a picture, in the providers' own words."""

    HIGH = "high"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Sight:
    """How a picture that is sent shows the one in its file.

    `full_width` and `full_height` are those of the upright picture in the file, 0 where they are
    not known. `box` is the part of that picture which is shown, None for all of it.
    """

    full_width: int = 0
    full_height: int = 0
    content: PictureContent = PictureContent.UNKNOWN
    box: Box | None = None
    detail: Detail = Detail.HIGH

    @property
    def shown_box(self) -> Box:
        """What is shown, in pixels of the picture in the file."""
        return self.box or (0, 0, self.full_width, self.full_height)

    def compute_percent(self, seen_width: float) -> int:
        """Return the scale at which something is seen that is shown `seen_width` pixels wide."""
        left, _, right, _ = self.shown_box
        if right <= left:
            return 100
        return min(100, max(1, math.floor(100 * seen_width / (right - left))))

    @property
    def is_original(self) -> bool:
        """Whether the model is to see each pixel of a picture that is larger than usual."""
        return self.detail is Detail.ORIGINAL


UNKNOWN_SIGHT = Sight()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in its Slack file a picture lies, to be found again there.

    `sha256` is the hex digest of the picture's own file within an archive, a mail or a document, ""
    where the Slack file is the picture. `number` is that of the page or frame, from 1; 0 where
    there is one only. `twin` counts the pictures before it in the Slack file that are equal to it.
    """

    sha256: str = ""
    number: int = 0
    twin: int = 0


WHOLE_FILE = Origin()


@dataclass(frozen=True, slots=True)
class Annotation:
    """A picture that equals another but for marks that a person drew on it.

    The marks lie in `box`: left, top, right and bottom, as shares of the width and height.
    """

    annotated_name: str
    original_name: str
    box: Shares
