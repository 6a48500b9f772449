"""The dialects of package.json and package-lock.json."""

from __future__ import annotations

import json

from tests.unit.graphs.manifests.reading import list_lines, read, refuse


def test_package_json_states_kinds_aliases_places_and_overrides() -> None:
    manifest = {
        "name": "@me/app",
        "version": "1.2.3",
        "workspaces": ["packages/*"],
        "engines": {"node": ">=20"},
        "dependencies": {"a": "^1", "b": "npm:real@2.0.0", "both": "1", "c": "file:../c"},
        "devDependencies": {"d": "3.0.0", "both": "2.0.0"},
        "optionalDependencies": {"a": "^1.1"},
        "peerDependencies": {"p": ">=17", "q": "*"},
        "peerDependenciesMeta": {"q": {"optional": True}},
        "bundleDependencies": ["a"],
        "overrides": {"x": "1.0.0", "y@2": {"z": "$a", ".": "2.1.0", "w": "3.0.0"}},
    }
    graph = read("package.json", json.dumps(manifest))
    root = "@me/app@1.2.3"
    assert sorted(list_lines(graph)) == sorted(
        [
            f"{root} -> p peer >=17",
            f"{root} -> q peer *",
            f"{root} -> a optional ^1.1, bundled",
            f"{root} -> real@2.0.0 production b: npm:real@2.0.0",
            f"{root} -> both@2.0.0 development 2.0.0",
            f"{root} -> c production file:../c ?",
            f"{root} -> d@3.0.0 development 3.0.0",
            f"{root} -> node platform >=20",
            f"{root} -> packages/* production workspace ?",
            f"{root} -> x@1.0.0 constraint 1.0.0, override",
            f"{root} -> y@2.1.0 constraint 2.1.0, override",
            f"{root} -> w@3.0.0 constraint 3.0.0, override",
        ]
    )
    assert [one.what for one in graph.unresolved] == ["c", "packages/*"]
    assert not graph.is_whole


def test_a_password_in_an_address_is_not_shown() -> None:
    wanted = "git+https://user:hunter2@example.com/x.git?token=hunter3#v1"
    graph = read("package.json", json.dumps({"dependencies": {"a": wanted}}))
    assert "hunter" not in repr(graph)
    assert "example.com/x.git" in repr(graph)


LOCK = {
    "name": "app",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "packages": {
        "": {
            "name": "app",
            "version": "1.0.0",
            "workspaces": ["packages/*"],
            "dependencies": {"a": "^1", "alias": "npm:b@^2"},
            "devDependencies": {"d": "^1"},
        },
        "node_modules/@me/lib": {"resolved": "packages/lib", "link": True},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1"}},
        "node_modules/alias": {"name": "b", "version": "2.0.0"},
        "node_modules/a/node_modules/b": {
            "version": "1.0.0",
            "optionalDependencies": {"fsevents": "^2"},
            "peerDependencies": {"d": "*", "ghost": "*"},
            "peerDependenciesMeta": {"ghost": {"optional": True}},
        },
        "node_modules/d": {"version": "1.0.0", "dev": True, "dependencies": {"gone": "1"}},
        "packages/lib": {
            "name": "@me/lib",
            "version": "0.1.0",
            "dependencies": {"b": "^3"},
            "devDependencies": {"a": "^1"},
        },
        "packages/lib/node_modules/b": {"version": "3.0.0"},
    },
}


def test_package_lock_gives_each_its_own_copy() -> None:
    graph = read("package-lock (2).json", json.dumps(LOCK))
    assert sorted(list_lines(graph)) == sorted(
        [
            "app@1.0.0 -> @me/lib@0.1.0 production workspace",
            "app@1.0.0 -> a@1.0.0 production ^1",
            "app@1.0.0 -> b@2.0.0 production npm:b@^2",
            "app@1.0.0 -> d@1.0.0 development ^1",
            "a@1.0.0 -> b@1.0.0 production ^1",
            "b@1.0.0 -> d@1.0.0 peer *",
            "d@1.0.0 -> gone production 1",
            "@me/lib@0.1.0 -> b@3.0.0 production ^3",
            "@me/lib@0.1.0 -> a@1.0.0 development ^1",
        ]
    )
    assert graph.roots == ("app@1.0.0",)
    assert {node.id: node.kind for node in graph.nodes if node.id != "gone"} == {
        "app@1.0.0": "project",
        "a@1.0.0": "production",
        "b@2.0.0": "production",
        "b@1.0.0": "production",
        "d@1.0.0": "development",
        "@me/lib@0.1.0": "project",
        "b@3.0.0": "production",
    }
    assert [one.what for one in graph.unresolved] == ["gone"]
    assert "2 needs that are optional" in graph.notes[0]


def test_package_lock_of_version_one_finds_the_nearest_and_names_what_nobody_needs() -> None:
    lock = {
        "lockfileVersion": 1,
        "dependencies": {
            "a": {
                "version": "1.0.0",
                "requires": {"b": "^1", "c": "*"},
                "dependencies": {"b": {"version": "1.0.0", "requires": {"c": "*"}}},
            },
            "b": {"version": "npm:real@2.0.0", "dev": True},
            "c": {"version": "1.0.0", "optional": True},
        },
    }
    graph = read("package-lock.json", json.dumps(lock))
    assert sorted(list_lines(graph)) == [
        "a@1.0.0 -> b@1.0.0 production ^1",
        "a@1.0.0 -> c@1.0.0 production *",
        "b@1.0.0 -> c@1.0.0 production *",
    ]
    assert graph.roots == ("a@1.0.0", "real@2.0.0")


def test_what_cannot_be_read_is_said_with_the_place() -> None:
    assert "line 3 is not what package.json" in refuse("package.json", '{\n"a": 1,\n}')
    assert refuse("package.json", " \n").startswith("package.json is empty")
    assert "“packages” is missing" in refuse(
        "package-lock.json", '{"lockfileVersion": 3, "packages": []}'
    )
    assert "version 9" in refuse("package-lock.json", '{"lockfileVersion": 9, "packages": {}}')
    assert "version 8" in refuse("pnpm-lock.yaml", "lockfileVersion: '8.0'\n")
    assert "line 2" in refuse("yarn.lock", '# yarn lockfile v1\n"a@1\n')
    merge = '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> other\n}'
    assert "unfinished merge in line 2" in refuse("package-lock.json", merge)
    assert "nested too deeply" in refuse("package.json", '{"a":' + "[" * 100_000)
    assert "thousands of digits" in refuse("package.json", '{"a":' + "9" * 5_000 + "}")


def test_a_peer_that_is_there_for_development_too_is_both() -> None:
    graph = read(
        "package.json", '{"peerDependencies": {"r": ">=16"}, "devDependencies": {"r": "^18"}}'
    )
    assert [(edge.kind, edge.label) for edge in graph.edges] == [
        ("development", "^18"),
        ("peer", ">=16"),
    ]


def test_prescribed_versions_of_every_form() -> None:
    text = """{"workspaces": ["p/*", "!p/no"], "overrides": {"a": {".": "1", "b@2": "3"}},
      "resolutions": {"**/c": "1", "d/@s/e": "2", "@s/f/g": "3"},
      "pnpm": {"overrides": {"h@>=1.0 <2": "2", "i@1>@s/j@>=2": "3", "k>l": "4"}}}"""
    graph = read("package.json", text)
    assert [node.name for node in graph.nodes[1:]] == [
        "p/*", "a", "b", "c", "@s/e", "g", "h", "@s/j", "l",
    ]  # fmt: skip
