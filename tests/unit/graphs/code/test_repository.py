"""The graph of a repository: what each language's imports lead to, and what is left out."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from bot.graphs.code import archive, repository
from bot.graphs.code.fold import fold_by_folder
from bot.graphs.code.repository import read_repository
from bot.graphs.graph import Graph, GraphError
from tests.support.code_files import write_repository


def build_zip(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return out.getvalue()


def read(files: dict[str, str | bytes]) -> Graph:
    return read_repository("app.zip", build_zip(files))


def list_edges(graph: Graph) -> set[str]:
    return {f"{edge.source} > {edge.target}" for edge in graph.edges}


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


def test_javascript_and_typescript() -> None:
    settings = '{"compilerOptions": {/*c*/ "baseUrl": ".", "paths": {"@/*": ["src/*"]},}}'
    manifest = '{"name": "@scope/ui", "main": "dist/index.js", "imports": {"#int": "./src/i.ts"},'
    manifest += ' "exports": {"./button": "./src/button.tsx"}}'
    graph = read(
        {
            "tsconfig.json": settings,
            "src/a.ts": 'import x from "@/b"; import type {T} from "./c.js"; import "react/jsx";'
            'import fs from "node:fs"; import y from "@scope/ui/button"; import "@scope/ui";'
            'import "./style.css"; const z = await import("./d"); require(foo);'
            'import q = require("./e"); import "src/b"; import "./gone"; import v from "./V.vue"',
            "src/b.tsx": 'export * from "./d"; const C = lazy(() => import(`./a`)) // from "./e"',
            "src/c.ts": "",
            "src/d/index.js": 'const p = require("path"); require("./x.json")',
            "src/d/x.json": "{}",
            "src/e.cjs": "",
            "src/style.css": "",
            "src/V.vue": '<template></template><script setup lang="ts">import "./b"</script>',
            "packages/ui/package.json": manifest,
            "packages/ui/src/index.ts": 'import "#int"',
            "packages/ui/src/button.tsx": "",
            "packages/ui/src/i.ts": 'import "@other/thing/deep"',
            "src/a.test.ts": 'import "./a"',
            "node_modules/react/index.js": 'import "x"',
            "dist/a.js": 'import "x"',
        }
    )
    assert list_edges(graph) == {
        "src/a.ts > src/b.tsx",
        "src/a.ts > src/c.ts",
        "src/a.ts > external JavaScript react",
        "src/a.ts > packages/ui/src/button.tsx",
        "src/a.ts > packages/ui/src/index.ts",
        "src/a.ts > src/d/index.js",
        "src/a.ts > src/e.cjs",
        "src/a.ts > missing src/a.ts: ./gone",
        "src/a.ts > src/V.vue",
        "src/b.tsx > src/d/index.js",
        "src/b.tsx > src/a.ts",
        "src/V.vue > src/b.tsx",
        "packages/ui/src/index.ts > packages/ui/src/i.ts",
        "packages/ui/src/i.ts > external JavaScript @other/thing",
        "src/a.test.ts > src/a.ts",
    }
    (note,) = graph.notes
    assert "node_modules (1), dist (1)" in note


def test_go() -> None:
    graph = read(
        {
            "go.mod": "module example.com/app\n\nrequire (\n\tgithub.com/x/y/v2 v2.0.0\n)\n"
            "replace example.com/other => ./other\n",
            "main.go": 'package main\n\nimport (\n\t"fmt"\n\t"example.com/app/pkg/a"\n'
            '\tb "github.com/x/y/v2/sub"\n\t_ "example.com/other/z"\n)\nfunc main() {}\n',
            "pkg/a/a.go": 'package a\nimport "example.com/app/pkg/b"\nvar x = `import "no"`\n',
            "pkg/a/a_test.go": 'package a\nimport "github.com/stretchr/testify/assert"\n',
            "pkg/b/b.go": 'package b\n// import "no/no"\n',
            "other/go.mod": "module example.com/other",
            "other/z/z.go": "package z",
        }
    )
    assert list_edges(graph) == {
        "/ > pkg/a/",
        "/ > external Go github.com/x/y/v2",
        "/ > other/z/",
        "pkg/a/ > pkg/b/",
        "pkg/a/ > external Go github.com/stretchr/testify",
    }


def test_java() -> None:
    main, tests = "src/main/java/com/x", "src/test/java/com/x"
    graph = read(
        {
            f"{main}/A.java": "package com.x;\nimport com.x.b.*;\nimport java.util.List;\n"
            "import org.springframework.boot.SpringApplication;\nimport static com.x.c.C.run;\n"
            "import com.x.c.C.Inner;\nclass A { B b; }",
            f"{main}/b/B.java": "package com.x.b; class B {}",
            f"{main}/b/Other.java": "package com.x.b; class Other {}",
            f"{main}/c/C.java": "package com.x.c;\nimport com.x.b.Gone;\nclass C {}",
            f"{tests}/ATest.java": "package com.x;\nimport org.junit.jupiter.api.Test;\n"
            "import com.x.A;\nclass ATest {}",
        }
    )
    assert list_edges(graph) == {
        f"{main}/A.java > {main}/b/B.java",
        f"{main}/A.java > {main}/c/C.java",
        f"{main}/A.java > external Java org.springframework.boot",
        f"{main}/c/C.java > missing com.x.b.Gone",
        f"{tests}/ATest.java > external Java org.junit.jupiter",
        f"{tests}/ATest.java > {main}/A.java",
    }


def test_rust() -> None:
    graph = read(
        {
            "Cargo.toml": '[package]\nname = "my-app"\n',
            "src/lib.rs": "pub mod a;\nmod b;\nmod inline { use super::a::X; mod deep; }\n"
            "use serde::Deserialize;\nuse std::fmt;",
            "src/a.rs": "mod sub;\nuse crate::b::{self, Y as Z, c::*};\nuse self::sub::Q;\n"
            "#[cfg(test)] mod tests { use super::*; use super::super::b::K; }",
            "src/a/sub.rs": "use super::X;\nuse super::super::b;",
            "src/b/mod.rs": 'pub mod c;\n#[path = "odd_name.rs"]\nmod odd;',
            "src/b/c.rs": "use crate::Top; // use crate::a;",
            "src/b/odd_name.rs": "",
            "src/main.rs": "use my_app::a::sub; fn main() {}",
            "tests/it.rs": "use my_app::b; mod common; mod gone;",
            "tests/common/mod.rs": "",
        }
    )
    assert list_edges(graph) == {
        "src/lib.rs > src/a.rs",
        "src/lib.rs > src/b/mod.rs",
        "src/lib.rs > external Rust serde",
        "src/a.rs > src/a/sub.rs",
        "src/a.rs > src/b/mod.rs",
        "src/a.rs > src/b/c.rs",
        "src/a/sub.rs > src/a.rs",
        "src/a/sub.rs > src/b/mod.rs",
        "src/b/mod.rs > src/b/c.rs",
        "src/b/mod.rs > src/b/odd_name.rs",
        "src/b/c.rs > src/lib.rs",
        "src/main.rs > src/a/sub.rs",
        "tests/it.rs > src/b/mod.rs",
        "tests/it.rs > tests/common/mod.rs",
        "tests/it.rs > missing tests/it.rs: mod gone",
    }


def test_paths_out_of_the_zip_links_and_large_files_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        link = zipfile.ZipInfo("link.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
        for path in ("../up.py", "/abs.py", "a/../../b.py", "C:\\x.py", "a\x1b[31m.py"):
            packed.writestr(path, "import os")
        packed.writestr("large.py", "#" * 1_001)
        packed.writestr("a/ok.py", "import requests")
        packed.writestr("A/OK.py", "import a.ok")
    graph = read_repository("x.zip", out.getvalue())
    assert {node.id for node in graph.nodes if node.group != "external"} == {
        "a/ok.py",
        "A/OK.py",
        "large.py",
    }
    assert graph.notes == ("7 files are left out: too large, damaged, locked, or not in the ZIP.",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 no zip", "is damaged"),
        (b"", "is damaged"),
        (build_zip({"a.txt": "x"}), "has no source code"),
        (b"PK\x01\x02" * 100_001, "more than 100,000 files"),
    ],
)
def test_what_is_no_repository_is_one_sentence(data: bytes, why: str) -> None:
    with pytest.raises(GraphError) as refused:
        read_repository("x.zip", data)
    assert why in refused.value.user_message


def test_a_bomb_of_overlapping_files_is_refused() -> None:
    data = build_zip({"a.py": "x" * 9_000, "b.py": "y" * 9_000})
    place = data.rindex(b"PK\x01\x02")
    second = data[place:]
    # The second entry of the directory points at the first file.
    assert second[42:46] != b"\0\0\0\0"
    hostile = data[:place] + second[:42] + b"\0\0\0\0" + second[46:]
    with pytest.raises(GraphError, match="unreadable"):
        read_repository("x.zip", hostile)


def test_when_time_is_up_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MAX_SECONDS", -1.0)
    graph = read({"a.py": "import b", "b.py": ""})
    assert graph.edges == ()
    assert graph.notes == ("2 files are not read: it took too long.",)


def test_a_large_repository_is_folded_by_folders_until_it_can_be_read() -> None:
    files: dict[str, str | bytes] = {}
    for n in range(400):
        folder = f"src/part{n % 8}/inner{n % 40}"
        files[f"{folder}/m{n}.py"] = f"import requests\nfrom src.part{(n + 1) % 8} import x"
        files[f"src/part{n % 8}/__init__.py"] = ""
    graph = read(files)
    folded = fold_by_folder(graph)
    assert 10 < len(folded.nodes) <= 60
    names = {node.name for node in folded.nodes}
    assert "external (1)" in names
    ids = {node.id for node in folded.nodes}
    assert all({edge.source, edge.target} <= ids for edge in folded.edges)
    crossing = sum(int(edge.label.replace(",", "") or 1) for edge in folded.edges)
    assert crossing == len(graph.edges)
    assert fold_by_folder(folded) is folded


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_written_repository_has_the_imports_that_were_written(seed: int) -> None:
    data, edges = write_repository(seed, 400)
    graph = read_repository("app.zip", data)
    assert {(edge.source, edge.target) for edge in graph.edges} == edges
    assert graph.unresolved == ()
    assert graph.notes == ()


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


def test_what_is_taken_out_of_a_foreign_class_of_java_is_of_its_package() -> None:
    graph = read(
        {
            "A.java": "import static org.junit.Assert.assertThrows;\nimport org.junit.Test;\n"
            "import a.b.c.d.Outer.Inner;\nclass A {}"
        }
    )
    assert list_edges(graph) == {"A.java > external Java org.junit", "A.java > external Java a.b.c"}


def test_names_that_crates_of_rust_give_to_others() -> None:
    graph = read(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a", "b", "c"]\n'
            '[workspace.dependencies]\nshort = { package = "my-c", path = "c" }\n',
            "a/Cargo.toml": '[package]\nname = "my-a"\n[dependencies]\nserde-json = "1"\n'
            'tui = { package = "my-b", path = "../b" }\nshort.workspace = true\n',
            "a/src/lib.rs": "use tui::widgets;\nuse short::X;\nuse serde_json as json;\n"
            "use json::Value;\nmod inner { pub fn f() {} }\nuse inner::f;\n",
            "b/Cargo.toml": '[package]\nname = "my-b"\n',
            "b/src/lib.rs": "pub mod widgets;",
            "b/src/widgets.rs": "",
            "c/Cargo.toml": '[package]\nname = "my-c"\n',
            "c/src/lib.rs": "",
        }
    )
    assert list_edges(graph) == {
        "a/src/lib.rs > b/src/widgets.rs",
        "a/src/lib.rs > c/src/lib.rs",
        "a/src/lib.rs > external Rust serde_json",
        "b/src/lib.rs > b/src/widgets.rs",
    }
    assert not graph.unresolved


def test_super_of_a_folder_of_rust_is_the_folder_above() -> None:
    graph = read(
        {
            "Cargo.toml": '[package]\nname = "x"\n',
            "src/lib.rs": "mod a;",
            "src/a/mod.rs": "mod b; mod c;",
            "src/a/b/mod.rs": "use super::c::X; use super::super::Top; use super::Own;",
            "src/a/c.rs": "",
        }
    )
    assert list_edges(graph) == {
        "src/lib.rs > src/a/mod.rs",
        "src/a/mod.rs > src/a/b/mod.rs",
        "src/a/mod.rs > src/a/c.rs",
        "src/a/b/mod.rs > src/a/c.rs",
        "src/a/b/mod.rs > src/lib.rs",
        "src/a/b/mod.rs > src/a/mod.rs",
    }
    assert not graph.unresolved
