"""Manifests that are broken, or made to do harm: a graph or one sentence, and soon."""

from __future__ import annotations

import random

import pytest

from bot.graphs.graph import Graph, GraphError
from tests.support.known_graphs import make_known_graph
from tests.support.manifest_files import LOCK_WRITERS, SINGLE_WRITERS
from tests.support.processor_time import hold_to
from tests.unit.graphs.manifests.reading import FORMATS, read

SEEDS = {
    **{
        kind: (name, write(make_known_graph(1, count=12)))
        for kind, (name, write) in LOCK_WRITERS.items()
    },
    **{
        kind: (name, write(make_known_graph(2, count=12, has_doubles=False)))
        for kind, (name, write) in SINGLE_WRITERS.items()
    },
    "package.json": ("package.json", '{"name": "a", "dependencies": {"b": "npm:c@^1"}}'),
    "pyproject": ("pyproject.toml", '[project]\nname = "a"\ndependencies = ["b>=1"]\n'),
    "Pipfile.lock": ("Pipfile.lock", '{"_meta": {}, "default": {"a": {"version": "==1"}}}'),
    "Pipfile": ("Pipfile", "[packages]\na = '*'\nb = {git = 'x'}\n"),
    "setup.cfg": ("setup.cfg", "[options]\ninstall_requires =\n    a>1\n    b\n"),
    "setup.py": ("setup.py", "setup(name='x', install_requires=['a', 'b>1'])\n"),
    "conda": ("environment.yml", "name: x\ndependencies:\n- python=3.9\n- pip:\n  - a\n"),
    "Cargo.toml": ("Cargo.toml", '[package]\nname = "a"\n[dependencies]\nb = { path = "../b" }\n'),
    "go.mod": ("go.mod", "module x\nrequire (\n a.com/b v1 // indirect\n)\nreplace c => ./c\n"),
    "go.sum": ("go.sum", "a.com/b v1 h1:a=\na.com/b v1/go.mod h1:a=\n"),
    "composer.json": ("composer.json", '{"require": {"php": "8", "a/b": "^1"}}'),
}
PIECES = [
    '"', "'", "{", "}", "[", "]", ":", "\n", "\x00", "\ud800", "@", "/", "(", ")", "#", "\\", "=",
    ",", " ", "\t", "&a ", "*a ", "!!python/object:os.system ", "${HOME}", "<!channel>", "\u202e",
    "\x1b[31m", "9" * 5_000, "[" * 300, "null", "true", "-1", "<<<<<<< a\n", ">>>>>>> b\n",
]  # fmt: skip


def damage(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice([1, 1, 2, 5])):
        begin = rng.randrange(len(text) + 1)
        end = min(len(text), begin + rng.choice([0, 1, 5, 80]))
        piece = rng.choice([*PIECES, "", "", text[begin:end] * 3])
        text = text[:begin] + piece + text[end:]
    return text


def check(graph: Graph) -> None:
    ids = {node.id for node in graph.nodes}
    assert all(edge.source in ids and edge.target in ids for edge in graph.edges)
    assert graph.roots or not graph.nodes
    repr(graph).encode()
    for node in graph.nodes:
        node.id.encode()
        assert node.name.isprintable()


@pytest.mark.parametrize("kind", SEEDS)
def test_a_damaged_file_gives_a_graph_or_one_sentence(kind: str) -> None:
    rng = random.Random(kind)
    name, text = SEEDS[kind]
    check(read(name, text))
    for _ in range(60):
        damaged = damage(text, rng)
        try:
            check(read(name, damaged))
        except StopIteration:
            continue  # it is not recognized any more
        except GraphError as error:
            sentence = str(error.user_message)
            assert name in sentence
            assert "\n" not in sentence


MANY = 800
HOSTILE = {
    "one name, many versions": (
        "uv.lock",
        "version = 1\n"
        + "".join(
            f'[[package]]\nname = "a"\nversion = "{n}"\ndependencies = [{{ name = "a" }}]\n'
            for n in range(MANY)
        ),
    ),
    "many ranges": (
        "poetry.lock",
        "".join(
            f'[[package]]\nname = "a"\nversion = "{n}"\n[package.dependencies]\na = ">={n}"\n'
            for n in range(MANY)
        ),
    ),
    "one name for all": (
        "Cargo.lock",
        "".join(
            f'[[package]]\nname = "a"\nversion = "{n}"\ndependencies = ["a"]\n' for n in range(MANY)
        ),
    ),
    "keys in keys": ("pyproject.toml", "a." * 100_000 + "a = 1"),
    "quotes": ("yarn.lock", "# yarn lockfile v1\n" + '"' + "\\" * 200_000),
    "spaces": ("yarn.lock", "# yarn lockfile v1\na" + " " * 100_000 + "x" + " " * 100_000 + ":y"),
    "commas": ("bun.lock", '{"lockfileVersion": 1' + (("," + " " * 100) * 1_000) + "}"),
    "comments": ("bun.lock", '{"lockfileVersion": 1,' + "/*" * 100_000),
    "an open text": ("bun.lock", '{"lockfileVersion": 1, "' + '\\"' * 200_000),
    "open comments": ("bun.lock", '{"lockfileVersion": 1, ' + "/* " * 100_000),
    "an open word": ("go.mod", "module x\n" + '"' + '\\"' * 200_000),
    "spaces between": ("requirements.txt", "a " + " " * 200_000 + "b"),
    "operators": ("requirements.txt", "a>=" + "1=" * 2_000 + "("),
    "a long wheel": ("requirements.txt", "./" + "a" * 200_000),
    "a long asker": ("requirements.txt", "a==1 # via x" + " " * 200_000 + "("),
    "a long group": ("Gemfile.lock", "GEM\n  specs:\n    a (" + "1-" * 100_000 + ")\n"),
    "one module, many times": (
        "go.mod",
        "module x\nrequire (\n"
        + "".join(f"a v{n}\n" for n in range(3_000))
        + ")\n"
        + "replace a => b v1\n" * 1_000,
    ),
    "alias of an alias": ("package.json", '{"dependencies": {"a": "' + "npm:a@" * 50_000 + '"}}'),
    "a long name": ("requirements.txt", "a" * 300_000),
    "joined lines": ("requirements.txt", "\\\n" * 100_000 + "a"),
    "a long file name": ("requirements.txt", "x" + "-a" * 50_000 + ".whl"),
    "parentheses": ("requirements.txt", "a; " + "(" * 4_000),
    "groups in a ring": (
        "pyproject.toml",
        "[dependency-groups]\n"
        + "".join(f'g{n} = [{{include-group = "g{(n + 1) % 100}"}}, "a{n}"]\n' for n in range(100)),
    ),
    "a tower of calls": ("setup.py", "(" * 10_000),
    "a sum": ("setup.py", "a = " + "1+" * 20_000 + "1\nsetup(install_requires=a)"),
    "a bomb": (
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\na0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_made_to_take_long_is_read_or_refused_soon(kind: str) -> None:
    name, text = HOSTILE[kind]
    with hold_to(3):
        try:
            check(read(name, text))
        except GraphError as error:
            assert name in str(error.user_message)


def test_each_format_has_a_name_and_finds_its_own_seed() -> None:
    names = [one.name for one in FORMATS]
    assert len(names) == len(set(names))
    for name, text in SEEDS.values():
        assert any(one.matches(f"folder/{name}", text) for one in FORMATS)
        assert not any(one.matches("notes.md", "# Notes\n") for one in FORMATS)
