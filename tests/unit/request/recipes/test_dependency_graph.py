"""Dependencies are drawn by Easel itself; words beyond that go to the model."""

from __future__ import annotations

import pytest

from bot.graphs.wishes import GraphPart, GraphWish
from bot.request.graphs.parse import ShowGraph
from bot.request.parse import parse_request
from bot.request.recipes import match_recipe
from bot.request.recipes.dependency_graph import RECIPE
from bot.request.recipes.recipe import quote

PATHS, FROM = GraphPart.PATHS_TO, GraphPart.FROM


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Draw dependencies", GraphWish()),
        ("draw the dependencies of this", GraphWish()),
        ("Please show me the dependency graph!", GraphWish()),
        ("show the dependency graph of package-lock.json", GraphWish(file="package-lock.json")),
        ("dependency tree of go.mod, depth 2", GraphWish(file="go.mod", depth=2)),
        ("dependencies of Cargo.lock", GraphWish(file="cargo.lock")),
        ("draw the dependency graph, only direct", GraphWish(depth=1)),
        ("draw the dependency graph without dev", GraphWish(without_development=True)),
        ("what depends on what?", GraphWish()),
        ("only development", GraphWish(only_development=True)),
        ("why is lodash there?", GraphWish(PATHS, "lodash")),
        ("Why do we need @babel/core?", GraphWish(PATHS, "@babel/core")),
        ("who needs `lodash`?", GraphWish(PATHS, "lodash")),
        ("what does express depend on?", GraphWish(FROM, "express")),
        ("dependencies of lodash", GraphWish(FROM, "lodash")),
        ("zeig den Abhängigkeitsgraphen", GraphWish()),
        ("Zeichne die Abhängigkeiten von pom.xml, nur direkte", GraphWish(file="pom.xml", depth=1)),
        ("Warum ist lodash da?", GraphWish(PATHS, "lodash")),
        ("was hängt von lodash ab?", GraphWish(PATHS, "lodash")),
        ("Was hängt wovon ab?", GraphWish()),
        ("montre-moi le graphe des dépendances, profondeur 3", GraphWish(depth=3)),
        ("qui a besoin de lodash ?", GraphWish(PATHS, "lodash")),
        ("dibuja el grafo de dependencias de package.json", GraphWish(file="package.json")),
        ("¿quién usa lodash?", GraphWish(PATHS, "lodash")),
        ("¿Por qué está lodash?", GraphWish(PATHS, "lodash")),
        ("show me the dependencies", GraphWish()),
        ("依存関係のグラフを描いてください", GraphWish()),
        ("なぜlodashが必要なの？", GraphWish(PATHS, "lodash")),
        ("lodashの依存関係を見せて", GraphWish(FROM, "lodash")),
        ("lodashはなぜあるの？", GraphWish(PATHS, "lodash")),
        ("lodashを必要としているのは？", GraphWish(PATHS, "lodash")),
        ("expressは何が必要？", GraphWish(FROM, "express")),
        ("what's using lodash?", GraphWish(PATHS, "lodash")),
        ("where is lodash used?", GraphWish(PATHS, "lodash")),
        ("Was benötigt express?", GraphWish(FROM, "express")),
        ("show only direct dependencies", GraphWish(depth=1)),
        ("zeig nur direkte", GraphWish(depth=1)),
    ],
)
def test_these_are_drawn_without_a_model(text: str, wish: GraphWish) -> None:
    command = parse_request(text).command
    assert isinstance(command, ShowGraph)
    assert command.wish == wish


@pytest.mark.parametrize(
    "text",
    [
        "why is it there?",
        "why is the sky blue?",
        "what are our dependencies on the vendor, and is that a risk?",
        "show the graph of my sales",
        "draw a dependency on a whiteboard",
        "dependencies",
        "draw the dependency graph and explain the riskiest package",
        "who needs help with the release tomorrow?",
        "turn this diagram into a dependency table",
        "what depends on the weather tomorrow and who decides?",
        "only a direct flight will do, thanks",
        "draw a cat",
        "show the dependency graph " + "x " * 200,
    ],
)
def test_these_are_questions_for_the_model(text: str) -> None:
    assert not isinstance(parse_request(text).command, ShowGraph)


def test_only_what_can_mean_nothing_else_is_sure_to_be_answered_here() -> None:
    sure = parse_request("draw the dependency graph").command
    assert isinstance(sure, ShowGraph) and sure.is_certain
    for text in ("who needs sleep", "depth 2", "dependencies of lodash"):
        command = parse_request(text).command
        assert isinstance(command, ShowGraph) and not command.is_certain


def test_further_words_are_for_the_model_and_a_pasted_manifest_is_not() -> None:
    asked = parse_request("Draw dependencies\nand explain the riskiest")
    assert asked.recipe is RECIPE and asked.command is None
    pasted = parse_request('Draw dependencies\n```\n{"dependencies": {"a": "1"}}\n```')
    assert isinstance(pasted.command, ShowGraph)
    assert pasted.command.text == '{"dependencies": {"a": "1"}}'
    chosen = parse_request(quote(RECIPE.title, "look at this file"))
    assert chosen.command == ShowGraph(text="look at this file")


def test_the_model_is_told_that_the_graph_is_attached_and_to_draw_none() -> None:
    assert match_recipe("draw dependencies, please") is RECIPE
    assert "the exact graph is attached" in RECIPE.prompt
    assert RECIPE.options.text_only
