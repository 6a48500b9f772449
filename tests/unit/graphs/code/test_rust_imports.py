"""What modules, paths and crates of Rust lead to."""

from __future__ import annotations

from tests.support.repositories import list_edges, read


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
