"""Chooses the language in which Easel speaks to a person. See `bot.i18n.language` for the rule."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.conversation import Person
from bot.i18n.language import choose_language
from bot.request.recipes import match_recipe
from bot.request.recipes.recipe import split_quote

_MARK_PATTERN = re.compile(r"^> ?", re.MULTILINE)


class LanguageChooser:
    """`find_locale` returns Slack's locale of a person, such as “de-DE”, or ""."""

    def __init__(self, find_locale: Callable[[Person], str]) -> None:
        self._find_locale = find_locale

    def choose(self, person: Person, text: str) -> str:
        """Return the language for `person`, who has written `text`.

        What a shortcut asks with is not the person's own: there, the message that it quotes shows
        in which language people speak. Of a stored question this is the same after a restart.
        """
        own_text, quote = split_quote(text)
        is_shortcut = bool(quote) and match_recipe(own_text) is not None
        return choose_language(
            self._find_locale(person), _MARK_PATTERN.sub("", quote) if is_shortcut else own_text
        )
