"""Small sound files from which damaged ones are made. Written here, in the forms people have."""

from __future__ import annotations

from tests.support.graphs import build_lock
from tests.support.known_graphs import make_known_graph
from tests.support.manifest_files import LOCK_WRITERS, SINGLE_WRITERS

_TEXTS = {
    "package.json": """{"name": "shop", "version": "1.0.0", "dependencies": {"lodash": "^4.17.21"},
 "devDependencies": {"jest": "~29.0.0", "@types/node": "*"}, "workspaces": ["packages/*"]}""",
    "pyproject.toml": """[project]
name = "shop"
dependencies = ["httpx>=0.27", "rich; python_version < '3.12'", "a[b] @ https://x.test/a.whl"]
[project.optional-dependencies]
dev = ["pytest", "mypy==1.0"]
[tool.poetry.group.test.dependencies]
coverage = {version = "^7", extras = ["toml"]}
""",
    "requirements.txt": """httpx[http2]==0.27.0 ; python_version > "3.8" \\
    --hash=sha256:aaaa
-r other.txt
rich>=13  # via httpx
git+https://example.test/x.git@main#egg=x
""",
    "Cargo.lock": """version = 3
[[package]]
name = "shop"
version = "0.1.0"
dependencies = ["serde", "rand 0.8.5"]
[[package]]
name = "serde"
version = "1.0.1"
[[package]]
name = "rand"
version = "0.8.5"
[[package]]
name = "rand"
version = "0.7.0"
""",
    "go.mod": """module example.test/shop

go 1.22

require (
\tgithub.com/a/b v1.2.3
\tgolang.org/x/c v0.1.0 // indirect
)
replace github.com/a/b => ../b
""",
    "Gemfile.lock": """GEM
  remote: https://rubygems.org/
  specs:
    rack (3.0.0)
    rails (7.0.0)
      rack (>= 2.2)

DEPENDENCIES
  rails (~> 7.0)
""",
    "pnpm-lock.yaml": """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      react:
        specifier: ^18.0.0
        version: 18.2.0
packages:
  react@18.2.0: {resolution: {integrity: x}}
snapshots:
  react@18.2.0:
    dependencies:
      loose-envify: 1.4.0
  loose-envify@1.4.0: {}
""",
    "yarn.lock": """# yarn lockfile v1

react@^18.0.0:
  version "18.2.0"
  dependencies:
    loose-envify "^1.1.0"

loose-envify@^1.1.0:
  version "1.4.0"
""",
    "pom.xml": """<project xmlns="http://maven.apache.org/POM/4.0.0"><groupId>g</groupId>
<artifactId>shop</artifactId><version>1</version><properties><v>2.0</v></properties>
<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version>
<scope>test</scope></dependency></dependencies></project>""",
    "build.gradle": """plugins { id 'java' }
dependencies {
  implementation 'a:b:1.0'
  testImplementation("c:d:${version}")
}
""",
    "main.tf": """resource "aws_instance" "web" {
  ami = var.ami
  depends_on = [aws_vpc.main]
}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
module "db" { source = "./db" }
""",
    "docker-compose.yml": """services:
  web: &web
    build: .
    depends_on: [db]
    environment: {URL: "${URL}"}
  copy:
    <<: *web
  db: {image: "postgres:16", volumes: ["data:/x"]}
volumes: {data: {}}
""",
    "deployment.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "x:1", envFrom: [{configMapRef: {name: conf}}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
""",
    ".gitlab-ci.yml": """stages: [build, test]
a: {stage: build, script: [make]}
b: {stage: test, needs: [a], script: ["make test"]}
""",
}
_KNOWN = make_known_graph(1, count=12)
_KNOWN_SINGLE = make_known_graph(2, count=12, has_doubles=False)
MANIFESTS = [
    *((name, text.encode()) for name, text in _TEXTS.items()),
    ("package-lock.json", build_lock(12, 20)),
    *((name, write(_KNOWN).encode()) for name, write in LOCK_WRITERS.values()),
    *((name, write(_KNOWN_SINGLE).encode()) for name, write in SINGLE_WRITERS.values()),
]
