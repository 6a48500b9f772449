"""The dialects of the files in which Python projects say what they ask for."""

from __future__ import annotations

from pathlib import Path

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
