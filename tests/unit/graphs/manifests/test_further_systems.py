"""The lock files of .NET, CocoaPods, Elixir, Nix, Swift and Dart."""

from __future__ import annotations

import json

from tests.unit.graphs.manifests.reading import list_lines, read, refuse


def test_nuget_has_packages_for_each_framework() -> None:
    lock = {
        "version": 1,
        "dependencies": {
            "net8.0": {
                "A": {
                    "type": "Direct",
                    "requested": "[1.0, )",
                    "resolved": "1.0.0",
                    "dependencies": {"b": "2.0.0", "Gone": "1"},
                },
                "B": {"type": "Transitive", "resolved": "2.0.0"},
                "lib": {"type": "Project", "dependencies": {"B": "[2.0.0, )"}},
            },
            "net9.0": {"B": {"type": "Direct", "requested": "[2.1, )", "resolved": "2.1.0"}},
        },
    }
    graph = read("packages.lock.json", json.dumps(lock))
    assert list_lines(graph) == [
        "packages.lock.json -> A@1.0.0 production [1.0, )",
        "A@1.0.0 -> B@2.0.0 production 2.0.0",
        "A@1.0.0 -> Gone production 1",
        "packages.lock.json -> lib production",
        "lib -> B@2.0.0 production [2.0.0, )",
        "packages.lock.json -> B@2.1.0 production [2.1, )",
    ]
    assert graph.is_whole


def test_pods_have_parts() -> None:
    text = """PODS:
  - A (1.0.0):
    - B/Core (~> 2.0)
  - B/Core (2.1.0)
  - Local (0.1.0)

DEPENDENCIES:
  - A
  - Local (from `../Local`)

COCOAPODS: 1.15.2
"""
    assert list_lines(read("Podfile.lock", text)) == [
        "A@1.0.0 -> B/Core@2.1.0 production ~> 2.0",
        "Podfile.lock -> A@1.0.0 production",
        "Podfile.lock -> Local@0.1.0 production from `../Local`",
    ]


def test_mix_has_needs_optional_ones_and_repositories() -> None:
    text = (
        "%{\n"
        '  "a": {:hex, :a, "1.0.0", "hash", [:mix], [{:b, "~> 1.0 or ~> 2.0", [hex: :b, repo:'
        ' "hexpm", optional: false]}, {:c, ">= 0.0.0", [hex: :c, optional: true]}], "hexpm",'
        ' "x"},\n'
        '  "b": {:hex, :b, "2.0.0", "hash", [:mix], [], "hexpm", "x"},\n'
        '  "g": {:git, "https://example.com/g.git", "0123456789abcdef", [tag: "v1"]},\n'
        "}\n"
    )
    graph = read("mix.lock", text)
    assert list_lines(graph) == ["a@1.0.0 -> b@2.0.0 production ~> 1.0 or ~> 2.0"]
    assert graph.roots == ("a@1.0.0", "g@0123456")
    assert "line 2 is not what mix.lock" in refuse("mix.lock", '%{\n  "a": System.halt()\n}\n')


def test_inputs_of_a_flake_follow_one_another() -> None:
    lock = {
        "nodes": {
            "nixpkgs": {"locked": {"owner": "NixOS", "rev": "0123456789"}},
            "utils": {"locked": {"rev": "abcdef0123"}, "inputs": {"systems": "systems"}},
            "systems": {"locked": {"rev": "1111111111"}},
            "home": {"inputs": {"nixpkgs": ["nixpkgs"], "s": ["utils", "systems"], "x": ["no"]}},
            "root": {"inputs": {"nixpkgs": "nixpkgs", "utils": "utils", "home": "home"}},
        },
        "root": "root",
        "version": 7,
    }
    assert sorted(list_lines(read("flake.lock", json.dumps(lock)))) == [
        "flake.lock -> home production",
        "flake.lock -> nixpkgs@0123456 production",
        "flake.lock -> utils@abcdef0 production",
        "home -> nixpkgs@0123456 production",
        "home -> systems@1111111 production s",
        "home -> x production x",
        "utils@abcdef0 -> systems@1111111 production",
    ]
    ring = {"nodes": {"root": {"inputs": {"a": ["a"]}}}, "root": "root"}
    assert read("flake.lock", json.dumps(ring)).unresolved[0].what == "a"


def test_lists_without_connections_say_so() -> None:
    pins = [{"identity": "nio", "state": {"version": "2.0"}}, {"package": "Old", "state": {}}]
    for lock in ({"pins": pins, "version": 3}, {"object": {"pins": pins}, "version": 1}):
        graph = read("Package.resolved", json.dumps(lock))
        assert [node.id for node in graph.nodes[1:]] == ["nio@2.0", "Old"]
        assert not graph.is_whole
    dart = (
        "packages:\n  a:\n    dependency: 'direct dev'\n    version: '1.0'\n"
        "  b:\n    dependency: transitive\n"
    )
    graph = read("pubspec.lock", dart)
    assert list_lines(graph) == ["pubspec.lock -> a@1.0 development", "pubspec.lock -> b indirect"]
    assert "does not say what needs what" in graph.notes[0]


def test_what_cannot_be_read_is_said() -> None:
    assert "“dependencies” is missing" in refuse("packages.lock.json", "{}")
    assert "“PODS” is missing" in refuse("Podfile.lock", "a: b\n")
    assert "“root” is missing" in refuse("flake.lock", "{}")
    assert "“pins” is missing" in refuse("Package.resolved", "{}")
    assert "“packages” is missing" in refuse("pubspec.lock", "a: b\n")
