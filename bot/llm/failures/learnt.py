"""Remembers what a model has refused, so that it is not asked for the same again.

What is learnt holds for a day and for this process: models change, and a refusal costs nothing. The
name of the limit of an answer is asked once: a server that takes another one refuses this one. See
`kept_limit.py` for how that outlives the process.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.errors import EaselError
from bot.domain.llm import Prompt
from bot.domain.model_info import FactOrigin, FactSource, ModelInfo
from bot.llm import errors
from bot.llm.failures.adapting import (
    NO_PICTURES_MESSAGE,
    NO_WISHES_MESSAGE,
    REFUSED_SCHEMA,
    SAVING_MESSAGES,
    find_saving,
    name_schema,
)
from bot.llm.failures.limit_names import LIMIT_NAMES
from bot.llm.failures.parameters import RefusedParameter, get_dropped_message
from bot.llm.failures.quotations import has_quotation, list_prompt_texts

_KEPT_SECONDS = 86_400.0
# Refused within this time, both names of the limit were refused for the same question.
_SAME_QUESTION_SECONDS = 60.0
_MAX_ENTRIES = 100
# A refusal that tells of fewer, of a context or an answer, is a misunderstanding.
_MIN_TOKENS = 1_024
# This number of words in a row that the prompt has, too, is a quotation.
_QUOTED_WORDS = 5
# What `image_config` carries.
_WISHES = ("size", "aspect", "quality", "background")
_INPUT, _OUTPUT = "input_modalities", "output_modalities"


class LearntRefusals:
    """What one model has refused. `clock` returns seconds that never go back.

    `refused_limit` is the name of the limit that was refused in an earlier process, "" for none.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, refused_limit: str = ""
    ) -> None:
        self._clock = clock
        # Each refused option or parameter with its value, and when it was refused last.
        self._refused: dict[tuple[str, str], float] = {}
        if refused_limit in LIMIT_NAMES:
            self._refused[refused_limit, ""] = -math.inf
        # Each fact that was learnt: its number, and when.
        self._numbers: dict[str, tuple[int, float]] = {}

    @property
    def refused_limit(self) -> str:
        """The name of the limit of an answer that is not asked for any more; "" for none."""
        return next((name for name in LIMIT_NAMES if (name, "") in self._refused), "")

    async def note_error(self, error: EaselError, prompt: Prompt, model_info: ModelInfo) -> bool:
        """Note what `error` teaches, and in it what the person reads if the request is repeated.

        Return whether a request without what was refused would serve. A refusal that may quote the
        person teaches nothing: what one has written must not hold for the others.
        """
        if not isinstance(error, errors.Adaptable | errors.ContextTooLong | errors.SchemaRefused):
            return False
        texts = list_prompt_texts(prompt)
        if await asyncio.to_thread(has_quotation, error.told, texts, _QUOTED_WORDS):
            return False
        return self._note_refusal(error, prompt, model_info)

    def _note_refusal(self, error: EaselError, prompt: Prompt, model_info: ModelInfo) -> bool:
        match error:
            case errors.ContextTooLong():
                self.note_limit("context_tokens", error.lengths.limit or 0)
            case errors.SchemaRefused() if prompt.schema is not None:
                self.note_option(REFUSED_SCHEMA, name_schema(prompt.schema))
            case errors.ParameterRefused(refused=refused) if not _is_property(refused, prompt):
                return self._note_parameter(error, refused, prompt)
            case errors.ExtraParameterRefused(refused=refused) if refused.name and not (
                _is_property(refused, prompt)
            ):
                return self._note_extra(error, refused, prompt)
            case errors.PicturesRefused():
                return self._note_no_pictures(error, prompt, model_info)
            case _:
                pass
        return False

    def _note_parameter(
        self, error: errors.ParameterRefused, refused: RefusedParameter, prompt: Prompt
    ) -> bool:
        if refused.limit is not None:
            return self.note_limit("max_output_tokens", refused.limit)
        if refused.option == "aspect" and prompt.options.size is not None:
            # The size was asked for in its place; what comes instead is made to fit here.
            refused = replace(refused, option="size")
        if refused.option == "mask":
            # Whatever is wrong with one, words still tell which part is meant.
            refused = replace(refused, is_value=False)
        value = getattr(prompt.options, refused.option, None)
        if value not in (None, ()) and refused.is_value:
            self.note_option(refused.option, str(value))
        elif not refused.is_value:
            self.note_option(refused.option)
        error.note = get_dropped_message(refused.option)
        return True

    def _note_extra(
        self, error: errors.ExtraParameterRefused, refused: RefusedParameter, prompt: Prompt
    ) -> bool:
        # A length that is too long for the model does not mean that it knows no length.
        if refused.is_value and refused.option == "max_tokens":
            return False
        if refused.name in LIMIT_NAMES and self._forget_other_limit(refused.name):
            self.note_option(refused.name)
            return False
        self.note_option(refused.name)
        wishes = _WISHES if refused.name == "image_config" else ()
        for option in wishes:
            self.note_option(option)
        saving = find_saving(refused.name, prompt)
        if saving:
            error.user_message = SAVING_MESSAGES[saving]
            return False
        if any(getattr(prompt.options, option) is not None for option in wishes):
            error.note = NO_WISHES_MESSAGE
        return True

    def _forget_other_limit(self, name: str) -> bool:
        """Forget that the other name of the limit in `name` was refused.

        Return whether that was just now. Where neither is taken, a question is not asked in turns:
        the next one tries the other. A server that has changed its mind is asked again at once.
        """
        latest = max(
            self._refused.pop((other, ""), -math.inf) for other in LIMIT_NAMES if other != name
        )
        return self._clock() - latest < _SAME_QUESTION_SECONDS

    def _note_no_pictures(
        self, error: errors.PicturesRefused, prompt: Prompt, model_info: ModelInfo
    ) -> bool:
        """What is known of a model, the provider may fail to offer for a while: not learnt."""
        if not model_info.is_assumed(_INPUT if error.is_input else _OUTPUT):
            return False
        self.note_pictures(is_input=error.is_input)
        if error.is_input or prompt.wants_picture:
            error.user_message = (
                errors.NO_PICTURE_INPUT_MESSAGE
                if error.is_input
                else errors.NO_PICTURE_OUTPUT_MESSAGE
            )
            return False
        error.note = NO_PICTURES_MESSAGE
        return True

    def note_option(self, option: str, value: str = "") -> None:
        """Note that the model does not take `option`, or only not this value of it."""
        # The latest is last, so the first is the one that is refused the least.
        self._refused.pop((option, value), None)
        while len(self._refused) >= _MAX_ENTRIES:
            del self._refused[next(key for key in self._refused if key[0] not in LIMIT_NAMES)]
        self._refused[option, value] = self._clock()

    def note_pictures(self, *, is_input: bool) -> None:
        """Note that the model does not read pictures, or does not make any."""
        self.note_option(_INPUT if is_input else _OUTPUT, "image")

    def note_limit(self, fact: str, tokens: int) -> bool:
        """Note the most tokens of a context (`context_tokens`) or an answer (`max_output_tokens`).

        Return False for a number that cannot be meant: nothing is noted then.
        """
        if tokens < _MIN_TOKENS:
            return False
        self._numbers[fact] = (tokens, self._clock())
        return True

    def apply(self, model_info: ModelInfo) -> ModelInfo:
        """Return `model_info` with what was learnt in the last day."""
        oldest = self._clock() - _KEPT_SECONDS
        refused = frozenset(
            key for key, at in self._refused.items() if at > oldest or key[0] in LIMIT_NAMES
        )
        numbers: dict[str, Any] = {
            fact: tokens
            for fact, (tokens, at) in self._numbers.items()
            if at > oldest and tokens < getattr(model_info, fact)
        }
        if not refused and not numbers:
            return model_info
        missing = [fact for fact in (_INPUT, _OUTPUT) if (fact, "image") in refused]
        modalities: dict[str, Any] = {
            fact: getattr(model_info, fact) - {"image"} for fact in missing
        }
        origin = FactOrigin(FactSource.LEARNT, datetime.now(UTC).date().isoformat())
        learnt = dict.fromkeys([*numbers, *missing], origin)
        return replace(
            model_info,
            **numbers,
            **modalities,
            origins={**model_info.origins, **learnt},
            refused=model_info.refused | refused,
        )


def _is_property(refused: RefusedParameter, prompt: Prompt) -> bool:
    """Whether the name may be that of a property in the schema of the answer."""
    if prompt.schema is None or not refused.name:
        return False
    return json.dumps(refused.name) in json.dumps(prompt.schema.schema)
