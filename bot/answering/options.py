"""The options that hold for one request: the message's before its recipe's, the channel's and the
defaults. Refuses what the model cannot do; asks no model and spends nothing.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import UserError
from bot.domain.files import FileContext, Image
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo, is_option_supported, list_unsupported
from bot.domain.options import RequestOptions
from bot.domain.pictures.drawing_models import parse_aspect
from bot.domain.pictures.sizes import PictureSize, compute_inner_shape
from bot.domain.stores.conversations import SettingsStore
from bot.request.flags import InvalidFlagError, find_flag_name, parse_flags
from bot.request.parse import ParsedRequest

log = structlog.get_logger(__name__)

# In a PNG's header: the byte that says which channels there are, and the values with an alpha.
_COLOUR_TYPE, _TYPES_WITH_ALPHA = slice(25, 26), (b"\x04", b"\x06")
CANNOT_DRAW_MESSAGE = (
    "I cannot make pictures here: the model I am set to use, {model}, only reads and writes"
    " text. Please"
    " ask the person who runs me for one that draws."
)
CANNOT_DRAW_SO_MESSAGE = (
    "I cannot make pictures here: I am set to ask {model} in a way that takes words only. Please"
    " ask the person who runs me to set `{setting}`."
)
_UNSUPPORTED_OPTION_MESSAGE = "{model} takes no `{flag}`. Please ask without it."


def resolve_options(
    request: ParsedRequest,
    thread: Thread,
    model_info: ModelInfo,
    settings_store: SettingsStore,
    default_options: RequestOptions,
) -> RequestOptions:
    """Return the options of `request` over its recipe's, over its channel's, over the defaults.

    Raises `UserError` for flags that are wrong, and for what the model does not support.
    """
    if request.flag_error is not None:
        raise request.flag_error
    recipe_options = request.recipe.options if request.recipe else RequestOptions()
    channel_options = read_channel_options(settings_store, thread)
    options = (
        request.options.override(recipe_options).override(channel_options).override(default_options)
    )
    # `--pictures` asks for the chance of one.
    may_draw = request.wants_picture or request.flags.text_only is False
    if may_draw and not model_info.draws:
        raise UserError("no pictures", user_message=_explain_no_pictures(model_info))
    refused = list_unsupported(request.flags, model_info)
    if refused:
        flag = find_flag_name(refused[0])
        if is_option_supported(model_info, refused[0]):
            flag = f"{flag} {getattr(request.flags, refused[0])}"
        raise UserError(
            refused[0],
            user_message=Message(_UNSUPPORTED_OPTION_MESSAGE, model=model_info.model, flag=flag),
        )
    return options


def _explain_no_pictures(model_info: ModelInfo) -> Message:
    if model_info.setting_to_draw:
        setting = model_info.setting_to_draw
        return Message(CANNOT_DRAW_SO_MESSAGE, model=model_info.model, setting=setting)
    return Message(CANNOT_DRAW_MESSAGE, model=model_info.model)


def resolve_drawing_options(
    request: ParsedRequest,
    options: RequestOptions,
    file_context: FileContext,
    model_info: ModelInfo,
) -> RequestOptions:
    """Return `options` with the number of pictures to draw, and transparent where they are."""
    picture = find_picture_to_edit(file_context)
    count = _count_variations(request, options, model_info, has_picture=picture is not None)
    options = replace(options, variations=count)
    if options.background or picture is None or not request.wants_edit:
        return options
    return replace(options, background="transparent") if _is_transparent(picture) else options


def _is_transparent(picture: Image) -> bool:
    """Whether a picture has transparent parts, which an edited one keeps.

    Only then does its copy have a channel for them: a drawing without them is a PNG as well.
    """
    return picture.mimetype == "image/png" and picture.data[_COLOUR_TYPE] in _TYPES_WITH_ALPHA


def find_picture_to_edit(file_context: FileContext) -> Image | None:
    """Return the picture that a change is made to: of an annotated one, the one without marks."""
    if file_context.mask is not None:
        for image in file_context.pictures:
            if image.data == file_context.mask.sent:
                return image
    originals = {annotation.original_name for annotation in file_context.annotations}
    clean = [image for image in file_context.earlier_images if image.label in originals]
    # An upload that comes with an earlier picture is a sample for that one.
    for images in (clean, file_context.earlier_images, file_context.new_images):
        if images:
            return images[-1]
    return None


def find_wanted_size(options: RequestOptions, model_info: ModelInfo) -> PictureSize | None:
    """Return the size that drawn pictures are given here; None where they stay as they come.

    A shape needs that only where what draws does not take it.
    """
    drawing = model_info.drawing
    if options.size is not None or drawing is None:
        return options.size
    shape = parse_aspect(options.aspect or "")
    if shape is None or not drawing.fixed_sizes:
        return None
    asked = drawing.choose_size(PictureSize(*shape))
    return (
        None
        if asked is None
        else PictureSize(*compute_inner_shape(*asked.sides, shape[0] / shape[1]))
    )


def _count_variations(
    request: ParsedRequest, options: RequestOptions, model_info: ModelInfo, *, has_picture: bool
) -> int:
    """Count the pictures to draw, each by a request of its own.

    A channel's setting multiplies what is drawn or changed; a question about a picture, or one in
    words, is asked once whatever is set.
    """
    count = options.variations or 1
    if not model_info.draws or options.text_only or count == 1:
        return 1
    changes_picture = has_picture and (bool(request.options.variations) or request.wants_edit)
    return count if request.wants_picture or changes_picture else 1


def read_channel_options(settings_store: SettingsStore, thread: Thread) -> RequestOptions:
    """Return the options that people have set for the channel of `thread`."""
    try:
        flags = settings_store.get(thread.team, thread.channel)
        return parse_flags(flags).select_for_channels()
    except InvalidFlagError:
        # Set under another version of Easel: a channel must not fall silent for that.
        log.warning("channel_settings_not_understood")
        return RequestOptions()
