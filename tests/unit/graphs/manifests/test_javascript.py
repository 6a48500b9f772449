"""The dialects of npm's, yarn's, pnpm's and bun's files."""

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


def test_yarn_knows_aliases_and_says_where_a_range_is_not_in_the_lock() -> None:
    text = (
        "# yarn lockfile v1\n\n"
        '"@s/a@^1.0.0", "@s/a@>= 1.0, < 2":\n  version "1.5.0"\n  dependencies:\n'
        '    b "^1.0.0"\n    c "^9"\n  optionalDependencies:\n    fsevents "*"\n\n'
        'b@^2.0.0:\n  version "2.0.0"\n\n"c@npm:real@^9":\n  version "9.0.0"\n'
    ).replace("\n", "\r\n")
    graph = read("yarn.lock", "\ufeff" + text)
    assert list_lines(graph) == [
        "@s/a@1.5.0 -> b@2.0.0 production ^1.0.0 ?",
        "@s/a@1.5.0 -> real@9.0.0 production ^9 ?",
    ]
    assert [one.what for one in graph.unresolved] == ["b", "c"]
    assert graph.nodes[0].group == "@s"


def test_the_lock_of_later_yarns_has_members_patches_folders_and_long_keys() -> None:
    text = """__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    lib: "workspace:^"
    tool: "link:./tool"
    ts: "patch:ts@npm%3A^5#~/ts.patch"
  languageName: unknown

"lib@workspace:^, lib@workspace:packages/lib":
  version: 0.0.0-use.local
  resolution: "lib@workspace:packages/lib"
  dependencies:
    ts: "npm:^5"
  peerDependencies:
    ts: "*"
    react: "*"
  dependenciesMeta:
    ts:
      optional: true

"tool@link:./tool::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "tool@link:./tool::locator=app%40workspace%3A."

? "ts@npm:^5, ts@npm:5.x"
:
  version: 5.1.0
  resolution: "ts@npm:5.1.0"

"ts@patch:ts@npm%3A^5#~/ts.patch":
  version: 5.1.0
  resolution: "ts@patch:ts@npm%3A5.1.0#~/ts.patch::version=5.1.0&hash=1"
"""
    graph = read("yarn.lock", text)
    assert list_lines(graph) == [
        "app -> lib production workspace:^",
        "app -> tool@0.0.0-use.local production link:./tool",
        "app -> ts@5.1.0 production patch:ts@npm:^5#~/ts.patch",
        "lib -> ts@5.1.0 optional ^5",
        "lib -> ts@5.1.0 peer * ?",
    ]
    assert graph.roots == ("app", "lib")
    assert "1 peer dependency is left out" in graph.notes[1]


def test_pnpm_joins_the_sets_of_peers_and_follows_links() -> None:
    text = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      lib: {specifier: 'workspace:*', version: link:packages/lib}
      alias: {specifier: 'npm:real@^1', version: real@1.0.0}
      out: {specifier: 'link:../out', version: link:../out}
    devDependencies:
      dom: {specifier: ^18, version: 18.0.0(react@18.0.0)}
  packages/lib:
    optionalDependencies:
      dom: {specifier: ^18, version: 18.0.0(react@17.0.0)}
packages:
  dom@18.0.0: {resolution: {integrity: x}, peerDependencies: {react: '*'}}
  react@17.0.0: {resolution: {integrity: x}}
  react@18.0.0: {resolution: {integrity: x}}
  real@1.0.0: {resolution: {integrity: x}}
  '@x/git@https://example.com/tar/abc': {resolution: {tarball: x}, version: 3.0.0}
snapshots:
  dom@18.0.0(react@17.0.0): {dependencies: {react: 17.0.0}}
  dom@18.0.0(react@18.0.0): {dependencies: {react: 18.0.0}}
  react@17.0.0: {}
  react@18.0.0: {}
  real@1.0.0: {dependencies: {'@x/git': https://example.com/tar/abc}}
  '@x/git@https://example.com/tar/abc': {}
"""
    graph = read("pnpm-lock.yaml", text)
    assert list_lines(graph) == [
        "pnpm-lock.yaml -> packages/lib production workspace:*",
        "pnpm-lock.yaml -> real@1.0.0 production npm:real@^1",
        "pnpm-lock.yaml -> out production link:../out",
        "pnpm-lock.yaml -> dom@18.0.0 development ^18",
        "packages/lib -> dom@18.0.0 optional ^18",
        "dom@18.0.0 -> react@17.0.0 peer *",
        "dom@18.0.0 -> react@18.0.0 peer *",
        "real@1.0.0 -> @x/git@3.0.0 production",
    ]
    assert graph.roots == ("pnpm-lock.yaml", "packages/lib")


def test_pnpm_of_version_five_without_members() -> None:
    text = """lockfileVersion: 5.4
specifiers: {a: ^1, '@s/b': '*'}
dependencies: {a: 1.0.0_react@17.0.0, '@s/b': 2.0.0}
packages:
  /a/1.0.0_react@17.0.0: {dependencies: {react: 17.0.0}, peerDependencies: {react: '*'}}
  /@s/b/2.0.0: {dev: true}
  /react/17.0.0: {dev: false}
  github.com/x/y/0123: {name: y, version: 1.0.0}
"""
    graph = read("pnpm-lock.yaml", text)
    assert list_lines(graph) == [
        "pnpm-lock.yaml -> a@1.0.0 production ^1",
        "pnpm-lock.yaml -> @s/b@2.0.0 production *",
        "a@1.0.0 -> react@17.0.0 peer *",
    ]
    assert {node.id for node in graph.nodes} >= {"y@1.0.0", "@s/b@2.0.0"}


def test_bun_has_comments_commas_and_copies_of_ones_own() -> None:
    text = """// made by hand
{
  "lockfileVersion": 1, /* text */
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "^1", "c": "^1",}},
    "packages/lib": {"name": "@me/lib", "dependencies": {"c": "^2"},
      "peerDependencies": {"z": "*"}, "optionalPeers": ["z"]},
  },
  "packages": {
    "@me/lib": ["@me/lib@workspace:packages/lib"],
    "@me/lib/c": ["c@2.0.0", "", {}, "sha512-x"],
    "a": ["a@1.0.0", "", {"dependencies": {"c": "^1", "u": "//,}"}}, "sha512-x"],
    "c": ["c@1.0.0", "", {}, "sha512-x"],
    "u": ["u@github:x/y#abc", {}, "x"],
  },
}
"""
    assert list_lines(read("bun.lock", text)) == [
        "app -> a@1.0.0 production ^1",
        "app -> c@1.0.0 production ^1",
        "@me/lib -> c@2.0.0 production ^2",
        "a@1.0.0 -> c@1.0.0 production ^1",
        "a@1.0.0 -> u@github:x/y#abc production //,}",
    ]


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
