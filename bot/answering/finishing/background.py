"""Says where a picture was to be transparent and is not. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.llm import ImageOutput
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions

_TRANSPARENT = "transparent"
_OPAQUE_MESSAGE = Message(
    "_A transparent background was wanted, and the model drew one that is not transparent._"
)
# In a PNG's header: the byte that says which channels there are, and the values that allow for
# transparency: a palette, and two kinds with a channel for it.
_COLOUR_TYPE, _TRANSPARENT_TYPES = slice(25, 26), (b"\x03", b"\x04", b"\x06")


def list_background_notes(
    options: RequestOptions, pictures: Sequence[ImageOutput], model_info: ModelInfo
) -> list[Message]:
    """Return what to say of the background of drawn `pictures`.

    Nothing where the provider has refused the wish: that was told when it was left out.
    """
    is_wanted = options.background == _TRANSPARENT and bool(pictures)
    if not is_wanted or {("background", ""), ("background", _TRANSPARENT)} & model_info.refused:
        return []
    return [] if any(_may_be_transparent(picture) for picture in pictures) else [_OPAQUE_MESSAGE]


def _may_be_transparent(picture: ImageOutput) -> bool:
    if picture.mimetype == "image/png":
        return picture.data[_COLOUR_TYPE] in _TRANSPARENT_TYPES
    return picture.mimetype != "image/jpeg"
