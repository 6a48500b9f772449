"""Reads a message that corrects a diagram: “edge 3 is wrong, it goes to Billing”. Pure.

Only what can be read for sure: every sentence of the message has to be one of these.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.graphs.diagrams.corrections import (
    AddEdge,
    AddNode,
    Correction,
    LabelEdge,
    MoveEdge,
    RemoveEdge,
    RemoveNode,
    RenameNode,
)
from bot.request.diagrams import patterns

_MAX_CHARS, _MAX_SENTENCES = 1_000, 12
_SENTENCE_END = re.compile(r"(?:[.;!。；！]+(?=\s|$)|[。；]|\n)+\s*")
_NODE_WORD = re.compile(
    r"(?:the )?(?:node|box|knoten|kasten|n(?:œ|oe)ud|nodo|caja|ノード|ボックス)"
    r"(?: (?:no\.?|number|nr\.?|nummer))? ?#?(\d{1,4})",
    re.IGNORECASE,
)
_QUOTES = " \t,、:\"'“”„«»「」『』`"
_MOVE = patterns.compile_patterns(patterns.MOVE)
_REVERSE = patterns.compile_patterns(patterns.REVERSE)
_REMOVE_EDGE = patterns.compile_patterns(patterns.REMOVE_EDGE)
_ADD_EDGE = patterns.compile_patterns(patterns.ADD_EDGE)
_LABEL_EDGE = patterns.compile_patterns(patterns.LABEL_EDGE)
_RENAME = patterns.compile_patterns(patterns.RENAME)
_REMOVE_NODE = patterns.compile_patterns(patterns.REMOVE_NODE)
_ADD_NODE = patterns.compile_patterns(patterns.ADD_NODE)
# A message that speaks of these in a thread with a diagram may correct it, in other words.
_HINT = re.compile(
    r"\b(?:edges?|arrows?|connections?|nodes?|boxes|box|kanten?|pfeile?|verbindung(?:en)?"
    r"|knoten|kästchen|fl[eè]ches?|ar[eê]tes?|n(?:œ|oe)uds?|flechas?|aristas?"
    r"|conexi[oó]n(?:es)?|nodos?)\b|エッジ|矢印|ノード|接続",
    re.IGNORECASE,
)
_MISTAKE = re.compile(
    r"\b(?:diagram|diagramm|diagramme|diagrama)\b.{0,40}\b(?:wrong|incorrect|missing|falsch|fehlt"
    r"|fau(?:x|sse)|manque|mal|equivocad[ao]|falta)\b|図.{0,20}(?:違|間違|足り)",
    re.IGNORECASE | re.DOTALL,
)
_WRONG = re.compile(
    r"\b(?:wrong|not right|incorrect|missing|should|swap|rename|delete|remove|add|correct|fix"
    r"|falsch|fehlt|fehlen|sollte|soll|lösche?|entferne?|ergänze?|korrigiere?|tausche?"
    r"|fau(?:x|sse)|manque|devrait|supprime|ajoute|corrige|mal|equivocad[ao]|falta|deber[ií]a"
    r"|borra|quita|añade|corrige)\b|違|間違|足り|削除|追加|直し|修正",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CorrectDiagram:
    """The newest diagram of the thread is to be corrected."""

    corrections: tuple[Correction, ...]


def parse_diagram_corrections(text: str) -> CorrectDiagram | None:
    """Return what `text` corrects; None where any part of it is something else."""
    if len(text) > _MAX_CHARS or "?" in text or "？" in text:
        return None
    sentences = [" ".join(part.split()) for part in _SENTENCE_END.split(text)]
    sentences = [sentence.lstrip("-*• ") for sentence in _join_halves(sentences) if sentence]
    if not 0 < len(sentences) <= _MAX_SENTENCES:
        return None
    corrections = [_parse_sentence(sentence) for sentence in sentences]
    found = tuple(one for one in corrections if one is not None)
    return CorrectDiagram(found) if len(found) == len(corrections) else None


def can_correct_diagram(text: str) -> bool:
    """Whether a message may correct a diagram in words that only a model can read."""
    is_short = len(text) <= _MAX_CHARS and "?" not in text and "？" not in text
    is_hinted = bool(_HINT.search(text)) and bool(_WRONG.search(text))
    return is_short and (is_hinted or bool(_MISTAKE.search(text)))


def _join_halves(sentences: list[str]) -> list[str]:
    """Join “edge 3 is wrong.” with what comes after it."""
    joined = list[str]()
    for sentence in sentences:
        if joined and _IS_WRONG.fullmatch(joined[-1]):
            joined[-1] = f"{joined[-1]}, {sentence}"
        else:
            joined.append(sentence)
    return joined


_IS_WRONG = re.compile(
    r".{1,30}\d{1,4} (?:is (?:wrong|not right|incorrect)|ist (?:falsch|nicht richtig)"
    r"|est (?:fausse|faux|incorrecte?)|está mal|es incorrect[ao])|.{1,12}[0-9０-９](?:番)?(?:は|が)"
    r"間違.{0,8}",
    re.IGNORECASE,
)


def _parse_sentence(sentence: str) -> Correction | None:
    return (
        _parse_edge_sentence(sentence)
        or _parse_new_edge(sentence)
        or _parse_node_sentence(sentence)
    )


def _parse_edge_sentence(sentence: str) -> Correction | None:
    if found := _match(_REVERSE, sentence):
        return MoveEdge(_read_number(found), reverses=True)
    if found := _match(_REMOVE_EDGE, sentence):
        return RemoveEdge(_read_number(found))
    if found := _match(_LABEL_EDGE, sentence):
        return LabelEdge(_read_number(found), found["label"].strip(_QUOTES))
    if found := _match(_MOVE, sentence):
        ends = found.groupdict()
        return MoveEdge(_read_number(found), _read_name(ends.get("s")), _read_name(ends.get("t")))
    return None


def _parse_new_edge(sentence: str) -> Correction | None:
    found = _match(_ADD_EDGE, sentence)
    if found is None:
        return None
    label = (found.groupdict().get("label") or "").strip(_QUOTES)
    return AddEdge(_read_name(found["s"]), _read_name(found["t"]), label)


def _parse_node_sentence(sentence: str) -> Correction | None:
    if found := _match(_RENAME, sentence):
        return RenameNode(_read_name(found["x"]), found["label"].strip(_QUOTES))
    if found := _match(_REMOVE_NODE, sentence):
        return RemoveNode(_read_name(found["x"]))
    if found := _match(_ADD_NODE, sentence):
        return AddNode(found["label"].strip(_QUOTES))
    return None


def _match(patterns_: tuple[re.Pattern[str], ...], sentence: str) -> re.Match[str] | None:
    return next(filter(None, (one.fullmatch(sentence) for one in patterns_)), None)


def _read_number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    return int(unicodedata.normalize("NFKC", groups.get("n") or groups.get("n2") or "0"))


def _read_name(name: str | None) -> str:
    """Return a name without its quotes; “node 4” is the number 4."""
    plain = (name or "").strip(_QUOTES)
    numbered = _NODE_WORD.fullmatch(plain)
    return numbered[1] if numbered else plain
