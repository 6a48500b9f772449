"""Reads a message once: everything that its words ask for, as one `ParsedRequest`. Pure.

Later code takes values from it and does not read the message again. `bot.answering.options` adds
the channel's settings and checks what the model supports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.conversation import PromptPart, join_parts
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.options import RequestOptions
from bot.domain.pictures.areas import NO_CHOICE, AreaChoice
from bot.domain.pictures.closeup import Closeup
from bot.domain.pictures.drawing_models import parse_aspect
from bot.domain.pictures.names import find_called_names
from bot.domain.pictures.operations import EditPicture, PictureEdit
from bot.graphs.manifests.pasted import guess_name, strip_fence
from bot.request.back_references import BackReference, parse_back_reference
from bot.request.charts.words import is_chart_of_a_table
from bot.request.closeups.parse import is_inquiry, is_zoom, parse_closeup
from bot.request.commands import Command, ShowHelp, parse_command
from bot.request.diagrams.corrections import CorrectDiagram, parse_diagram_corrections
from bot.request.file_references import FileReferences, parse_file_references
from bot.request.flag_values import SIZE_REASON
from bot.request.flags import InvalidFlagError, ParsedFlags, read_flags
from bot.request.graphs.parse import ShowGraph
from bot.request.keywords import find_keywords
from bot.request.own_words import erase_quotes
from bot.request.phrases import read_aspect, read_phrases
from bot.request.picture_references import PictureReferences, parse_picture_references
from bot.request.pictures.areas.parse import parse_area_choice
from bot.request.pictures.drawing_wishes import is_drawing_request, read_lead_size
from bot.request.pictures.sizes.named import ImpossibleSizeError
from bot.request.pictures.sizes.words import read_size
from bot.request.recipes import match_recipe
from bot.request.recipes.dependency_graph import RECIPE as GRAPH_RECIPE
from bot.request.recipes.recipe import Recipe, split_quote
from bot.request.saved_recipes import SaveRecipe

_LINK_PATTERN = re.compile(r"https?://[^\s<>|]+")
# Forwarded messages and previews: who shows one asks for none of the links in it.
_QUOTED_LINE_PATTERN = re.compile(r"^>.*$", re.MULTILINE)
_MAX_LINKS = 50
_IMPOSSIBLE_SIZE_MESSAGE = "I cannot make a picture of `{size}`: {reason}."
# More than people type. Looking through as many takes some 20 ms, through a million seconds.
_MAX_READ_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """What one message asks for.

    `text` is what the person wrote, without flags; `quote` is the message that a shortcut quotes,
    whose flags are ignored; `full_text` is both. `prompt_text` is what the model is asked:
    `full_text`, or the recipe's prompt; `prompt_parts` tell there which words are people's.

    `flags` are the options set by flags, `options` those and the ones in plain words. Where the
    flags are wrong, `flag_error` says why and none of them count. With `keywords`, those of `text`,
    earlier messages are looked up; with `excerpt_keywords`, those of `prompt_text`, pages of
    earlier files. `back_reference`: the whole message means something that it does not hold.
    `recipe_has_text` tells whether the message brings text for its recipe.

    What only matters where there is a picture is read when it is first asked for.
    """

    text: str
    quote: str = ""
    full_text: str = ""
    prompt_text: str = ""
    prompt_parts: tuple[PromptPart, ...] = ()
    flags: RequestOptions = field(default_factory=RequestOptions)
    options: RequestOptions = field(default_factory=RequestOptions)
    flag_error: InvalidFlagError | None = None
    recipe: Recipe | None = None
    recipe_has_text: bool = False
    command: Command | None = None
    keywords: tuple[str, ...] = ()
    excerpt_keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    pictures: PictureReferences = field(default_factory=PictureReferences)
    files: FileReferences = field(default_factory=FileReferences)
    wants_picture: bool = False  # an answer without one would be none
    back_reference: BackReference | None = None
    diagram_correction: CorrectDiagram | None = None  # if the thread holds a diagram

    @property
    def closeup(self) -> Closeup:
        """What of a picture is to be seen at full size."""
        if self.recipe is not None:
            return Closeup(is_wanted=not self.recipe.draws)
        return parse_closeup(self.text)

    @property
    def is_zoom(self) -> bool:
        """Whether the message wants to see something closely, whatever else its words mention."""
        return self.recipe is None and is_zoom(self.text)

    @property
    def is_inquiry(self) -> bool:
        """Whether the message wants to know something."""
        return is_inquiry(self.text)

    @property
    def area(self) -> AreaChoice:
        """The part of a picture that the message is about."""
        return parse_area_choice(self.text) if self.recipe is None else NO_CHOICE

    @property
    def pages(self) -> tuple[int, ...]:
        """The page numbers that the message names, -1 for the last page."""
        return self.files.pages

    @property
    def wants_edit(self) -> bool:
        """Whether the message asks for a change to a picture."""
        return self.pictures.is_edit

    def select_named_files(self, files: Sequence[FileRef]) -> list[FileRef]:
        """Return those of `files` that the message calls by name."""
        called = find_called_names(self.text, {ref.name for ref in files})
        return [ref for ref in files if ref.name in called]


def parse_request(message: str) -> ParsedRequest:
    """Read what `message` asks for. Never raises. Of a very long one, only the beginning is looked
    through; all of it is asked."""
    if len(message) > _MAX_READ_CHARS:
        return _parse_beginning(message)
    own, quote = split_quote(message)
    flagged, flag_error = _read_flags(own)
    text = flagged.text
    full_text = text + message[len(own) :] if quote else text
    recipe = match_recipe(text)
    phrases = _read_own_phrases(text, recipe)
    back = None if quote or recipe else parse_back_reference(text)
    pictures = parse_picture_references(text, back)
    wants_picture = _should_draw(text, recipe)
    options = flagged.options.override(phrases)
    command = _parse_own_command(message, recipe, quote)
    is_wish_too = _is_wish_too(command)
    pictures = replace(pictures, wants_edit=True) if is_wish_too else pictures
    asks_model = recipe is None and (command is None or is_wish_too)
    if options.size is None and asks_model and (wants_picture or pictures.is_edit):
        options, size_error = _add_size(options, text, is_of_new=wants_picture)
        flag_error = flag_error or size_error
    parts = recipe.build_parts(full_text) if recipe else (PromptPart(words=full_text),)
    prompt_text, keywords = join_parts(parts), tuple(find_keywords(text))
    return ParsedRequest(
        text=text,
        quote=quote,
        full_text=full_text,
        prompt_text=prompt_text,
        prompt_parts=parts,
        flags=flagged.options,
        options=options,
        flag_error=flag_error,
        recipe=recipe,
        recipe_has_text=recipe is not None and recipe.has_text_input(full_text),
        command=command,
        keywords=keywords,
        excerpt_keywords=keywords if prompt_text == text else tuple(find_keywords(prompt_text)),
        links=tuple(_LINK_PATTERN.findall(_QUOTED_LINE_PATTERN.sub("", text))[:_MAX_LINKS]),
        pictures=pictures,
        files=parse_file_references(text, prompt_text),
        wants_picture=wants_picture,
        back_reference=back,
        diagram_correction=None if quote or recipe else parse_diagram_corrections(text),
    )


def read_wording(message: str) -> str:
    """Return the `text` of `parse_request`, for less than that costs; "" where the message is a
    command, but for one that says what becomes of a picture. Of a very long one, its beginning."""
    beginning = message[:_MAX_READ_CHARS]
    own, quote = split_quote(beginning)
    text = _read_flags(own)[0].text
    command = _parse_own_command(beginning, match_recipe(text), quote)
    command = _choose_command(command, message)
    return text if command is None or isinstance(command, PictureEdit) else ""


def _should_draw(text: str, recipe: Recipe | None) -> bool:
    if recipe is not None:
        return recipe.draws
    return is_drawing_request(text) and not is_chart_of_a_table(text)


def _read_own_phrases(text: str, recipe: Recipe | None) -> RequestOptions:
    """Read the options in plain words; the sentence that asks for a recipe sets none.

    “Extract the data as csv” is its name.
    """
    return read_phrases(recipe.extract_remainder(text) if recipe else text)


def _parse_own_command(message: str, recipe: Recipe | None, quote: str) -> Command | None:
    """Return what Easel does itself. A mention alone asks what it can do."""
    if not message.strip():
        return ShowHelp()
    return parse_command(message) or _build_recipe_command(message, recipe, quote)


def _is_wish_too(command: Command | None) -> bool:
    """Whether it is a wish to the model of a picture that it drew: “as a LinkedIn banner”."""
    return isinstance(command, EditPicture) and command.is_wish


def _build_recipe_command(message: str, recipe: Recipe | None, quote: str) -> ShowGraph | None:
    """Return what Easel does for a recipe of its own; None where the words ask for more."""
    if recipe is None or recipe.name != GRAPH_RECIPE.name:
        return None
    own = recipe.extract_remainder(message)
    if not own:
        lines = split_quote(message)[1].splitlines() if quote else []
        return ShowGraph(text="\n".join(line.removeprefix("> ") for line in lines))
    text = strip_fence(own)
    return ShowGraph(text=text) if text != own and guess_name(text) else None


def _parse_beginning(message: str) -> ParsedRequest:
    read, rest = parse_request(message[:_MAX_READ_CHARS]), message[_MAX_READ_CHARS:]
    last = read.prompt_parts[-1]
    parts = (*read.prompt_parts[:-1], replace(last, words=last.words + rest))
    return replace(
        read,
        text=read.text if read.quote else read.text + rest,
        quote=read.quote + rest if read.quote else "",
        full_text=read.full_text + rest,
        prompt_text=join_parts(parts),
        prompt_parts=parts,
        command=_choose_command(read.command, message),
    )


def _choose_command(command: Command | None, message: str) -> Command | None:
    """Return the command of `message`: of a very long one, only what saves it is one."""
    is_whole = len(message) <= _MAX_READ_CHARS
    return command if is_whole or isinstance(command, SaveRecipe) else None


def _add_size(
    options: RequestOptions, text: str, *, is_of_new: bool
) -> tuple[RequestOptions, InvalidFlagError | None]:
    """Add the size and shape that the words ask for, or say why no picture can have it."""
    try:
        words = erase_quotes(text)
        aspect = options.aspect or read_aspect(words)
        shape = parse_aspect(aspect or "")
        ratio = shape[0] / shape[1] if shape else 0
        size = read_size(words, ratio, is_of_new=is_of_new) or read_lead_size(words)
        return replace(options, size=size, aspect=aspect), None
    except ImpossibleSizeError as error:
        written = re.sub(r"[^\w.,-]", "", str(error))[:40]
        sentence = Message(_IMPOSSIBLE_SIZE_MESSAGE, size=written, reason=SIZE_REASON)
        return options, InvalidFlagError("no size", user_message=sentence)


def _read_flags(text: str) -> tuple[ParsedFlags, InvalidFlagError | None]:
    try:
        return read_flags(text), None
    except InvalidFlagError as error:
        return ParsedFlags(text, RequestOptions()), error
