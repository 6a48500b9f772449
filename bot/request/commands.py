"""Messages that are commands: settings, pictures of the thread, going back, what was seen. Pure.

A command is the whole message and nothing else; see `bot.commands` for what each one does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.pictures.operations import ComparePixels, EditPicture, PictureEdit, ShowPalette
from bot.request.flags import ASPECTS, BACKGROUNDS, EFFORTS, QUALITIES, is_known_flag
from bot.request.graphs.parse import ShowGraph, parse_graph_wish
from bot.request.logs.lines import ShowLines, parse_show_lines
from bot.request.own_words import normalize_letters
from bot.request.pictures.called_files import NAME_PATTERN, NAME_SIGNS, has_called, list_called
from bot.request.pictures.conversions import (
    ConvertPicture,
    PictureCommand,
    UnsupportedCommand,
    parse_picture_command,
)
from bot.request.pictures.edit_values import ImpossibleEditError
from bot.request.pictures.edit_words import parse_picture_edit
from bot.request.pictures.go_back import GoBack, parse_go_back
from bot.request.saved_recipes import RecipeCommand, parse_recipe_command
from bot.request.steering.quiet_words import QuietCommand, parse_quiet_command
from bot.request.translated_commands import translate_command

_MAX_COMMAND_CHARS = 120
_SETTINGS_PATTERN = re.compile(
    r"settings\W*(?:\s(?P<rest>reset|(?:--|—|–).*))?", re.IGNORECASE | re.DOTALL
)
# Flags without their hyphens, in a message that is too short to be a question about settings.
_LOOSE_SETTINGS_PATTERN = re.compile(r"settings:?\s+(?P<rest>\S+(?:\s+\S+){0,3})", re.IGNORECASE)
_FLAG_VALUES = {*ASPECTS, *EFFORTS, *QUALITIES, *BACKGROUNDS}
_FILE_VIEWS_PATTERN = re.compile(
    r"(?:please )?(?:what (?:did|have) you (?:see|seen)|what were you shown|show what you saw"
    r")(?: (?:so far|of (?:it|that|my files?)|in (?:it|there|my files?)))?\W*",
    re.IGNORECASE,
)
# As the entry of the menu under an answer says it, in each of Easel's languages.
_COPY_PATTERN = re.compile(
    r"(?:(?:please )?copy as (?:a )?markdown(?: file)?|als markdown-datei kopieren"
    r"|copier en fichier markdown|copiar como archivo markdown"
    r"|markdownファイルとしてコピー)[.!。]?",
    re.IGNORECASE,
)
_HELP_PATTERN = re.compile(
    r"[¿¡/-]*(?:(?:please|hi|hey|hello|ok|so|hallo|salut|hola|bonjour|easel|@easel)[,!]? )*"
    r"(?:help(?: me)?|what (?:all )?(?:can|could) (?:you|i) do(?: (?:here|for me|for us|with you))?"
    r"|what do you do|what are you able to do|how do i use (?:you|this|easel)"
    r"|how (?:do|does) (?:you|this|easel) work|(?:show |list )?(?:the |all |your )?commands"
    r"|hilfe|hilf mir|was (?:kannst|machst) du(?: (?:alles|hier|eigentlich|so|für mich|für uns))*"
    r"|was kann ich (?:hier |mit dir )?(?:machen|tun)|wie funktionierst du|wie benutze ich dich"
    r"|(?:à l['’])?aide|aide[- ]moi|que (?:peux|sais)[- ]tu faire|comment tu marches"
    r"|(?:qu['’]est[- ]ce que )?tu (?:peux|sais) faire(?: quoi)?"
    r"|ayuda(?:me)?|ayúdame|qué (?:puedes|sabes) hacer|cómo funcionas|cómo te uso"
    r"|ヘルプ|使い方(?:は|を教えて)?|何ができ(?:ますか|る(?:の|んですか)?)|助けて)"
    r"(?:[,]? (?:please|bitte|thanks|s['’]il te plaît|por favor))?[\s.!?？！。…]*",
    re.IGNORECASE,
)

_FIRST_NAME_PATTERN = re.compile(rf"{NAME_PATTERN}(?P<sign>[ :,]+)(?=\S)")

# Of these, what is said of Easel even where a file comes along: “what can I do?” with a picture of
# an error, or “help”, is a question about that.
_ABOUT_EASEL_PATTERN = re.compile(
    r"\b(?:(?:can|could) you do\b|are you able to|use (?:you|easel)\b|(?:do|does) (?:you|easel)"
    r" work"
    r"|(?:kannst|machst) du\b|mit dir\b|funktionierst du|benutze ich dich"
    r"|(?:peux|sais)[- ]tu faire|tu (?:peux|sais) faire|comment tu marches"
    r"|(?:puedes|sabes) hacer|cómo funcionas|cómo te uso)|何ができ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """`settings`"""


@dataclass(frozen=True, slots=True)
class ResetSettings:
    """`settings reset`"""


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """`settings --effort high`; `flags` are not validated yet."""

    flags: str


@dataclass(frozen=True, slots=True)
class ShowFileViews:
    """“What did you see?”"""


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """“Copy as Markdown file”."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """“Help”, “what can you do?”, or a mention of Easel and nothing else.

    `is_about_easel`: the words are surely not about a file that comes with them.
    """

    is_about_easel: bool = False


SettingsCommand: TypeAlias = ShowSettings | ResetSettings | ChangeSettings
Command: TypeAlias = (
    SettingsCommand
    | PictureCommand
    | PictureEdit
    | GoBack
    | ShowFileViews
    | CopyAnswer
    | ShowHelp
    | ShowGraph
    | ShowLines
    | RecipeCommand
    | QuietCommand
)


def parse_command(text: str) -> Command | None:
    """Return the command that `text` is, in any of Easel's languages; None for anything else."""
    line = text.strip()
    command = _parse_short_command(line) or _parse_english_command(line)
    if command is None and (translated := translate_command(line)):
        command = _parse_english_command(translated)
    command = command or _parse_change(line)
    return command or parse_show_lines(line) or parse_graph_wish(line)


def _parse_change(line: str) -> Command | None:
    # “A.png” is no end of a sentence.
    return _parse_called(line) if has_called(line) else _parse_picture_edit(line)


def _parse_called(line: str) -> Command | None:
    """Read a command on pictures that calls one by the name of its file, in any language."""
    for words, names in list_called(normalize_letters(line)):
        command: Command | None = (
            parse_picture_command(words)
            or parse_picture_command(translate_command(words))
            or _parse_picture_edit(words)
        )
        if command is not None:
            return _name_called(command, names)
        # “Photo.jpg --crop 1:1”, “photo.jpg: black and white”.
        first = _FIRST_NAME_PATTERN.match(words)
        edit = _parse_picture_edit(words[first.end() :]) if first and len(names) == 1 else None
        if first and isinstance(edit, EditPicture):
            # “A.tiff and page 2 as png” are two.
            page = 0 if first["sign"].isspace() else edit.page
            if edit == EditPicture(edit.operations, page=page, is_of_photo=edit.is_of_photo):
                return replace(edit, names=names, is_of_photo=False)
        if isinstance(edit, UnsupportedCommand):
            return edit
    return None


def _name_called(command: Command, names: tuple[str, ...]) -> Command | None:
    """Put the names back for the signs that a command has; None if there is one that it has not.

    Of a command that cannot be, the reason is told.
    """
    if isinstance(command, UnsupportedCommand):
        return command
    if not isinstance(command, EditPicture | ShowPalette | ComparePixels | ConvertPicture):
        return None
    is_one = not isinstance(command, ComparePixels) and command.position is not None
    if is_one and len(names) == 1:
        # “The first photo.jpg” is one of several that are called so.
        return replace(command, names=names)
    called = tuple(names[NAME_SIGNS.index(sign)] for sign in command.names)
    return replace(command, names=called) if sorted(called) == sorted(names) else None


def _parse_short_command(line: str) -> RecipeCommand | QuietCommand | CopyAnswer | None:
    if len(line) <= _MAX_COMMAND_CHARS and _COPY_PATTERN.fullmatch(line):
        return CopyAnswer()
    return parse_recipe_command(line) or parse_quiet_command(line)


def _parse_picture_edit(line: str) -> PictureEdit | UnsupportedCommand | None:
    try:
        return parse_picture_edit(line)
    except ImpossibleEditError as error:
        return UnsupportedCommand(error.user_message)


def _parse_english_command(line: str) -> Command | None:
    settings = _SETTINGS_PATTERN.fullmatch(line)
    if settings is not None:
        return _build_settings_command(settings["rest"] or "")
    loose = _LOOSE_SETTINGS_PATTERN.fullmatch(line) if len(line) <= _MAX_COMMAND_CHARS else None
    guessed = _guess_flags(loose["rest"]) if loose is not None and "?" not in line else ""
    if guessed:
        return ChangeSettings(guessed)
    command = parse_picture_command(line) if len(line) <= _MAX_COMMAND_CHARS else None
    if command is not None:
        return command
    if _FILE_VIEWS_PATTERN.fullmatch(line):
        return ShowFileViews()
    words = " ".join(line.split())
    if len(line) <= _MAX_COMMAND_CHARS and _HELP_PATTERN.fullmatch(words):
        return ShowHelp(is_about_easel=bool(_ABOUT_EASEL_PATTERN.search(words)))
    return parse_go_back(line)


def _build_settings_command(rest: str) -> SettingsCommand:
    if not rest:
        return ShowSettings()
    return ResetSettings() if rest.lower() == "reset" else ChangeSettings(rest)


def _guess_flags(text: str) -> str:
    """Return words such as `effort high` as flags; "" unless the first nearly is a flag's name."""
    words = text.replace("=", " ").replace(":", " ").split()
    flagged = [
        f"--{word}"
        if word.isalnum() and word.lower() not in _FLAG_VALUES and is_known_flag(word)
        else word
        for word in words
    ]
    return " ".join(flagged) if flagged and flagged[0].startswith("--") else ""
