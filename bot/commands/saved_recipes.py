"""Saves, lists, shows and deletes recipes of people's own: `save this as recipe “notes”`.

Answers from the store alone. They are for people of the workspace that Easel belongs to. See
`bot.answering.saved_recipes` for how one is run.
"""

from __future__ import annotations

from bot.commands.context import CommandContext, CommandResult
from bot.domain.conversation import Turn
from bot.domain.messages import Message, MessageList
from bot.domain.references import remove_references
from bot.domain.stores.conversations import ConversationStore
from bot.domain.stores.recipes import (
    MAX_RECIPE_CHARS,
    MAX_RECIPE_NAME_CHARS,
    MAX_SAVED_RECIPES,
    RecipeBook,
    RecipePlace,
    SavedRecipe,
    SaveResult,
    list_recipe_places,
)
from bot.request.commands import parse_command
from bot.request.parse import ParsedRequest
from bot.request.recipes import match_recipe
from bot.request.saved_recipes import (
    DeleteRecipe,
    ListRecipes,
    RunUnknownRecipe,
    SaveRecipe,
    ShowRecipe,
    is_recipe_name,
    parse_recipe_command,
)

# This number of messages is looked through for the one that “this” means.
_MAX_TURNS = 50

# Each sentence by whether it is about a person's own recipes.
_SAVED = {
    False: "Saved for this channel. `recipe {name}` runs it here; what you write below that goes"
    " along.",
    True: "Saved for you. `recipe {name}` runs it wherever you ask me; what you write below that"
    " goes along.",
}
_CHANGED = {
    False: "The recipe {name} of this channel is changed. `recipe {name}` runs it.",
    True: "Your recipe {name} is changed. `recipe {name}` runs it.",
}
_NO_ROOM = {
    False: "This channel has {limit} recipes, and there is room for no more. `delete recipe"
    " {example}` makes some, for example.",
    True: "You have {limit} recipes, and there is room for no more. `delete recipe {example}` makes"
    " some, for example.",
}
_LISTED = {
    False: "Recipes of this channel: {names}.",
    True: "Your own recipes: {names}.",
}
_NONE = (
    "Nobody has saved a recipe here yet. Ask me something, then write `save this as recipe release"
    " notes`; `save this as my recipe release notes` keeps it for you alone."
)
_HOW_TO = "`recipe` and a name runs one, `show recipe` and a name shows it."
_SHOWN = "Recipe {name}:"
_DELETED = "The recipe {name} is deleted."
_UNKNOWN = "There is no recipe {name} here. `recipes` lists them all."
_NOTHING = (
    "I found no request of yours in this thread that I could save. Write it below, in the same"
    " message: `save this as recipe {name}`, and from the next line on what I am to do."
)
_TOO_LONG = "A recipe has at most {limit:,} characters, and this is longer. Nothing was saved."
_BAD_NAME = (
    "A recipe's name has letters, digits and blanks, and at most {limit} of them. Nothing was"
    " saved."
)
_TAKEN = "{name} means something else to me already. Please choose another name."
_STRANGER = "Recipes are saved by people of the workspace that I belong to. Please ask one of them."


class SavedRecipeCommands:
    """Keeps the recipes of channels and people, for people of `home_teams`."""

    def __init__(
        self, book: RecipeBook, conversations: ConversationStore, home_teams: frozenset[str]
    ) -> None:
        self._book = book
        self._conversations = conversations
        self._home_teams = home_teams

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`; None where it is of another kind."""
        match request.command:
            case SaveRecipe() as wanted:
                return CommandResult(await self._save(context, wanted))
            case DeleteRecipe(name):
                return CommandResult(await self._delete(context, name))
            case ShowRecipe(name):
                return CommandResult(await self._show(context, name))
            case ListRecipes():
                return CommandResult(self._list(context))
            case RunUnknownRecipe(name):
                return CommandResult(Message(_UNKNOWN, name=name))
            case _:
                return None

    async def _save(self, context: CommandContext, wanted: SaveRecipe) -> Message:
        refusal = self._refuse(context, wanted)
        if refusal is not None:
            return refusal
        text = wanted.text or await self._find_last_request(context)
        if not text:
            return Message(_NOTHING, name=wanted.name)
        if len(text) > MAX_RECIPE_CHARS:
            return Message(_TOO_LONG, limit=MAX_RECIPE_CHARS)
        place = _choose_place(context, is_personal=wanted.is_personal)
        recipe = SavedRecipe(wanted.name, text, context.person.id)
        result = await self._book.save(place, recipe)
        if result is SaveResult.NO_ROOM:
            example, limit = self._book.list_names(place)[0], MAX_SAVED_RECIPES
            return Message(_NO_ROOM[place.is_personal], limit=limit, example=example)
        if result is SaveResult.CHANGED:
            return Message(_CHANGED[place.is_personal], name=wanted.name)
        return Message(_SAVED[place.is_personal], name=wanted.name)

    def _refuse(self, context: CommandContext, wanted: SaveRecipe) -> Message | None:
        """Return why nothing is saved under that name, or by this person."""
        if context.person.team not in self._home_teams:
            return Message(_STRANGER)
        if not is_recipe_name(wanted.name):
            return Message(_BAD_NAME, limit=MAX_RECIPE_NAME_CHARS)
        if parse_command(wanted.name) is not None or match_recipe(wanted.name) is not None:
            return Message(_TAKEN, name=wanted.name)
        return None

    async def _find_last_request(self, context: CommandContext) -> str:
        """Return the newest message of the person in the thread that is a request, or ""."""
        history = await self._conversations.load(
            context.thread, before=context.ts, limit=_MAX_TURNS
        )
        own = (turn for turn in reversed(history.turns) if turn.user == context.person.id)
        return next((turn.text.strip() for turn in own if _is_request(turn)), "")

    async def _delete(self, context: CommandContext, name: str) -> Message:
        if context.person.team not in self._home_teams:
            return Message(_STRANGER)
        for place in list_recipe_places(context.thread, context.person):
            found = self._book.find_name(place, name)
            if found and await self._book.delete(place, name):
                return Message(_DELETED, name=found)
        return Message(_UNKNOWN, name=name)

    async def _show(self, context: CommandContext, name: str) -> Message:
        for place in list_recipe_places(context.thread, context.person):
            recipe = await self._book.fetch(place, name)
            if recipe is not None:
                text = remove_references(recipe.text).replace("```", "'''").strip()
                return MessageList([Message(_SHOWN, name=recipe.name), f"```\n{text}\n```"])
        return Message(_UNKNOWN, name=name)

    def _list(self, context: CommandContext) -> Message:
        parts = [
            Message(_LISTED[place.is_personal], names=", ".join(names))
            for place in list_recipe_places(context.thread, context.person)
            if (names := self._book.list_names(place))
        ]
        if not parts:
            return Message(_NONE)
        return MessageList([*parts, Message(_HOW_TO)], "\n\n")


def _choose_place(context: CommandContext, *, is_personal: bool) -> RecipePlace:
    places = list_recipe_places(context.thread, context.person)
    return places[0] if is_personal else places[-1]


def _is_request(turn: Turn) -> bool:
    text = turn.text.strip()
    return bool(text) and parse_recipe_command(text) is None and parse_command(text) is None
