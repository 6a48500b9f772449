"""Pictures of a computed graph in a style of their own, asked for in five languages."""

from __future__ import annotations

import pytest

from bot.request.graphs.styled import is_styled_graph


@pytest.mark.parametrize(
    "text",
    [
        "draw the architecture of this repository in the style of a watercolour map",
        "paint our dependencies as a subway map",
        "Draw the module map as a treasure map",
        "Dessine l'architecture du projet façon Moebius",
        "dibuja las dependencias como un mapa del metro",
        "Zeichne die Abhängigkeiten als U-Bahn-Plan",
        "依存関係を地下鉄路線図風に描いて",
    ],
)
def test_these_are_drawn_from_the_graph(text: str) -> None:
    assert is_styled_graph(text, has_files=True) and is_styled_graph(text, has_files=False)


@pytest.mark.parametrize(
    "text", ["Zeichne die Architektur als Aquarell", "make a picture of the architecture"]
)
def test_these_mean_code_only_where_files_come_along(text: str) -> None:
    assert is_styled_graph(text, has_files=True) and not is_styled_graph(text, has_files=False)


@pytest.mark.parametrize(
    "text", ["draw a fox", "explain the architecture", "> draw the architecture\nno", ""]
)
def test_these_are_no_graph(text: str) -> None:
    assert not is_styled_graph(text, has_files=True)
