"""The dialects of the files of Rust, Go, Ruby and PHP."""

from __future__ import annotations

import json

from tests.unit.graphs.manifests.reading import list_lines, read, refuse


def test_cargo_toml_has_kinds_targets_renames_places_and_what_the_workspace_gives() -> None:
    text = """
[package]
name = "app"
version = "0.1.0"
rust-version = "1.80"
[dependencies]
serde = { version = "1", features = ["derive"] }
old = { package = "real", version = "=2.0.1", optional = true }
inside = { workspace = true, optional = true }
outside.workspace = true
near = { path = "../near", version = "0.3" }
[dev-dependencies]
far = { git = "https://u:p@example.com/far", branch = "main" }
[build-dependencies]
cc = "1"
[target.'cfg(windows)'.dependencies]
winapi = "0.3"
[workspace]
members = [".", "crates/*"]
[workspace.dependencies]
inside = { version = "3" }
[patch.crates-io]
serde = { path = "./serde" }
"""
    graph = read("Cargo.toml", text)
    assert [line.removeprefix("app@0.1.0 -> ") for line in list_lines(graph)] == [
        "serde production 1, +derive",
        "real@2.0.1 optional =2.0.1, as old",
        "inside optional 3",
        "outside production ?",
        "near production 0.3, ../near ?",
        "cc build 1",
        "far development https://example.com/far@main ?",
        "winapi production cfg(windows), 0.3",
        "crates/* production workspace ?",
        "serde replacement patch crates-io, ./serde ?",
        "rust platform 1.80",
    ]
    assert "another file" in graph.unresolved[0].reason


def test_a_workspace_of_cargo_alone_has_its_members_and_what_it_gives_them() -> None:
    text = '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\nserde = "1"\n'
    assert list_lines(read("Cargo.toml", text)) == [
        "Cargo.toml -> serde production workspace, 1",
        "Cargo.toml -> a production workspace ?",
    ]


def test_cargo_lock_tells_versions_and_sources_apart() -> None:
    registry = "registry+https://github.com/rust-lang/crates.io-index"
    text = f"""version = 3
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["one", "two 1.0.0", "two 2.0.0", "two 2.0.0 (git+https://x/two#abc)", "gone"]
[[package]]
name = "one"
version = "1.0.0"
source = "{registry}"
dependencies = ["two 2.0.0 ({registry})"]
[[package]]
name = "two"
version = "1.0.0"
source = "{registry}"
[[package]]
name = "two"
version = "2.0.0"
[[package]]
name = "two"
version = "2.0.0"
source = "{registry}"
[[package]]
name = "two"
version = "2.0.0"
source = "git+https://x/two#abc"
"""
    graph = read("Cargo.lock", text)
    assert list_lines(graph) == [
        "app@0.1.0 -> one@1.0.0 production",
        "app@0.1.0 -> two@1.0.0 production",
        "app@0.1.0 -> two@2.0.0 production",
        "app@0.1.0 -> two@2.0.0 (git+https://x/two#abc) production",
        "app@0.1.0 -> gone production",
        f"one@1.0.0 -> two@2.0.0 ({registry}) production",
    ]
    assert graph.roots == ("app@0.1.0",)


def test_the_oldest_cargo_lock_has_a_root_of_its_own() -> None:
    text = (
        '[root]\nname = "app"\nversion = "1.0.0"\ndependencies = ["a 1.0.0 (registry+https://x)"]\n'
        '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://x"\n'
        '[metadata]\n"checksum a 1.0.0 (registry+https://x)" = "0"\n'
    )
    graph = read("Cargo.lock", text)
    assert list_lines(graph) == ["app@1.0.0 -> a@1.0.0 production"]
    assert graph.roots == ("app@1.0.0",)


def test_go_mod_has_blocks_indirect_modules_replacements_and_tools() -> None:
    text = """// comment
module example.com/app // the module
go 1.22
toolchain go1.22.1
require github.com/a/b/v2 v2.0.0
require (
    golang.org/x/net v0.1.0 // indirect
    "github.com/c/d" v1.0.0 // indirect; later
)
replace (
    github.com/c/d => ../d
    github.com/a/b/v2 v2.0.0 => github.com/fork/b v2.0.1
    github.com/else/where => github.com/other/where v1.0.0
)
exclude github.com/a/b/v2 v2.0.2
retract ( )
retract [v1.0.0, v1.1.0] // bad
tool golang.org/x/net/cmd/tool
"""
    graph = read("go.mod", text)
    root = "example.com/app -> "
    assert list_lines(graph) == [
        f"{root}github.com/a/b/v2@v2.0.0 production",
        f"{root}golang.org/x/net@v0.1.0 indirect // indirect",
        f"{root}github.com/c/d@v1.0.0 indirect // indirect",
        "github.com/c/d@v1.0.0 -> ../d replacement ?",
        "github.com/a/b/v2@v2.0.0 -> github.com/fork/b@v2.0.1 replacement",
        f"{root}github.com/else/where constraint replace",
        "github.com/else/where -> github.com/other/where@v1.0.0 replacement",
        f"{root}go@1.22 platform",
        f"{root}toolchain@go1.22.1 platform",
        f"{root}golang.org/x/net@v0.1.0 development tool golang.org/x/net/cmd/tool",
    ]
    assert {node.name: node.kind for node in graph.nodes}["github.com/c/d"] == "indirect"
    assert graph.nodes[1].group == "github.com/a"
    assert "excludes github.com/a/b/v2 v2.0.2" in graph.notes[0]
    assert not graph.is_whole


def test_go_work_and_go_sum_are_lists() -> None:
    work = read("go.work", "go 1.22\nuse (\n\t./a\n\t./b\n)\nreplace x => ./x\n")
    assert list_lines(work)[:2] == [
        "go.work -> ./a production use ?",
        "go.work -> ./b production use ?",
    ]
    sums = "a.com/x v1.0.0 h1:abc=\na.com/x v1.0.0/go.mod h1:abc=\na.com/y v2.0.0/go.mod h1:abc=\n"
    graph = read("go.sum", sums)
    assert list_lines(graph) == ["go.sum -> a.com/x@v1.0.0 indirect ?"]
    assert "list of checksums" in graph.notes[0]


def test_gemfile_lock_has_sources_systems_and_what_is_asked_for() -> None:
    text = """GIT
  remote: https://u:p@example.com/fork.git
  revision: abc
  specs:
    fork (1.0)
      rack (>= 2, < 4)

PATH
  remote: .
  specs:
    mine (0.1.0)
      bundler
      gone

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      rack
    nokogiri (1.15.4-java)
      mine
    rack (3.0.0)

PLATFORMS
  java
  x86_64-linux

DEPENDENCIES
  fork!
  mine!
  nokogiri (~> 1.15)

CHECKSUMS
  rack (3.0.0) sha256=0

RUBY VERSION
   ruby 3.3.0p0

BUNDLED WITH
   2.5.6
"""
    graph = read("Gemfile.lock", text)
    assert list_lines(graph) == [
        "Gemfile.lock -> ruby@3.3.0p0 platform",
        "fork@1.0 -> rack@3.0.0 production >= 2, < 4",
        "mine@0.1.0 -> bundler production",
        "mine@0.1.0 -> gone production",
        "nokogiri@1.15.4 -> rack@3.0.0 production",
        "nokogiri@1.15.4 -> mine@0.1.0 production",
        "Gemfile.lock -> fork@1.0 production",
        "Gemfile.lock -> mine@0.1.0 production",
        "Gemfile.lock -> nokogiri@1.15.4 production ~> 1.15",
    ]
    assert "u:p" not in repr(graph)
    assert [one.what for one in graph.unresolved] == ["gone"]


def test_composer_has_platforms_and_packages_that_replace_others() -> None:
    manifest = {
        "name": "me/app",
        "require": {"php": ">=8.1", "ext-json": "*", "symfony/console": "6.1.0"},
        "require-dev": {"phpunit/phpunit": "^10"},
    }
    assert list_lines(read("composer.json", json.dumps(manifest))) == [
        "me/app -> php platform >=8.1",
        "me/app -> ext-json platform *",
        "me/app -> symfony/console@6.1.0 production 6.1.0",
        "me/app -> phpunit/phpunit development ^10",
    ]
    lock = {
        "packages": [
            {
                "name": "a/a",
                "version": "v1",
                "require": {"psr/log-implementation": "1", "php": "8"},
            },
            {"name": "b/log", "version": "2", "provide": {"psr/log-implementation": "1"}},
            {"name": "f/framework", "version": "3", "replace": {"f/part": "self.version"}},
        ],
        "packages-dev": [
            {"name": "d/d", "version": "4", "require": {"F/part": "*", "gone/gone": "*"}},
        ],
    }
    graph = read("composer.lock", json.dumps(lock))
    assert list_lines(graph) == [
        "a/a@v1 -> b/log@2 production as psr/log-implementation, 1",
        "a/a@v1 -> php platform 8",
        "d/d@4 -> f/framework@3 production as F/part, *",
        "d/d@4 -> gone/gone production *",
    ]
    assert graph.roots == ("a/a@v1", "d/d@4")
    assert {node.id: node.kind for node in graph.nodes}["d/d@4"] == "development"


def test_what_cannot_be_read_is_said_with_the_place() -> None:
    assert "line 3 is not what go.mod" in refuse("go.mod", "module x\n\nrequire (\n a v1\n")
    assert "line 2 is not what go.mod" in refuse("go.mod", "module x\nrequire a\n")
    assert "line 2 is not what go.mod" in refuse("go.mod", "module x\nreplace a b\n")
    assert "line 1 is not what go.sum" in refuse("go.sum", "just words\n")
    assert "line 1 is not what Gemfile.lock" in refuse("Gemfile.lock", "gem 'rails'\n")
    assert "“DEPENDENCIES” is missing" in refuse("Gemfile.lock", "")
    assert "version 9" in refuse("Cargo.lock", "version = 9\n")
    assert "“packages” is missing" in refuse("composer.lock", "{}")
    assert "line 2 is not what Cargo.toml" in refuse("Cargo.toml", "[package]\nname = app\n")


def test_features_of_cargo_stand_at_the_connection() -> None:
    graph = read(
        "Cargo.toml",
        '[package]\nname = "x"\n[dependencies]\n'
        'a = { version = "1", features = ["derive"], default-features = false }\n',
    )
    assert list_lines(graph) == ["x -> a production 1, +derive -default"]
