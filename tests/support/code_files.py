"""Writes repositories with known imports in five languages, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

Edges = set[tuple[str, str]]
Files = dict[str, str]
# What fills a file up: code with words in it that look like imports.
_FILLERS = {
    ".py": 'def work_{n}(value):\n    """import nothing; from nowhere import this."""\n'
    "    return [value + index for index in range({n}) if index % 3]\n\n\n",
    ".ts": "export function work{n}(value: number): string {{\n"
    '  const text = "import x from \'./nowhere\'"; // require("./nowhere")\n'
    "  return `${{text}} ${{value * {n}}}`;\n}}\n",
    ".go": 'func Work{n}(value int) string {{\n\t// import "nowhere"\n\treturn "import" \n}}\n\n',
    ".java": "  int work{n}(int value) {{\n    // import no.where.Gone;\n"
    "    return value * {n};\n  }}\n",
    ".rs": "pub fn work_{n}(value: u32) -> u32 {{\n    // use crate::nowhere;\n"
    "    value * {n}\n}}\n",
}


def write_repository(seed: int, count: int, functions: int = 4) -> tuple[bytes, Edges]:
    """Return a ZIP with about `count` files, each with some functions, and its edges."""
    rng = random.Random(seed)
    files: Files = {"go.mod": "module example.com/app\n", "web/tsconfig.json": TSCONFIG}
    files |= {"rust/Cargo.toml": '[package]\nname = "app"\n', "pyproject.toml": ""}
    edges: Edges = set()
    for write in (_write_python, _write_typescript, _write_go, _write_java, _write_rust):
        write(rng, max(count // 5, 8), files, edges)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path, text in files.items():
            filler = _FILLERS.get(path[path.rfind(".") :], "")
            body = "".join(filler.format(n=number) for number in range(functions))
            end = "}\n" if path.endswith(".java") else ""
            packed.writestr(f"app-main/{path}", f"{text}\n{body}{end}")
    return out.getvalue(), edges


TSCONFIG = '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}'


def _choose(rng: random.Random, number: int, count: int) -> list[int]:
    return sorted({rng.randrange(count) for _ in range(rng.randrange(6))} - {number})


def _join(
    rng: random.Random, count: int, edges: Edges, name: Callable[[int], str]
) -> list[list[int]]:
    """Choose what each file imports, and keep that as edges."""
    chosen = [_choose(rng, number, count) for number in range(count)]
    for number, others in enumerate(chosen):
        edges |= {(name(number), name(other)) for other in others}
    return chosen


def _write_python(rng: random.Random, count: int, files: Files, edges: Edges) -> None:
    def name(number: int) -> str:
        return f"src/app/part{number % 20}/m{number}.py"

    for number, others in enumerate(_join(rng, count, edges, name)):
        lines = ["import os"]
        for other in others:
            module = f"app.part{other % 20}"
            lines.append(
                (
                    f"from {module} import m{other}",
                    f"import {module}.m{other} as other",
                    f"from {module}.m{other} import work_1, work_2",
                    f"from ..part{other % 20} import m{other}",
                )[(number + other) % 4]
            )
        files[name(number)] = "\n".join(lines)
    files |= {f"src/app/part{part}/__init__.py": "" for part in range(20)}
    files["src/app/__init__.py"] = ""


def _write_typescript(rng: random.Random, count: int, files: Files, edges: Edges) -> None:
    def name(number: int) -> str:
        inner = f"m{number}/index" if number % 9 == 0 else f"m{number}"
        return f"web/src/part{number % 20}/{inner}.ts"

    for number, others in enumerate(_join(rng, count, edges, name)):
        up = "../.." if number % 9 == 0 else ".."
        lines = ["import { readFile } from 'node:fs';"]
        for other in others:
            place = f"part{other % 20}/m{other}"
            lines.append(
                (
                    f'import x{other} from "@/{place}";',
                    f"import type {{ T }} from '{up}/{place}';",
                    f"export * from '{up}/{place}';",
                    f"const y{other} = await import('{up}/{place}');",
                )[(number + other) % 4]
            )
        files[name(number)] = "\n".join(lines)


def _write_go(rng: random.Random, count: int, files: Files, edges: Edges) -> None:
    def name(number: int) -> str:
        return f"pkg/p{number}/"

    for number, others in enumerate(_join(rng, count, edges, name)):
        lines = ["package p", "", "import (", '\t"fmt"']
        lines += [f'\tq{other} "example.com/app/pkg/p{other}"' for other in others]
        files[f"{name(number)}a.go"] = "\n".join([*lines, ")", ""])


def _write_java(rng: random.Random, count: int, files: Files, edges: Edges) -> None:
    def name(number: int) -> str:
        return f"java/src/main/java/com/app/part{number % 20}/C{number}.java"

    for number, others in enumerate(_join(rng, count, edges, name)):
        lines = [f"package com.app.part{number % 20};", "import java.util.List;"]
        for other in others:
            full = f"com.app.part{other % 20}.C{other}"
            lines.append(f"import static {full}.work1;" if other % 3 == 0 else f"import {full};")
        files[name(number)] = "\n".join([*lines, f"public class C{number} {{"])


def _write_rust(rng: random.Random, count: int, files: Files, edges: Edges) -> None:
    def name(number: int) -> str:
        return f"rust/src/part{number % 20}/m{number}.rs"

    for number, others in enumerate(_join(rng, count, edges, name)):
        lines = ["use std::fmt;"]
        lines += [
            f"use crate::part{other % 20}::m{other}::{{work_1, work_2 as w}};"
            if other % 2
            else f"use super::super::part{other % 20}::m{other};"
            for other in others
        ]
        files[name(number)] = "\n".join(lines)
    parts = range(min(20, count))
    for part in parts:
        folder = f"rust/src/part{part}"
        inside = range(part, count, 20)
        files[f"{folder}/mod.rs"] = "\n".join(f"pub mod m{number};" for number in inside)
        edges |= {(f"{folder}/mod.rs", name(number)) for number in inside}
        edges.add(("rust/src/lib.rs", f"{folder}/mod.rs"))
    files["rust/src/lib.rs"] = "\n".join(f"pub mod part{part};" for part in parts)
