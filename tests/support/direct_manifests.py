"""Manifests of real size that state what a project needs directly, made by code."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

PRODUCTION, DEVELOPMENT = "production", "development"


@dataclass(frozen=True, slots=True)
class Need:
    """One dependency: its name, the kind that it is stated as, and a version."""

    name: str
    kind: str
    version: str


def make_needs(seed: int, kinds: tuple[str, ...], *, pattern: str = "pkg-{}") -> list[Need]:
    """Return as many needs as a large project has, in the order of a file."""
    rng = random.Random(seed)
    numbers = rng.sample(range(1_000), 60 + 30 * seed)
    return [
        Need(pattern.format(number), rng.choice(kinds), f"{rng.randrange(9)}.{rng.randrange(20)}.0")
        for number in numbers
    ]


def _select(needs: list[Need], kind: str) -> list[Need]:
    return [need for need in needs if need.kind == kind]


def write_package_json(needs: list[Need]) -> str:
    fields = {PRODUCTION: "dependencies", DEVELOPMENT: "devDependencies",
              "peer": "peerDependencies", "optional": "optionalDependencies"}  # fmt: skip
    return json.dumps(
        {"name": "app", "version": "1.0.0"}
        | {
            field: {need.name: f"^{need.version}" for need in _select(needs, kind)}
            for kind, field in fields.items()
        },
        indent=2,
    )


def write_pyproject(needs: list[Need]) -> str:
    def write(kind: str) -> str:
        return ",\n".join(f'  "{need.name}>={need.version}"' for need in _select(needs, kind))

    return (
        f'[project]\nname = "app"\nversion = "1.0.0"\ndependencies = [\n{write(PRODUCTION)}\n]\n\n'
        f"[project.optional-dependencies]\nall = [\n{write('optional')}\n]\n\n"
        f"[dependency-groups]\ndev = [\n{write(DEVELOPMENT)}\n]\n\n"
        f"[build-system]\nrequires = [\n{write('build')}\n]\n"
    )


def write_poetry(needs: list[Need]) -> str:
    def write(kind: str) -> str:
        return "\n".join(f'{need.name} = "^{need.version}"' for need in _select(needs, kind))

    return (
        '[tool.poetry]\nname = "app"\nversion = "1.0.0"\n\n[tool.poetry.dependencies]\n'
        f"{write(PRODUCTION)}\n\n[tool.poetry.group.dev.dependencies]\n{write(DEVELOPMENT)}\n"
    )


def write_requirements(needs: list[Need]) -> str:
    ways = ("{name}=={version}", "{name}>={version}  # why", "{name}[extra]~={version}", "{name}")
    lines = [
        ways[number % len(ways)].format(name=need.name, version=need.version)
        for number, need in enumerate(needs)
    ]
    return "# made\n" + "\n".join(lines) + "\n"


def write_cargo(needs: list[Need]) -> str:
    def write(kind: str) -> str:
        ways = ('{name} = "{version}"', '{name} = {{ version = "{version}", features = ["a"] }}')
        return "\n".join(
            ways[number % 2].format(name=need.name, version=need.version)
            for number, need in enumerate(_select(needs, kind))
        )

    return (
        '[package]\nname = "app"\nversion = "1.0.0"\n\n'
        f"[dependencies]\n{write(PRODUCTION)}\n\n[dev-dependencies]\n{write(DEVELOPMENT)}\n\n"
        f"[build-dependencies]\n{write('build')}\n"
    )


def write_go_mod(needs: list[Need]) -> str:
    marks = {PRODUCTION: "", "indirect": " // indirect"}
    lines = [f"\t{need.name} v{need.version}{marks[need.kind]}" for need in needs]
    half = len(lines) // 2
    blocks = [f"require (\n{chr(10).join(part)}\n)" for part in (lines[:half], lines[half:])]
    return "module example.com/app\n\n" + "\n\n".join(blocks) + "\n"


def write_composer_json(needs: list[Need]) -> str:
    def write(kind: str) -> dict[str, str]:
        return {need.name: f"^{need.version}" for need in _select(needs, kind)}

    return json.dumps(
        {"name": "our/app", "require": write(PRODUCTION), "require-dev": write(DEVELOPMENT)},
        indent=2,
    )


def write_pipfile(needs: list[Need]) -> str:
    def write(kind: str) -> str:
        return "\n".join(f'{need.name} = "*"' for need in _select(needs, kind))

    return f"[packages]\n{write(PRODUCTION)}\n\n[dev-packages]\n{write(DEVELOPMENT)}\n"


@dataclass(frozen=True, slots=True)
class DirectFormat:
    """A manifest's name, what writes it, the kinds it knows, and how its packages are named."""

    name: str
    write: Callable[[list[Need]], str]
    kinds: tuple[str, ...] = (PRODUCTION, DEVELOPMENT)
    pattern: str = "pkg-{}"


DIRECT_FORMATS = {
    "package.json": DirectFormat(
        "package.json", write_package_json, (PRODUCTION, DEVELOPMENT, "peer", "optional"),
        "@scope/pkg-{}",
    ),
    "pyproject.toml": DirectFormat(
        "pyproject.toml", write_pyproject, (PRODUCTION, DEVELOPMENT, "optional", "build")
    ),
    "poetry": DirectFormat("pyproject.toml", write_poetry),
    "requirements.txt": DirectFormat("requirements.txt", write_requirements, (PRODUCTION,)),
    "Cargo.toml": DirectFormat("Cargo.toml", write_cargo, (PRODUCTION, DEVELOPMENT, "build")),
    "go.mod": DirectFormat(
        "go.mod", write_go_mod, (PRODUCTION, "indirect"), "example.com/owner/pkg-{}"
    ),
    "composer.json": DirectFormat("composer.json", write_composer_json, pattern="vendor/pkg-{}"),
    "Pipfile": DirectFormat("Pipfile", write_pipfile),
}  # fmt: skip
