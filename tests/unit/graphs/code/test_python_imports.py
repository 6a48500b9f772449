"""What imports of Python lead to: modules, packages with a file of their own or without, names."""

from __future__ import annotations

from tests.support.repositories import list_edges, read


def test_a_package_at_the_top_is_found_by_its_name_and_a_mere_folder_is_taken_off() -> None:
    files: dict[str, str | bytes] = {
        "shop/__init__.py": "",
        "shop/core.py": "from shop import web",
        "shop/web.py": "import shop.core, flask",
    }
    assert list_edges(read(files)) == {
        "shop/core.py > shop/web.py",
        "shop/web.py > shop/core.py",
        "shop/web.py > external Python flask",
    }
    inside = {f"repo-main/{path}": content for path, content in files.items()}
    assert list_edges(read(inside)) == list_edges(read(files))


def test_python() -> None:
    graph = read(
        {
            "pyproject.toml": "",
            "src/app/__init__.py": "from .core import run",
            "src/app/core.py": "import os, requests.adapters\nfrom . import util as u, NAME\n"
            "from app.sub import thing, deep\nfrom ..x import y\nimport importlib\n"
            "importlib.import_module('app.util')\nimportlib.import_module(name)\n",
            "src/app/util.py": "def f():\n  import yaml\n  from .sub.deep import q",
            "src/app/sub/__init__.py": "",
            "src/app/sub/deep.py": "import app.core as c, app.gone",
            "tests/test_x.py": "from app import core\nimport helpers\n",
            "tests/helpers.py": "# import app",
            "ns/a/m.py": "import ns.b.k",
            "ns/b/k.py": "",
            "bad.py": "def (:\nimport app",
        }
    )
    assert list_edges(graph) == {
        "src/app/__init__.py > src/app/core.py",
        "src/app/core.py > external Python requests",
        "src/app/core.py > src/app/__init__.py",
        "src/app/core.py > src/app/util.py",
        "src/app/core.py > src/app/sub/__init__.py",
        "src/app/core.py > src/app/sub/deep.py",
        "src/app/core.py > missing src/app/core.py: ..x",
        "src/app/util.py > external Python yaml",
        "src/app/util.py > src/app/sub/deep.py",
        "src/app/sub/deep.py > src/app/core.py",
        "src/app/sub/deep.py > missing app.gone",
        "tests/test_x.py > src/app/core.py",
        "tests/test_x.py > tests/helpers.py",
        "ns/a/m.py > ns/b/k.py",
        "bad.py > src/app/__init__.py",
    }
    open_ends = {one.what for one in graph.unresolved}
    assert open_ends == {"src/app/core.py: ..x", "app.gone", "src/app/core.py: name"}
    assert graph.notes == ("1 file has code that I do not understand; the rest of it is read.",)
    assert {node.id for node in graph.nodes if node.kind == "test"} == {
        "tests/test_x.py",
        "tests/helpers.py",
    }


def test_packages_of_python_without_a_file_of_their_own() -> None:
    """`backend` is where it is started; `alembic` is a folder, and a foreign package too."""
    graph = read(
        {
            "backend/app/api/users.py": "from app.models.user import User\nimport logging\n",
            "backend/app/models/user.py": "from app.db import base",
            "backend/app/db/base.py": "",
            "backend/app/logging/own.py": "",
            "backend/tests/test_users.py": "from app.api import users",
            "alembic/env.py": "from alembic import context\nfrom alembic.config import Config",
        }
    )
    assert list_edges(graph) == {
        "backend/app/api/users.py > backend/app/models/user.py",
        "backend/app/models/user.py > backend/app/db/base.py",
        "backend/tests/test_users.py > backend/app/api/users.py",
        "alembic/env.py > external Python alembic",
    }
    assert not graph.unresolved


def test_a_package_that_is_called_like_what_tools_make_is_source() -> None:
    graph = read(
        {
            "pyproject.toml": "",
            "src/app/cli.py": "from app.venv import make\n",
            "src/app/__init__.py": "",
            "src/app/venv/__init__.py": "",
            "build/__init__.py": "import app.cli",
            "venv/lib/six.py": "import os",
            "dist/x.py": "",
        }
    )
    assert list_edges(graph) == {
        "src/app/cli.py > src/app/venv/__init__.py",
        "build/__init__.py > src/app/cli.py",
    }
    assert graph.notes == ("Left out, because builds or tools put it there: venv (1), dist (1).",)
