"""Graphs of packages of which every edge is known, for the formats that state one."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    needs: tuple[int, ...]

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class KnownGraph:
    """`direct` are the packages that the project itself asks for; numbers count `packages`."""

    packages: tuple[Package, ...]
    direct: tuple[int, ...]

    @property
    def edges(self) -> set[tuple[str, str]]:
        return {(one.id, self.packages[need].id) for one in self.packages for need in one.needs}

    def list_direct(self, root: str) -> set[tuple[str, str]]:
        return {(root, self.packages[need].id) for need in self.direct}


def make_known_graph(
    seed: int,
    *,
    count: int = 260,
    needs: int = 4,
    pattern: str = "pkg-{}",
    has_doubles: bool = True,
) -> KnownGraph:
    """Return a graph with rings, and with two versions of every ninth name.

    Second versions need only what has one version, so that npm's folders are two deep.
    """
    rng = random.Random(seed)
    doubles = count // 9 if has_doubles else 0
    names = [pattern.format(number) for number in range(count)]
    second = list(range(doubles))  # the first names have two versions
    single = list(range(doubles, count))
    # Somebody needs each second version: npm has no folder for it otherwise.
    needers = dict(zip(rng.sample(single, doubles), range(count, count + doubles), strict=True))
    packages = []
    for number in range(count + doubles):
        is_second = number >= count
        pool = single if is_second else [*range(count), *(count + one for one in second)]
        wanted: dict[int, int] = {}
        if number in needers:
            wanted[needers[number] - count] = needers[number]
        for need in rng.sample(pool, rng.randrange(0, 2 * needs)):
            own = need if need < count else need - count
            if own != (number if not is_second else number - count):
                wanted.setdefault(own, need)
        name = names[number if not is_second else number - count]
        version = f"{1 + is_second}.{number}.0"
        packages.append(Package(name, version, tuple(wanted.values())))
    direct = tuple(rng.sample(range(count), min(20, count)))
    return KnownGraph(tuple(packages), direct)


def list_needs(graph: KnownGraph, package: Package) -> list[Package]:
    return [graph.packages[need] for need in package.needs]


def find_needers(graph: KnownGraph) -> dict[Package, list[Package]]:
    """Of each second version those that need it."""
    found: dict[Package, list[Package]] = {}
    for one in graph.packages:
        for need in list_needs(graph, one):
            if not is_first(need):
                found.setdefault(need, []).append(one)
    return found


def is_first(package: Package) -> bool:
    return package.version.startswith("1.")
