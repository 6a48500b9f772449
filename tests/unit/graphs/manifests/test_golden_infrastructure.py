"""Files of builds and infrastructure, of real size and with a known graph: edge by edge."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from bot.graphs.graph import Graph, GraphError
from bot.graphs.manifests import infrastructure, java
from tests.support.infrastructure_files import WRITERS, Golden

FORMATS = (*java.FORMATS, *infrastructure.FORMATS)
# Signs that mean something in one of the formats, and some that mean nothing in any.
SIGNS = [
    "{",
    "}",
    "[",
    "]",
    "(",
    '"',
    "'",
    ":",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "${",
    "\n",
    "\t",
    "\x00",
]
SIGNS += ["<", ">", "/*", "//", "#", "\ud800", "\u202e", "!Ref ", "---\n", "|", "=", "\\", "é", ","]


def read(golden: Golden) -> Graph:
    found = next(one for one in FORMATS if one.matches(golden.name, golden.text[:4_000]))
    return found.read(golden.name, golden.text)


def list_edges(graph: Graph) -> set[tuple[str, str]]:
    labels = {node.id: node.label for node in graph.nodes}
    return {(labels[edge.source], labels[edge.target]) for edge in graph.edges}


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("seed", range(1, 7))  # every other one in Gradle's other language
def test_the_edges_are_those_of_the_file_and_no_others(
    write: Callable[[int], Golden], seed: int
) -> None:
    golden = write(seed)
    graph = read(golden)
    assert list_edges(graph) == golden.edges
    assert not any(node.is_unresolved for node in graph.nodes if node.kind not in HELD_ELSEWHERE)


# The generated objects name maps and secrets that are not in their file.
HELD_ELSEWHERE = ("ConfigMap", "Secret")


def damage(text: str, rng: random.Random) -> str:
    """Change a text in a few places: cut, repeat, move, and put in signs."""
    for _ in range(rng.randrange(1, 6)):
        at, size = rng.randrange(len(text) + 1), rng.randrange(60)
        piece = text[at : at + size]
        style = rng.randrange(4)
        if style == 0:
            text = text[:at] + text[at + size :]
        elif style == 1:
            text = text[:at] + piece * rng.randrange(2, 30) + text[at:]
        elif style == 2:
            text = text[:at] + "".join(rng.choices(SIGNS, k=rng.randrange(1, 9))) + text[at:]
        else:
            text = text[: rng.randrange(len(text) + 1)] if rng.random() < 0.1 else text + piece
    return text


@pytest.mark.parametrize("write", WRITERS)
def test_damaged_files_give_a_graph_or_one_sentence(write: Callable[[int], Golden]) -> None:
    golden = write(1)
    text = golden.text[:2_500]
    found = next(one for one in FORMATS if one.matches(golden.name, text))
    for seed in range(25):
        damaged = damage(text, random.Random(f"{golden.name} {seed}"))
        try:
            found.read(golden.name, damaged)
        except GraphError as error:
            assert error.user_message.endswith((".", "first."))
