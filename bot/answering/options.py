"""What a message wishes for: flags before words, words before its channel, that before defaults.

Asks nobody and spends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import UserError
from bot.domain.model_info import ModelInfo, unsupported
from bot.domain.options import RequestOptions
from bot.domain.pages import parse_page_numbers
from bot.domain.questions import Question
from bot.domain.stores import SettingsStore
from bot.request.flags import InvalidFlagError, find_flag_name, parse_flags, read_flags
from bot.request.phrases import is_drawing_request, read_phrases
from bot.request.picture_references import is_edit
from bot.request.recipes import match_recipe
from bot.request.recipes.recipe import Recipe, split_quote

log = structlog.get_logger(__name__)

CANNOT_DRAW_MESSAGE = (
    "I cannot make pictures here: the model I am set to use, {}, only reads and writes text. Please"
    " ask the person who runs me for one that draws."
)
_UNSUPPORTED_OPTION_MESSAGE = "{} takes no `{}`. Please ask without it."


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A message's own words without its flags, and what they wish for.

    `asked` is what the model is asked: the message, with what it quotes, or a recipe's prompt;
    `whole` is the message with what it quotes.
    """

    text: str
    prompt_text: str
    options: RequestOptions
    page_numbers: tuple[int, ...] = ()
    recipe: Recipe | None = None
    full_text: str = ""
    has_variations: bool = False

    @property
    def wants_picture(self) -> bool:
        """Whether an answer without a picture would be none."""
        return self.recipe.draws if self.recipe is not None else is_drawing_request(self.text)

    def count_pictures(self, *, has_picture_to_edit: bool, draws: bool) -> int:
        """How many pictures are to be made of it, each by a request of its own.

        A channel's setting multiplies what is drawn or changed; a question about a picture, or one
        in words, is asked once whatever is set.
        """
        count = self.options.variations or 1
        if not draws or self.options.text_only or count == 1:
            return 1
        changes = has_picture_to_edit and (self.has_variations or is_edit(self.text))
        return count if self.wants_picture or changes else 1


class RequestResolver:
    """Reads wishes, as they hold in the place where they are made."""

    def __init__(self, settings_store: SettingsStore, default_options: RequestOptions) -> None:
        self._settings_store = settings_store
        self._default_options = default_options

    def resolve(self, question: Question, model_info: ModelInfo) -> ResolvedRequest:
        """Raises `TellPerson` for wishes that are mistaken, or that the model cannot meet."""
        # A flag or a page in somebody else's message, which a shortcut quotes, is no wish.
        own, quoted = split_quote(question.text)
        flagged = read_flags(own)
        refused = unsupported(flagged.options, model_info)
        whole = flagged.text + question.text[len(own) :] if quoted else flagged.text
        recipe = match_recipe(flagged.text)
        # The sentence that asks for a recipe is no wish: “extract the data as csv” is its name.
        words = recipe.extract_remainder(flagged.text) if recipe else flagged.text
        given = flagged.options.override(read_phrases(words))
        wish = ResolvedRequest(
            text=flagged.text,
            prompt_text=recipe.build_prompt(whole) if recipe else whole,
            options=given.override(recipe.options if recipe else RequestOptions()).override(
                self._read_channel_options(question.thread).override(self._default_options)
            ),
            page_numbers=parse_page_numbers(flagged.text),
            recipe=recipe,
            full_text=whole,
            has_variations=bool(given.variations),
        )
        if wish.wants_picture and not model_info.draws:
            raise UserError(
                "no pictures", user_message=CANNOT_DRAW_MESSAGE.format(model_info.model)
            )
        if refused:
            said = _UNSUPPORTED_OPTION_MESSAGE.format(model_info.model, find_flag_name(refused[0]))
            raise UserError(refused[0], user_message=said)
        return wish

    def _read_channel_options(self, thread: Thread) -> RequestOptions:
        try:
            return parse_flags(self._settings_store.get(thread.team, thread.channel))
        except InvalidFlagError:
            # Set under another Easel: a channel must not fall silent for that.
            log.warning("channel_settings_not_understood")
            return RequestOptions()
