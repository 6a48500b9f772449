"""Files of infrastructure and of pipelines that hold every way in which one needs another."""

COMPOSE = """
include: [other.yml, {path: [a.yml]}]
x-common: &common {restart: always}
services:
  web:
    <<: *common
    image: "nginx:${TAG:-1.2}"
    depends_on: {db: {condition: service_healthy}, cache: {required: false}}
    networks: [front, gone]
    volumes: ["data:/x:ro", "./a:/b", "${P:-/x}:/y", /anon, 'C:\\x:/y',
      {type: volume, source: far, target: /z}, {type: bind, source: /etc, target: /z}]
    secrets: [one, {source: two, target: x}]
    environment: {PASSWORD: topsecret}
  db: {image: 'reg:5000/pg/postgres:15@sha256:abc', networks: {back: {aliases: [x]}}}
  cache:
    build: {context: ./c, target: prod}
    links: ["db:database"]
    extends: {file: base.yml, service: base}
    network_mode: service:web
    volumes_from: ["db:ro", "container:foo"]
  last: {extends: web, build: ., depends_on: [nope, db]}
volumes: {data: , far: {external: true}}
networks: {front: {}, back: {}}
secrets: {one: {file: ./s}, two: {environment: X}}
"""
KUBERNETES = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  template:
    metadata: {labels: {app: web, tier: "1"}}
    spec:
      serviceAccountName: robot
      imagePullSecrets: [{name: reg}]
      containers:
      - image: nginx:1.2
        env:
        - {name: A, valueFrom: {configMapKeyRef: {name: map, key: x}}}
        - {name: S, value: topsecret}
        envFrom: [{secretRef: {name: hidden}}]
      volumes:
      - {name: v, persistentVolumeClaim: {claimName: disk}}
      - {name: x, cephfs: {secretRef: {name: ceph}}}
      - {name: w, projected: {sources: [{secret: {name: second}}]}}
---
apiVersion: v1
kind: Service
metadata: {name: svc, namespace: prod}
spec: {selector: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ing, namespace: prod}
spec:
  ingressClassName: nginx
  tls: [{secretName: cert}]
  rules: [{http: {paths: [{backend: {service: {name: svc}}}, {backend: {serviceName: old}}]}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb, namespace: prod}
spec: {selector: {matchExpressions: [{key: tier, operator: In, values: ["1"]}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hpa, namespace: prod}
spec: {scaleTargetRef: {kind: Deployment, name: web}}
---
kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: binding, namespace: prod}
roleRef: {kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: robot, namespace: prod}, {kind: User, name: bob}]
---
apiVersion: v1
kind: List
items:
- {kind: ConfigMap, apiVersion: v1, metadata: {name: map, namespace: prod}, data: {a: topsecret}}
- {kind: Secret, apiVersion: v1, metadata: {name: hidden, namespace: prod}, data: {a: topsecret}}
- {kind: Service, apiVersion: v1, metadata: {name: lost, namespace: prod}, spec: {selector: {a: b}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: prod}
spec: {parentRefs: [{name: gate}], rules: [{backendRefs: [{name: svc, port: 80}]}]}
"""
WORKFLOW = """
on: {workflow_run: {workflows: [Build]}}
jobs:
  a:
    steps:
    - uses: actions/checkout@v4
    - uses: ./.github/actions/x
    - uses: "docker://alpine:3"
    - run: "echo ${{ secrets.X }}"
    services: {pg: {image: "postgres:15"}}
    container: {image: "node:${{ matrix.n }}"}
  b: {needs: a, strategy: {matrix: {n: [1, 2]}}}
  c: {needs: [a, b], uses: org/repo/.github/workflows/x.yml@main}
  d: {needs: gone, strategy: {matrix: "${{ fromJSON(needs.a.outputs.m) }}"}}
"""
GITLAB = """
spec: {inputs: {x: }}
---
include: [a.yml, {project: g/p, file: [/x.yml, /y.yml]}, {template: Auto.yml}]
stages: [build, test, deploy]
default: {image: "python:3"}
.base: {stage: test, script: [x]}
compile: {stage: build, script: make, image: {name: "gcc:$V"}}
unit: {extends: .base, needs: [compile, {job: lint, optional: true}], services: ["postgres:15"]}
lint: {extends: [.gone, .base], script: !reference [.scripts, script]}
ship:
  stage: deploy
  dependencies: [unit]
  trigger: {include: child.yml}
  needs: [{project: g/o, job: b, ref: main}]
"""
