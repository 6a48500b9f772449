"""Manifests of real size are read need by need: each with its name and its kind, and no other."""

from __future__ import annotations

import pytest

from tests.support.direct_manifests import DIRECT_FORMATS, make_needs
from tests.unit.graphs.manifests.reading import read


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", DIRECT_FORMATS)
def test_what_a_project_needs_is_read_one_by_one(kind: str, seed: int) -> None:
    form = DIRECT_FORMATS[kind]
    needs = make_needs(seed, form.kinds, pattern=form.pattern)
    graph = read(form.name, form.write(needs))
    names = {node.id: node.name for node in graph.nodes}
    (root,) = graph.roots
    assert {edge.source for edge in graph.edges} == {root}
    found = sorted((names[edge.target], edge.kind) for edge in graph.edges)
    assert found == sorted((need.name, need.kind) for need in needs)
    assert not graph.is_whole and not graph.unresolved
    assert not [edge for edge in graph.edges if edge.is_unresolved]
