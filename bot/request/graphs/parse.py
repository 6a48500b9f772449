"""Reads what a message wants to see of a dependency graph. Pure.

A message is that and nothing more, or it is a question to the model. See `patterns.py` for the
words, and `bot.commands.graphs` for what is done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.graphs.wishes import GraphPart, GraphWish
from bot.request.graphs import patterns
from bot.request.own_words import normalize_letters

_MAX_CHARS = 200
_MAX_OPTIONS = 4
_PUNCTUATION = " .!?…。！？¡¿:"
_POLITE = re.compile(
    r"^(?:(?:please|now|ok|so|hey|easel|@easel|can you|could you|bitte|kannst du|s'il te plait|stp"
    r"|peux-tu|por favor|puedes)[ ,]+){1,3}|[ ,]+(?:please|bitte|s'il te plait|stp|por favor)$"
)
_FILE_NAME = re.compile(
    r".*\.(?:json|jsonc|lock|lockb|toml|txt|in|ya?ml|xml|mod|sum|work|gradle|kts|tf|hcl|cfg|py|zip"
    r"|gemspec|podspec|csproj|resolved|properties)|(?:.*/)?(?:pipfile|gemfile|dockerfile"
    r"|containerfile|cargo|makefile|podfile)"
)
# Words that stand where a name may, and are none.
_NO_NAMES = (
    *("it", "this", "that", "there", "them", "these", "those", "here", "what", "who", "which"),
    *("anything", "everything", "something", "you", "me", "us", "we", "one", "all", "some", "any"),
    *("he", "she", "they", "es", "das", "dies", "sie", "ihn", "was", "wer", "ca", "cela", "ceci"),
    *("qui", "quoi", "elle", "il", "esto", "eso", "ella", "que", "quien", "これ", "それ", "あれ"),
)
_JOINT = r"(?:[ ,;、]|and|und|et|y|but|aber|mais|pero|with|mit|avec|con)*"
_OPTIONS = {name: re.compile(text) for name, text in patterns.OPTION_PATTERNS.items()}
_LAST_OPTION = re.compile(
    r"(?P<before>.*?)(?:^|[ ,;、]|(?<=[ぁ-ん一-龥]))"
    r"(?P<option>" + "|".join(f"(?:{text})" for text in patterns.OPTION_PATTERNS.values()) + ")"
)
_TRAILING_JOINT = re.compile(rf"[ ,;、]+(?:and|und|et|y|but|with|mit|avec|con)?[ ,;、]*$|{_JOINT}$")
_SHOW_ALONE = re.compile(r"(?:show|zeige?|montre|muestra)(?:me|-moi| me| us| mir| uns)?")
_WHOLE = [re.compile(text) for text in patterns.WHOLE_PATTERNS]
_PATHS = [re.compile(text) for text in patterns.PATHS_PATTERNS]
_FROM = [re.compile(text) for text in patterns.FROM_PATTERNS]


@dataclass(frozen=True, slots=True)
class ShowGraph:
    """“Draw the dependency graph of package-lock.json”, “why is lodash there?”

    `is_certain`: the words can mean nothing else, so that Easel says what is missing. `text` is a
    manifest that was written into the message.
    """

    wish: GraphWish = field(default_factory=GraphWish)
    is_certain: bool = True
    text: str = ""


def parse_graph_wish(text: str) -> ShowGraph | None:
    """Return the graph that a message asks for; None for any other message."""
    if len(text) > _MAX_CHARS:
        return None
    line = " ".join(normalize_letters(text).strip(_PUNCTUATION).split())
    words = _POLITE.sub("", _POLITE.sub("", line)).strip(_PUNCTUATION)
    sentence, wish = _split_options(words)
    return _parse_sentence(sentence, wish)


def _split_options(words: str) -> tuple[str, GraphWish]:
    """Take the options from the end of a sentence, or from its beginning (“only direct”)."""
    wish, rest = GraphWish(), words
    for _ in range(_MAX_OPTIONS):
        found = _LAST_OPTION.fullmatch(rest)
        if found is None:
            break
        wish = _add_option(wish, found["option"])
        rest = _TRAILING_JOINT.sub("", found["before"]).strip()
    return rest, wish


def _add_option(wish: GraphWish, option: str) -> GraphWish:
    for name, pattern in _OPTIONS.items():
        found = pattern.fullmatch(option)
        if found is None:
            continue
        match name:
            case "direct":
                return replace(wish, depth=1)
            case "depth" | "levels":
                return replace(wish, depth=max(1, int(found[name])))
            case "development":
                return replace(wish, only_development=True)
            case _:
                return replace(wish, without_development=True)
    return wish


def _parse_sentence(sentence: str, wish: GraphWish) -> ShowGraph | None:
    if not sentence or _SHOW_ALONE.fullmatch(sentence):
        # Options alone belong to a graph that was drawn before.
        has_options = wish != GraphWish()
        return ShowGraph(wish, is_certain=False) if has_options else None
    for pattern in _WHOLE:
        found = pattern.fullmatch(sentence)
        if found is not None:
            target = found.groupdict().get("target") or ""
            return _build_whole(target, wish)
    for part, compiled in ((GraphPart.PATHS_TO, _PATHS), (GraphPart.FROM, _FROM)):
        for pattern in compiled:
            found = pattern.fullmatch(sentence)
            if found is None or found["name"] in _NO_NAMES:
                continue
            if part is GraphPart.FROM and _FILE_NAME.fullmatch(found["name"]):
                return _build_whole(found["name"], wish)
            named = replace(wish, part=part, name=found["name"])
            return ShowGraph(named, is_certain=False)
    return None


def _build_whole(target: str, wish: GraphWish) -> ShowGraph:
    if not target or target in _NO_NAMES:
        return ShowGraph(wish)
    if _FILE_NAME.fullmatch(target):
        return ShowGraph(replace(wish, file=target))
    return ShowGraph(replace(wish, part=GraphPart.FROM, name=target), is_certain=False)
