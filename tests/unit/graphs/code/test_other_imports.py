"""What imports of JavaScript, TypeScript, Go and Java lead to."""

from __future__ import annotations

from tests.support.repositories import list_edges, read


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


def test_what_is_taken_out_of_a_foreign_class_of_java_is_of_its_package() -> None:
    graph = read(
        {
            "A.java": "import static org.junit.Assert.assertThrows;\nimport org.junit.Test;\n"
            "import a.b.c.d.Outer.Inner;\nclass A {}"
        }
    )
    assert list_edges(graph) == {"A.java > external Java org.junit", "A.java > external Java a.b.c"}
