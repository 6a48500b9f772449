"""The dialects of the lock files of yarn, pnpm and bun."""

from __future__ import annotations

from tests.unit.graphs.manifests.reading import list_lines, read


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
