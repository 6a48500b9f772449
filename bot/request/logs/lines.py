"""Reads the command that shows lines of a log: “lines 4300-4350”, “L4321”, in five languages. Pure.

The command is the whole message. See `bot.commands.log_lines` for what it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.request.own_words import normalize_letters

_MAX_COMMAND_CHARS = 160
# How many lines before and after are context, unless a person names another number.
_CONTEXT, _MAX_CONTEXT, _MAX_NUMBER = 5, 100, 10**10
_NUMBER = r"\d{1,3}(?:[,.'\u202f\u00a0 ]\d{3}){1,3}|\d{1,11}"
_FIRST = rf"[l#]?(?P<first>{_NUMBER})"
_LAST = rf"[l#]?(?P<last>{_NUMBER})"
_FILE = r"(?P<file>[\w][\w .()@+-]{0,100}\.[\w-]{1,12})"
_ARTICLE = (
    r"(?:the |this |that |die |der |dem |des |den |la |le |les |l'|el |los |las |del |du |mi )?"
)
_LOG = (
    rf"(?: ?(?:of|in|from|von|aus|im|in der|de|dans|du|del|en) {_ARTICLE}"
    rf"(?:log|logs|file|logfile|datei|fichier|journal|archivo|registro|{_FILE}))?"
)
_RANGE = (
    rf"{_FIRST}(?: ?(?:-|–|—|\.\.|:|to|through|until|till|and|bis|und|a|et|hasta|al|y) ?{_LAST})?"
)
_WITH = (
    r"(?:,? ?(?P<context>(?:with|and)(?: (?P<en>\d{1,3})(?: lines?)?(?: of)?)?(?: some| the)?"
    r" context|(?:and|with) what is around(?: it)?"
    r"|mit(?: (?P<de>\d{1,3}) zeilen)?(?: etwas)? (?:kontext|umgebung)"
    r"|avec(?: (?P<fr>\d{1,3}) lignes de)?(?: le| du)? ?contexte"
    r"|con(?: (?P<es>\d{1,3}) lineas de)?(?: el)? ?contexto))?"
)
_PLEASE = r"(?:,? (?:please|pls|bitte|s'il te plait|stp|por favor|porfa))?"
_SHOW = (
    r"(?:(?:please |bitte |por favor )?(?:show|quote|print|give|read|display|zeige?|zitiere?|gib"
    r"|montre[rz]?|affiche[rz]?|cite|donne|muestra|ensena|mostrar|cita|dame|voir|ver)"
    r"(?:[ -]?(?:me|mir|moi))? )?"
)
_AROUND = r"(?P<around>around|near|um|rund um|autour de|alrededor de)"
_WORD = r"(?:log ?)?(?:lines?|zeilen?|lignes?|lineas?|ll?\.)"
_TO = r"(?: ?(?:-|–|—|\.\.|to|bis|a) ?"
_AFTER = rf"{_LOG}{_WITH}{_PLEASE}"
_JA_OF = rf"(?:ログの?|{_FILE}の)? ?"
_JA_SHOW = r"(?:を|も)?(?:見せて|表示(?:して)?|引用(?:して)?|教えて)?(?:ください|下さい)?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SHOW}{_ARTICLE}{_WORD} {_RANGE}{_AFTER}",
        rf"{_SHOW}l(?P<first>{_NUMBER}){_TO}{_LAST})?{_AFTER}",
        rf"what(?:'s| is| stands) (?:on|in|at) {_ARTICLE}{_WORD} {_RANGE}{_AFTER}",
        rf"{_SHOW}(?:what is )?{_AROUND} {_ARTICLE}{_WORD} {_FIRST}{_LOG}{_PLEASE}",
        rf"{_JA_OF}{_FIRST} ?(?:行目?)?(?:から|〜|～|~|-|–) ?{_LAST} ?行目?(?:まで)?"
        rf"(?:の?(?P<context>前後))?{_JA_SHOW}",
        rf"{_JA_OF}{_FIRST} ?行目(?:と?の?(?P<context>前後)(?:も一緒に)?)?{_JA_SHOW}",
    )
)


@dataclass(frozen=True, slots=True)
class ShowLines:
    """`lines 4300-4350 of build.log`: lines of the newest log, or of the one that is named.

    `context` lines before and after them are shown, too.
    """

    first: int
    last: int
    context: int = 0
    file: str = ""


def parse_show_lines(line: str) -> ShowLines | None:
    """Return the lines that a message asks for; None for any other message."""
    if len(line) > _MAX_COMMAND_CHARS or not any(character.isdigit() for character in line):
        return None
    words = " ".join(normalize_letters(line).strip(" .!?。！？¿¡").split())
    found = next((match for one in _PATTERNS if (match := one.fullmatch(words))), None)
    if found is None:
        return None
    groups = found.groupdict()
    first = _read_number(groups["first"])
    last = _read_number(groups.get("last") or groups["first"])
    if not 0 < first <= last < _MAX_NUMBER:
        return None
    return ShowLines(first, last, _read_context(groups), groups.get("file") or "")


def _read_context(groups: dict[str, str | None]) -> int:
    if not (groups.get("context") or groups.get("around")):
        return 0
    named = next((groups[name] for name in ("en", "de", "fr", "es") if groups.get(name)), None)
    return min(int(named), _MAX_CONTEXT) if named else _CONTEXT


def _read_number(text: str) -> int:
    return int(re.sub(r"\D", "", text))
