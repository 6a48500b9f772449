"""The dialects of the files of Python projects."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.unit.graphs.manifests.reading import list_lines, read, refuse


def test_pyproject_states_extras_groups_builds_places_and_what_is_dynamic() -> None:
    text = """
[build-system]
requires = ["hatchling>=1"]
[project]
name = "app"
version = "1.0"
requires-python = ">=3.11"
dynamic = ["optional-dependencies"]
dependencies = ["Flask_Login==0.6", "httpx[http2]>=0.27; python_version < '3.13'",
  "x @ https://u:p@example.com/x.zip", "lib", "not a requirement!"]
[project.optional-dependencies]
web = ["uvicorn"]
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
lint = ["ruff", {include-group = "test"}, {include-group = "nowhere"}]
[tool.uv.sources]
lib = { path = "../lib" }
[tool.uv]
constraint-dependencies = ["numpy<2"]
[tool.pdm.dev-dependencies]
dev = ["-e file:///x", "mypy"]
[tool.hatch.envs.docs]
dependencies = ["mkdocs"]
"""
    graph = read("pyproject.toml", text)
    assert [line.removeprefix("app@1.0 -> ") for line in list_lines(graph)] == [
        "python platform >=3.11",
        "flask-login@0.6 production ==0.6",
        'httpx production [http2]>=0.27; python_version < "3.13"',
        "x production https://example.com/x.zip ?",
        "lib production ../lib ?",
        "not a requirement! production",
        "uvicorn optional extra web",
        "optional-dependencies optional dynamic ?",
        "pytest development group test",
        "ruff development group test",
        "ruff development group lint",
        "pytest development group lint",
        "hatchling build >=1",
        "file:///x development group dev ?",
        "mypy development group dev",
        "numpy constraint constraint, <2",
        "mkdocs development environment docs",
    ]
    assert {one.what for one in graph.unresolved} == {
        "x", "lib", "not a requirement!", "optional-dependencies", "nowhere", "file:///x",
    }  # fmt: skip
    assert not graph.is_whole


def test_poetry_has_groups_extras_and_several_conditions() -> None:
    text = """
[tool.poetry]
name = "app"
version = "1"
[tool.poetry.dependencies]
python = "^3.10"
a = "^1.2"
b = {version = "1.0.0", optional = true, extras = ["x"]}
c = [{version = "1.0", python = "<3.9"}, {git = "https://example.com/c.git", tag = "v2"}]
[tool.poetry.extras]
pg = ["b"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.dev-dependencies]
mypy = "*"
"""
    assert [
        line.removeprefix("app@1 -> ") for line in list_lines(read("pyproject.toml", text))
    ] == [
        "python platform ^3.10",
        "a production ^1.2",
        "b@1.0.0 optional extra pg, [x], 1.0.0",
        "c@1.0 production 1.0, python <3.9",
        "c production https://example.com/c.git@v2 ?",
        "mypy development group dev, *",
        "pytest development group dev, *",
    ]


def test_requirements_have_options_addresses_and_old_forms() -> None:
    text = """
-i https://user:secret@index.example.com
-r base.txt
--constraint=limits.txt
-e ./local
-e git+https://example.com/r.git@v1#egg=repo
requests[socks]==2.31.0 ; python_version > "3" \\
    --hash=sha256:00 \\
    --hash=sha256:11
old>=1.0.*  # a comment
https://example.com/wheels/nice-1.0-py3-none-any.whl
./vendored.zip
name @ file:///x/name.zip
"""
    graph = read("requirements-dev.txt", text.replace("\n", "\r\n"))
    root = "requirements-dev.txt -> "
    assert [line.removeprefix(root) for line in list_lines(graph)] == [
        "base.txt production ?",
        "limits.txt constraint ?",
        "./local production editable ?",
        "repo production editable ?",
        'requests@2.31.0 production [socks]==2.31.0; python_version > "3"',
        "old production >=1.0.*",
        "nice@1.0 production https://example.com/wheels/nice-1.0-py3-none-any.whl ?",
        "./vendored.zip production ./vendored.zip ?",
        "name production file:///x/name.zip ?",
    ]
    assert "secret" not in repr(graph)
    assert "line 2 is not what" in refuse("requirements.txt", "a\nthis is prose, not a list\n")


@pytest.mark.parametrize(
    "comment",
    ["    # via\n    #   -r in.txt\n    #   b\n", "    # via -r in.txt, b\n"],
)
def test_comments_of_pip_compile_state_the_graph(comment: str) -> None:
    text = f"a==1\n{comment}b==2\n    # via app (pyproject.toml:dev)\nc==3  # via a\n"
    graph = read("requirements.txt", text)
    assert list_lines(graph) == [
        "requirements.txt -> a@1 production in.txt",
        "b@2 -> a@1 production",
        "requirements.txt -> b@2 production app (pyproject.toml:dev)",
        "a@1 -> c@3 production",
    ]
    assert graph.is_whole


def test_uv_lock_knows_versions_extras_groups_members_and_sources() -> None:
    text = """version = 1
[manifest]
members = ["app", "lib"]
[[package]]
name = "app"
version = "0.1"
source = { virtual = "." }
dependencies = [
    { name = "lib" },
    { name = "np", version = "1.0", source = { registry = "x" }, marker = "os_name == 'nt'" },
    { name = "np", version = "2.0", source = { registry = "x" }, extra = ["fast"] },
    { name = "gone" },
]
[package.optional-dependencies]
web = [{ name = "np", version = "2.0" }]
[package.dev-dependencies]
dev = [{ name = "tool" }]
[[package]]
name = "lib"
source = { editable = "packages/lib" }
[[package]]
name = "np"
version = "1.0"
source = { registry = "x" }
[[package]]
name = "np"
version = "2.0"
source = { registry = "x" }
[package.optional-dependencies]
fast = [{ name = "tool" }]
[[package]]
name = "tool"
version = "1"
source = { git = "https://t:s@example.com/tool" }
"""
    graph = read("uv.lock", text)
    assert list_lines(graph) == [
        "app@0.1 -> lib production",
        "app@0.1 -> np@1.0 production os_name == 'nt'",
        "app@0.1 -> np@2.0 production [fast]",
        "app@0.1 -> gone production",
        "app@0.1 -> np@2.0 optional extra web",
        "app@0.1 -> tool@1 development group dev",
        "np@2.0 -> tool@1 production extra fast",
    ]
    assert graph.roots == ("app@0.1", "lib")
    assert [one.what for one in graph.unresolved] == ["gone"]


def test_poetry_lock_chooses_among_versions_and_leaves_out_what_is_not_locked() -> None:
    text = """# This file is automatically @generated by Poetry 2.1.1
[[package]]
name = "A"
version = "1.0"
optional = false
groups = ["main", "dev"]
[package.dependencies]
np = [{version = ">=2", markers = "python_version >= '3.10'"}, {version = "1.5", markers = "x"}]
opt = {version = "*", optional = true}
win = {version = "*", markers = "sys_platform == 'win32'"}
pip = "*"
[[package]]
name = "np"
version = "1.5"
optional = false
groups = ["dev"]
[[package]]
name = "np"
version = "2.1"
optional = true
groups = ["main"]
[metadata]
lock-version = "2.1"
"""
    graph = read("poetry.lock", text)
    assert list_lines(graph) == [
        "a@1.0 -> np@2.1 production >=2, python_version >= '3.10'",
        "a@1.0 -> np@1.5 production 1.5, x",
        "a@1.0 -> pip production *",
    ]
    assert [node.kind for node in graph.nodes[:3]] == ["production", "development", "optional"]
    assert "2 needs" in graph.notes[1]


def test_pdm_lock_joins_a_package_with_its_extras() -> None:
    text = """[metadata]
groups = ["default", "dev"]
[[package]]
name = "httpx"
version = "0.27"
groups = ["default"]
dependencies = ["anyio; python_version < '3'", "h11>=1"]
[[package]]
name = "httpx"
version = "0.27"
extras = ["http2"]
groups = ["default"]
dependencies = ["h2<5,>=3", "httpx==0.27"]
[[package]]
name = "h2"
version = "4"
groups = ["dev"]
[[package]]
name = "h11"
version = "1.1"
"""
    graph = read("pdm.lock", text)
    assert list_lines(graph) == [
        "httpx@0.27 -> h11@1.1 production >=1",
        "httpx@0.27 -> h2@4 production extra http2, >=3,<5",
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pipfile_lock_of_real_size_asks_for_each_of_its_packages_and_no_other(seed: int) -> None:
    rng = random.Random(seed)
    sections: dict[str, dict[str, dict[str, object]]] = {"default": {}, "develop": {}, "docs": {}}
    expected = set()
    for number in range(260):
        section = rng.choice([*sections])
        version = f"{rng.randrange(9)}.{number}"
        entry: dict[str, object] = {"hashes": [f"sha256:{number:064x}"], "version": f"=={version}"}
        sections[section][f"pkg-{number}"] = entry
        expected.add(f"pkg-{number}@{version}")
    lock = {"_meta": {"pipfile-spec": 6, "requires": {}, "sources": []}, **sections}
    graph = read("Pipfile.lock", json.dumps(lock, indent=4))
    lines = [line.removeprefix("Pipfile.lock -> ") for line in list_lines(graph)]
    assert {line.partition(" ")[0] for line in lines} == expected and len(lines) == 260
    of_develop = {line.partition("@")[0] for line in lines if " development" in line}
    assert of_develop == {*sections["develop"], *sections["docs"]}


def test_lists_without_connections_say_so() -> None:
    lock = {
        "_meta": {"requires": {"python_version": "3.12"}},
        "default": {
            "a": {"version": "==1.0", "markers": "os_name == 'nt'"},
            "b": {"git": "https://x/y", "ref": "z"},
        },
        "develop": {"c": {"version": "==2"}},
        "docs": {"d": {"version": "==3"}},
    }
    graph = read("Pipfile.lock", json.dumps(lock))
    assert [line.removeprefix("Pipfile.lock -> ") for line in list_lines(graph)] == [
        "a@1.0 production ==1.0, os_name == 'nt'",
        "b production https://x/y@z ?",
        "c@2 development ==2",
        "d@3 development group docs, ==3",
        "python platform 3.12",
    ]
    assert "does not say what needs what" in graph.notes[0]
    assert not graph.is_whole
    pylock = read(
        "pylock.dev.toml", 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n'
    )
    assert not pylock.is_whole
    assert "does not say what needs what" in pylock.notes[0]


def test_pipfile_conda_and_setup_cfg_state_what_is_asked_for() -> None:
    pipfile = (
        "[packages]\na = '*'\nb = {path = './b', editable = true}\n[dev-packages]\nc = '==1'\n"
    )
    assert [line[11:] for line in list_lines(read("Pipfile", pipfile))] == [
        "a production *", "b production ./b ?", "c@1 development ==1",
    ]  # fmt: skip
    conda = (
        "name: env\ndependencies:\n- conda-forge::numpy=1.26=py_0\n- python >=3.9\n"
        "- pip:\n  - x[y]==1\n  - -r r.txt\n"
    )
    assert [line[7:] for line in list_lines(read("environment.yml", conda))] == [
        "numpy@1.26 production =1.26=py_0", "python production >=3.9", "x@1 production pip, [y]==1",
        "r.txt production pip ?",
    ]  # fmt: skip
    cfg = (
        "[metadata]\nname = app\nversion = attr: app.v\n[options]\npython_requires = >=3\n"
        "install_requires =\n    a>1\n    # no\n    b; os_name == '%(x)s'\n"
        "[options.extras_require]\nall = file: all.txt\n"
    )
    assert [line[7:] for line in list_lines(read("setup.cfg", cfg))] == [
        "python platform >=3", "a production >1", 'b production os_name == "%(x)s"',
        "all.txt optional extra all ?",
    ]  # fmt: skip


def test_setup_py_is_not_run_and_gives_what_stands_there_in_words(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    text = (
        f"import os\nopen({str(mark)!r}, 'w')\nREQUIRES = ['a>1', 'b']\n"
        "setup(name='app', install_requires=REQUIRES, tests_require=read('t.txt'),\n"
        "      extras_require={'x': ['c'], 'y': os.environ['Y'].split()})\n"
    )
    graph = read("setup.py", text)
    assert [line[7:] for line in list_lines(graph)] == [
        "a production >1", "b production", "extras_require optional ?",
        "tests_require development ?",
    ]  # fmt: skip
    assert "I run nothing" in graph.unresolved[0].reason
    assert not mark.exists()


def test_what_cannot_be_read_is_said_with_the_place() -> None:
    assert "line 2 is not what pyproject.toml" in refuse("pyproject.toml", "[a]\nb = \n")
    assert "version 2" in refuse("uv.lock", "version = 2\n")
    assert "“version” is missing" in refuse("uv.lock", "")
    assert "“package” is missing" in refuse("poetry.lock", "[x]\n")
    assert "line 1 is not what setup.py" in refuse("setup.py", "setup(\n")
    assert "line 1 is not what setup.cfg" in refuse("setup.cfg", "a = 1\n")
    assert "“dependencies” is missing" in refuse("environment.yml", "x: dependencies:\n"[3:])
    assert "nested too deeply" in refuse("pyproject.toml", "a." * 5_000 + "a = 1")
    assert "unfinished merge in line 2" in refuse(
        "poetry.lock", "[[package]]\n<<<<<<< a\nx=1\n=======\nx=2\n>>>>>>> b\n"
    )


def test_extras_that_ask_for_other_extras_of_the_project() -> None:
    graph = read(
        "pyproject.toml",
        '[project]\nname = "Demo_App"\n[project.optional-dependencies]\n'
        'all = ["demo-app[docs, test]"]\ndocs = ["sphinx"]\ntest = ["pytest", "demo-app[all]"]\n'
        '[dependency-groups]\ndev = ["demo-app[docs]", "ruff"]\n',
    )
    assert list_lines(graph) == [
        "Demo_App -> sphinx optional extra all",
        "Demo_App -> pytest optional extra all",
        "Demo_App -> sphinx optional extra docs",
        "Demo_App -> pytest optional extra test",
        "Demo_App -> sphinx optional extra test",
        "Demo_App -> sphinx development group dev",
        "Demo_App -> ruff development group dev",
    ]


def test_a_requirement_in_a_folder_that_the_environment_names() -> None:
    graph = read("requirements.txt", "a==1\n${HOME}/b\n")
    assert list_lines(graph)[1] == "requirements.txt -> ${HOME}/b production ${HOME}/b ?"
