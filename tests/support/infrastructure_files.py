"""Writes files of builds and of infrastructure with a known graph, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

Edges = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Golden:
    """A file, and the edges between names that its graph has to have: these and no others."""

    name: str
    text: str
    edges: Edges


def write_pom(seed: int) -> Golden:
    rng = random.Random(seed)
    edges: Edges = set()
    properties, managed, dependencies = [], [], []
    for n in range(120):
        group, artifact, version = f"org.g{n % 17}", f"lib-{n}", f"{rng.randrange(9)}.{n}"
        style = rng.randrange(3)
        inner = f"<version>{version}</version>"
        if style == 1:
            properties.append(f"<lib{n}.version>{version}</lib{n}.version>")
            inner = f"<version>${{lib{n}.version}}</version>"
        elif style == 2:
            managed.append(
                f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
                f"{inner}</dependency>"
            )
            inner = ""
        scope = rng.choice(["", "<scope>test</scope>", "<scope>provided</scope>"])
        dependencies.append(
            f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
            f"{inner}{scope}</dependency>"
        )
        edges.add(("com.app:app 1", f"{group}:{artifact} {version}"))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>com.app</groupId><artifactId>app</artifactId><version>1</version>"
        f"<properties>{''.join(properties)}</properties><dependencyManagement><dependencies>"
        f"{''.join(managed)}</dependencies></dependencyManagement><dependencies>"
        f"{''.join(dependencies)}</dependencies></project>"
    )
    return Golden("pom.xml", text, edges)


def write_gradle(seed: int) -> Golden:
    rng = random.Random(seed)
    name = "build.gradle.kts" if seed % 2 else "build.gradle"
    edges: Edges = {(name, "java-library")}
    lines = ["plugins {", '    id("java-library")', "}", "repositories { mavenCentral() }"]
    body = []
    for n in range(100):
        full, version = f"org.g{n % 13}:lib-{n}", f"{rng.randrange(9)}.{n}"
        style = rng.randrange(6)
        if style == 1:
            lines.append(f'val v{n} = "{version}"' if seed % 2 else f"def v{n} = '{version}'")
        elif style == 5:
            full = f":p{n}"
        word = rng.choice(["implementation", "api", "testImplementation", "runtimeOnly"])
        body.append(f"    {word}({_write_notation(full, version, style, seed % 2 == 1)})")
        edges.add((name, full if style == 5 else f"{full} {version}"))
    return Golden(name, "\n".join([*lines, "dependencies {", *body, "}"]), edges)


def _write_notation(full: str, version: str, style: int, is_kotlin: bool) -> str:
    """Write one dependency in one of six ways, with something after it that is no dependency."""
    group, _, artifact = full.partition(":")
    number = artifact.rpartition("-")[2]
    sign = " = " if is_kotlin else ": "
    named = {"group": group, "name": artifact, "version": version}
    return (
        f'"{full}:{version}"',
        f'"{full}:$v{number}") {{ exclude(group = "x") }} // (',
        ", ".join(f'{key}{sign}"{value}"' for key, value in named.items()),
        f'platform("{full}:{version}")) // "no:no:1" (',
        f'\n        "{full}:{version}",\n    ',
        f'project("{full}")',
    )[style]


def write_settings(seed: int) -> Golden:
    rng = random.Random(seed)
    edges: Edges = set()
    lines = ['rootProject.name = "all"']
    for n in range(80):
        path = f":g{rng.randrange(9)}:p{n}" if rng.random() < 0.7 else f":p{n}"
        lines.append(f'include("{path}")' if n % 2 else f"include '{path}'")
        parent = "all"
        parts = path.strip(":").split(":")
        for count in range(1, len(parts) + 1):
            child = ":" + ":".join(parts[:count])
            edges.add((parent, child))
            parent = child
    return Golden("settings.gradle", "\n".join(lines), edges)


def write_gradle_lock(seed: int) -> Golden:
    rng = random.Random(seed)
    lines = ["# This is a Gradle generated file for dependency locking."]
    edges: Edges = set()
    for n in range(300):
        version = f"{rng.randrange(9)}.{n}"
        lines.append(f"org.g{n % 7}:lib-{n}:{version}=compileClasspath,runtimeClasspath")
        edges.add(("gradle.lockfile", f"org.g{n % 7}:lib-{n} {version}"))
    return Golden("gradle.lockfile", "\n".join([*lines, "empty=annotationProcessor"]), edges)


def write_catalog(seed: int) -> Golden:
    rng = random.Random(seed)
    versions, libraries, bundles = [], [], []
    edges: Edges = set()
    file = "libs.versions.toml"
    for n in range(90):
        module, version = f"org.g{n % 7}:lib-{n}", f"{rng.randrange(9)}.{n}"
        if n % 3 == 0:
            versions.append(f'v{n} = "{version}"')
            libraries.append(f'lib-{n} = {{ module = "{module}", version.ref = "v{n}" }}')
        elif n % 3 == 1:
            libraries.append(f'lib-{n} = "{module}:{version}"')
        else:
            group, _, name = module.partition(":")
            libraries.append(
                f'lib-{n} = {{ group = "{group}", name = "{name}", version = "{version}" }}'
            )
        edges.add((file, f"{module} {version}"))
        if n % 30 == 0:
            bundles.append(f'set{n} = ["lib-{n}"]')
            edges |= {(file, f"set{n}"), (f"set{n}", f"{module} {version}")}
    parts = ["[versions]", *versions, "[libraries]", *libraries, "[bundles]", *bundles]
    return Golden(file, "\n".join(parts), edges)


def write_terraform(seed: int) -> Golden:
    rng = random.Random(seed)
    edges: Edges = set()
    blocks = [f'variable "v{n}" {{\n  type = string\n}}\n' for n in range(20)]
    for n in range(120):
        name = f"aws_thing.t{n}"
        lines: list[str] = []
        for _ in range(rng.randrange(4)):
            other = rng.randrange(n) if n else 0
            style = rng.randrange(5)
            target = f"aws_thing.t{other}" if n else "var.v0"
            if style == 0:
                target = f"var.v{other % 20}"
                lines.append(f'  a{len(lines)} = "x-${{{target}}}-y.z"')
            elif style == 1:
                lines.append(f"  a{len(lines)} = [for k in {target} : k.id if k.no.no]")
            elif style == 2:
                lines.append(f"  a{len(lines)} = merge({{ b = {target}.id }}, {{}})")
            elif style == 3:
                lines.append(f"  a{len(lines)} = <<-EOT\n    a.b ${{{target}.id}} c.d\n  EOT")
            else:
                lines.append(f"  depends_on = [{target}]" if "depends" not in str(lines) else "")
                if not lines[-1]:
                    lines.pop()
                    continue
            edges.add((name, target))
        blocks.append(f'resource "aws_thing" "t{n}" {{\n' + "\n".join(lines) + "\n}\n")
    return Golden("main.tf", "\n".join(blocks), edges)


def write_compose(seed: int) -> Golden:
    rng = random.Random(seed)
    edges: Edges = set()
    lines = ["services:"]
    for n in range(60):
        name = f"s{n}"
        lines += [f"  {name}:", f"    image: reg.io:5000/app{n}:{n}.1"]
        edges.add((name, f"reg.io:5000/app{n} {n}.1"))
        others = sorted({f"s{rng.randrange(60)}" for _ in range(rng.randrange(4))} - {name})
        edges |= {(name, other) for other in others}
        if others and n % 2:
            lines += ["    depends_on:", *(f"      - {other}" for other in others)]
        elif others:
            lines.append("    depends_on:")
            for other in others:
                lines += [f"      {other}:", "        condition: service_healthy"]
        lines += [f"    volumes: ['v{n % 5}:/data:ro', './x{n}:/y']", f"    networks: [n{n % 3}]"]
        edges |= {(name, f"v{n % 5}"), (name, f"./x{n}"), (name, f"n{n % 3}")}
    lines += ["volumes: {v0: , v1: , v2: , v3: , v4: }", "networks: {n0: , n1: , n2: }"]
    return Golden("docker-compose.yml", "\n".join(lines), edges)


def write_kubernetes(seed: int) -> Golden:
    rng = random.Random(seed)
    documents = []
    edges: Edges = set()
    for n in range(40):
        config, secret = f"config{rng.randrange(10)}", f"secret{rng.randrange(10)}"
        edges |= {(f"app{n}", config), (f"app{n}", secret), (f"app{n}", f"img{n} {n}.0")}
        edges |= {(f"svc{n}", f"app{n}"), (f"ing{n}", f"svc{n}"), (f"hpa{n}", f"app{n}")}
        documents.append(
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app{n}}}\nspec:\n"
            f"  template:\n    metadata: {{labels: {{app: a{n}, part: p}}}}\n    spec:\n"
            f"      containers:\n      - name: c\n        image: img{n}:{n}.0\n"
            f"        envFrom: [{{configMapRef: {{name: {config}}}}}]\n"
            f"      volumes: [{{name: v, secret: {{secretName: {secret}}}}}]\n"
        )
        documents.append(
            f"apiVersion: v1\nkind: Service\nmetadata: {{name: svc{n}}}\n"
            f"spec: {{selector: {{app: a{n}}}}}\n"
        )
        documents.append(
            f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: ing{n}}}\nspec:\n"
            f"  rules: [{{http: {{paths: [{{backend: {{service: {{name: svc{n}}}}}}}]}}}}]\n"
        )
        documents.append(
            f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
            f"metadata: {{name: hpa{n}}}\n"
            f"spec: {{scaleTargetRef: {{kind: Deployment, name: app{n}}}}}\n"
        )
    rng.shuffle(documents)
    return Golden("deploy.yaml", "---\n".join(documents), edges)


def write_workflow(seed: int) -> Golden:
    rng = random.Random(seed)
    edges: Edges = set()
    lines = ["on: [push]", "jobs:"]
    for n in range(60):
        needs = sorted({f"j{rng.randrange(n)}" for _ in range(rng.randrange(4))}) if n else []
        lines += [f"  j{n}:", "    runs-on: x"]
        if needs:
            lines.append(f"    needs: [{', '.join(needs)}]" if n % 2 else f"    needs: {needs}")
        lines += ["    steps:", f"      - uses: org/act{n % 9}@v{n % 4}", "      - run: make"]
        edges |= {(f"j{n}", need) for need in needs}
        edges.add((f"j{n}", f"org/act{n % 9} v{n % 4}"))
    return Golden("ci.yml", "\n".join(lines), edges)


def write_gitlab(seed: int) -> Golden:
    rng = random.Random(seed)
    stages = [f"st{n}" for n in range(6)]
    edges: Edges = {(after, before) for before, after in pairwise(stages)}
    lines = [f"stages: [{', '.join(stages)}]", ".base:", "  script: [x]"]
    for n in range(60):
        stage = stages[n // 10]
        lines += [f"j{n}:", f"  stage: {stage}", "  extends: .base"]
        edges |= {(f"j{n}", stage), (f"j{n}", ".base")}
        needs = sorted({f"j{rng.randrange(n)}" for _ in range(rng.randrange(4))}) if n else []
        for index, need in enumerate(needs):
            lines += ["  needs:"] if not index else []
            lines.append(
                f"    - {need}" if index % 2 else f"    - {{job: {need}, artifacts: true}}"
            )
            edges.add((f"j{n}", need))
    return Golden(".gitlab-ci.yml", "\n".join(lines), edges)


WRITERS: tuple[Callable[[int], Golden], ...] = (
    write_pom,
    write_gradle,
    write_settings,
    write_gradle_lock,
    write_catalog,
    write_terraform,
    write_compose,
    write_kubernetes,
    write_workflow,
    write_gitlab,
)
