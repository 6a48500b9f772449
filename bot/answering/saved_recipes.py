"""Reads what a question asks for, with a saved recipe in the place of its name.

See `bot.request.parse` for what is read, and `bot.commands.saved_recipes` for how one is saved.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.questions import Question
from bot.domain.stores.recipes import RecipeBook, SavedRecipe, list_recipe_places
from bot.request.parse import ParsedRequest, parse_request
from bot.request.recipes.recipe import split_quote
from bot.request.saved_recipes import (
    RunUnknownRecipe,
    parse_recipe_command,
    read_recipe_names,
)

# Reading as much takes some 5 ms.
_MAX_CHARS_ON_LOOP = 1_500


class RequestReader:
    """Reads questions. Only one that names a saved recipe costs a look into the store."""

    def __init__(self, book: RecipeBook) -> None:
        self._book = book

    async def read(self, question: Question) -> ParsedRequest:
        """Return what `question` asks for. Raises `TransientError` if the store does not answer."""
        own, _ = split_quote(question.text)
        first, _, rest = own.strip().partition("\n")
        recipe = await self._find(question, first)
        if recipe is None:
            return await _parse(question.text)
        # What was written below the name goes along, and so does the message it is about.
        words = "\n".join(part for part in (recipe.text, rest.strip()) if part)
        return await _parse(words + question.text[len(own) :])

    async def _find(self, question: Question, line: str) -> SavedRecipe | None:
        # The name was written by who may have a recipe of that name alone, whoever presses.
        author = replace(question.asker, id=question.writer_id)
        places = list_recipe_places(question.thread, author)
        for name in read_recipe_names(line):
            for place in places:
                if self._book.find_name(place, name) and not _is_about_recipes(line):
                    return await self._book.fetch(place, name)
        return None


async def _parse(text: str) -> ParsedRequest:
    if len(text) <= _MAX_CHARS_ON_LOOP:
        return parse_request(text)
    return await asyncio.to_thread(parse_request, text)


def _is_about_recipes(line: str) -> bool:
    """Whether `line` saves, shows or deletes one, whatever that is called."""
    command = parse_recipe_command(line)
    return command is not None and not isinstance(command, RunUnknownRecipe)
