"""Every way in which people write dependencies for Maven and Gradle."""

from __future__ import annotations

import pytest

from bot.graphs.graph import Graph, GraphError
from bot.graphs.manifests.java.gradle import read_gradle
from bot.graphs.manifests.java.gradle_settings import read_settings
from bot.graphs.manifests.java.pom import read_pom
from bot.graphs.manifests.java.version_catalog import read_catalog


def find(graph: Graph, label: str) -> tuple[str, str, bool]:
    """The words, the kind of its node, and whether it is dashed, of the edge to a label."""
    (node,) = [node for node in graph.nodes if node.label == label]
    (edge,) = [edge for edge in graph.edges if edge.target == node.id]
    return edge.kind, node.kind, edge.is_unresolved


def read_statement(statement: str, name: str = "build.gradle") -> list[tuple[str, bool]]:
    graph = read_gradle(name, f"dependencies {{\n  {statement}\n}}\n")
    labels = {node.id: node.label for node in graph.nodes}
    return [(labels[edge.target], edge.is_unresolved) for edge in graph.edges]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("implementation 'a:b:1.0'", [("a:b 1.0", False)]),
        ("implementation 'a:b:1', \"c:d:2\"", [("a:b 1", False), ("c:d 2", False)]),
        ("implementation(['a:b:1', 'c:d:2'])", [("a:b 1", False), ("c:d 2", False)]),
        ("api group: 'a', name: 'b', version: '1'", [("a:b 1", False)]),
        ("api([group: 'a', name: 'b', version: '1'])", [("a:b 1", False)]),
        ('api(group = "a", name = "b", version = "1")', [("a:b 1", False)]),
        ('api("a", "b", "1")', [("a:b 1", False)]),
        ('api("a", "b")', [("a:b", True)]),
        ("api('a:b') { version { strictly '[1,2)'; prefer '1.5' } }", [("a:b [1,2), 1.5", False)]),
        ('api("a:b") { version { require("1.5") } }', [("a:b 1.5", False)]),
        ("api('a:b') { because 'x' }", [("a:b", True)]),
        ("api('a:b:1') { exclude group: 'x', module: 'y' }", [("a:b 1", False)]),
        ("api('a:b:1:sources@jar')", [("a:b:sources 1", False)]),
        ("api('a:b:1!!')", [("a:b 1", False)]),
        ("api platform('a:b:1')", [("a:b 1", False)]),
        ('api(enforcedPlatform("a:b:1"))', [("a:b 1", False)]),
        ("api project(':core')", [(":core", False)]),
        ("api(project(path: ':x', configuration: 'y'))", [(":x", False)]),
        ("api(testFixtures(project(':x')))", [(":x", False)]),
        ("api(projects.core.ui)", [("projects.core.ui", False)]),
        ('"custom"("a:b:1")', [("a:b 1", False)]),
        ('add("custom", "a:b:1")', [("a:b 1", False)]),
        ('api(kotlin("stdlib", "1.9"))', [("org.jetbrains.kotlin:kotlin-stdlib 1.9", False)]),
        ("api gradleApi()", [("gradleApi()", False)]),
        ("api files('libs/a.jar')", [('files("libs/a.jar")', False)]),
        ("api(libs.guava)", [("libs.guava", True)]),
        ("api libs.bundles.all", [("libs.bundles.all", True)]),
        ("api deps.foo", [("deps.foo", True)]),
        ('api "a:b:$version"', [("a:b $version", True)]),
        ('api "a:b:${rootProject.ext.v}"', [("a:b ${rootProject.ext.v}", True)]),
        ("api 'a:b'", [("a:b", True)]),
        ("if (x) {\n api 'a:b:1'\n }", [("a:b 1", True)]),
        ("['a', 'b'].each { api \"x:$it:1\" }", [("x:$it 1", True)]),
        ("constraints { api('a:b:1') { because 'x' } }", [("a:b 1", False)]),
        ("// api 'a:b:1'\n /* api 'a:b:1' */", []),
        ("def text = \"api 'a:b:1'\"", []),
    ],
)
def test_a_statement_of_gradle(statement: str, found: list[tuple[str, bool]]) -> None:
    assert read_statement(statement) == found


def test_values_that_the_build_file_sets_once_are_filled_in() -> None:
    text = (
        "buildscript {\n  ext.kotlin = '1.9'\n  dependencies { classpath \"k:p:$kotlin\" }\n}\n"
        "ext { spring = '6' }\nval boot by extra(\"3\")\ndef twice = '1'\ntwice = '2'\n"
        'dependencies {\n  api "s:a:${spring}"\n  api("b:c:$boot")\n  api "t:u:$twice"\n}\n'
    )
    graph = read_gradle("build.gradle", text)
    assert find(graph, "k:p 1.9") == ("classpath", "build script", False)
    assert find(graph, "s:a 6") == ("api", "compile", False)
    assert find(graph, "b:c 3") == ("api", "compile", False)
    assert find(graph, "t:u $twice") == ("api", "compile", True)


def test_a_dependency_that_is_added_by_a_call_elsewhere_is_there() -> None:
    text = (
        "project.dependencies.add('runtimeOnly', 'a:b:1')\n"
        'configurations.all { project.dependencies.add(name, "c:d:${libs.v.get()}") }\n'
    )
    graph = read_gradle("build.gradle", text)
    assert find(graph, "a:b 1") == ("runtimeOnly", "runtime", False)
    assert find(graph, "c:d ${libs.v.get()}") == ("name", "compile", True)


def test_plugins_of_gradle() -> None:
    text = (
        'plugins {\n id \'java\'\n id("a.b") version "3" apply false\n kotlin("jvm") version "1"'
        "\n `java-library`\n alias(libs.plugins.x)\n}\napply plugin: 'z'\n"
        "apply from: 'other.gradle'\n"
    )
    graph = read_gradle("build.gradle.kts", text)
    labels = [node.label for node in graph.nodes[1:]]
    kotlin = "org.jetbrains.kotlin.jvm 1"
    assert labels[:6] == ["java", "a.b 3", kotlin, "java-library", "libs.plugins.x", "z"]
    assert find(graph, "other.gradle") == ("apply from", "script", True)


def test_settings_of_gradle() -> None:
    text = "rootProject.name = 'all'\ninclude ':a', 'b:c'\nincludeBuild('../x')\ninclude name\n"
    graph = read_settings("settings.gradle", text)
    assert [(edge.source, edge.target) for edge in graph.edges] == [
        ("project :", "project :a"),
        ("project :", "project :b"),
        ("project :b", "project :b:c"),
        ("project :", "other build ../x"),
        ("project :", "computed name"),
    ]
    assert graph.nodes[0].name == "all"


POM = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
<parent><groupId>org.p</groupId><artifactId>par</artifactId><version>1</version></parent>
<artifactId>app</artifactId>
<properties><v>${w}.1</v><w>2</w><loop>${loop}</loop></properties>
<dependencyManagement><dependencies>
<dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version>
  <scope>test</scope></dependency>
<dependency><groupId>bom</groupId><artifactId>bom</artifactId><version>3</version>
  <type>pom</type><scope>import</scope></dependency>
<dependency><groupId>not</groupId><artifactId>used</artifactId><version>3</version></dependency>
</dependencies></dependencyManagement>
<dependencies>
<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>
<dependency><groupId>${project.groupId}</groupId><artifactId>c</artifactId>
  <version>${project.version}</version></dependency>
<dependency><groupId>x</groupId><artifactId>d</artifactId><version>${gone}</version>
  <optional>true</optional></dependency>
<dependency><groupId>x</groupId><artifactId>e</artifactId></dependency>
<dependency><groupId>x</groupId><artifactId>l</artifactId><version>${loop}</version></dependency>
</dependencies>
<modules><module>m1</module></modules>
<build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><dependencies>
  <dependency><groupId>p</groupId><artifactId>q</artifactId><version>1</version></dependency>
</dependencies></plugin></plugins></build>
<profiles><profile><id>it</id><dependencies><dependency><groupId>z</groupId>
  <artifactId>z</artifactId><version>${v}</version></dependency></dependencies></profile></profiles>
</project>"""


def test_a_pom_with_everything() -> None:
    graph = read_pom("pom.xml", POM)
    assert graph.nodes[0].label == "org.p:app 1"
    assert find(graph, "org.p:par 1") == ("parent", "parent", True)
    assert find(graph, "a:b 2.1") == ("test", "test", False)
    assert find(graph, "bom:bom 3") == ("import", "import", True)
    assert find(graph, "org.p:c 1") == ("compile", "compile", False)
    assert find(graph, "x:d ${gone}") == ("optional", "optional", True)
    assert find(graph, "x:e") == ("compile", "compile", True)
    assert find(graph, "x:l ${loop}") == ("compile", "compile", True)
    assert find(graph, "m1") == ("module", "module", False)
    plugin = "org.apache.maven.plugins:maven-jar-plugin"
    assert find(graph, plugin) == ("plugin", "plugin", False)
    assert find(graph, "p:q 1") == ("of a plugin", "of a plugin", False)
    assert [edge.label for edge in graph.edges if edge.target == "z:z@2.1"] == ["profile it"]
    assert graph.notes == ("1 version is set for a dependency that is not used in this file.",)
    assert len(graph.unresolved) == 5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<project>", "not valid XML"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><project>&x;</project>", "entities of its own"),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><project>&x;</project>",
            "entities",
        ),
        ("<html/>", "no project of Maven"),
        ("", "not valid XML"),
        ("<project>\ud800</project>", "not valid XML"),
    ],
)
def test_what_is_no_pom_is_one_sentence(text: str, why: str) -> None:
    with pytest.raises(GraphError) as refused:
        read_pom("pom.xml", text)
    assert why in refused.value.user_message


def test_a_version_catalog_with_rules_and_gaps() -> None:
    text = (
        '[versions]\na = { strictly = "[1, 2[", prefer = "1.5" }\n[libraries]\n'
        'x = { module = "g:x", version.ref = "a" }\ny = { module = "g:y" }\n'
        '[plugins]\np = { id = "a.p", version = "3" }\n[bundles]\nall = ["x", "gone"]\n'
    )
    graph = read_catalog("libs.versions.toml", text)
    assert [node.label for node in graph.nodes[1:]] == ["g:x [1, 2[", "g:y", "a.p 3", "all", "gone"]
    assert [node.is_unresolved for node in graph.nodes[1:]] == [False, True, False, False, True]
