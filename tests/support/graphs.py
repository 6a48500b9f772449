"""Graphs and lock files that are made by code: the same for the same seed."""

from __future__ import annotations

import json
import random

from bot.graphs.graph import Edge, Graph, Node, build_graph

_SCOPES = ("@babel/", "@types/", "@aws-sdk/", "@jest/", "", "", "", "", "")
_WORDS = ("lodash", "react", "express", "colour", "semver", "glob", "yargs", "debug")


def build_lock(nodes: int, edges: int, *, seed: int = 1) -> bytes:
    """Return a package-lock.json with so many packages and connections, and no cycle."""
    rand = random.Random(seed)
    names = [f"{rand.choice(_SCOPES)}{rand.choice(_WORDS)}-{number}" for number in range(nodes)]
    needs: dict[str, dict[str, str]] = {name: {} for name in names}
    direct = names[: min(45, nodes)]
    count = len(direct)
    while count < edges:
        source = int(nodes * rand.random() ** 1.5)
        target = rand.randrange(source + 1, nodes) if source + 1 < nodes else source
        if target != source and names[target] not in needs[names[source]]:
            needs[names[source]][names[target]] = "^1.0.0"
            count += 1
    root = {"name": "shop", "version": "1.0.0", "dependencies": dict.fromkeys(direct, "^1.0.0")}
    packages: dict[str, object] = {"": root}
    for number, name in enumerate(names):
        version = f"1.{number % 7}.{number % 3}"
        packages[f"node_modules/{name}"] = {"version": version, "dependencies": needs[name]}
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": packages}).encode()


def build_small_graph() -> Graph:
    """Return a graph with a cycle, two versions of one name, and something unresolved."""
    names = {"a": "1.0", "b": "2.0", "c": "3.0", "d": "4.0", "leaf": "1.0"}
    nodes = [Node("app", "app", kind="project")]
    nodes += [Node(name, name, version, "production") for name, version in names.items()]
    nodes += [Node("leaf2", "leaf", "2.0", "production"), Node("t", "tester", "1", "development")]
    nodes.append(Node("open", "${version}", is_unresolved=True))
    pairs = (
        "app a",
        "app b",
        "app t",
        "a c",
        "c d",
        "d a",
        "b leaf",
        "d leaf2",
        "t leaf",
        "b open",
    )
    edges = [Edge(source, target) for source, target in map(str.split, pairs)]
    return build_graph("test.lock", nodes, edges, roots=["app"], is_whole=True)
