"""What `deploy/` holds fits the service: metrics exist, commands exist, tools accept the files."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import COMMAND_MODULES
from bot.config import list_setting_names, read_settings
from bot.observability.metrics import Metrics

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
_METRIC = re.compile(r"\beasel_[a-z_]+\b")
_LABEL = re.compile(r"\beasel_[a-z_]+\{([^}]*)\}")
_GROUPED_BY = re.compile(r"\bby \(([^)]*)\)")


def list_series() -> set[str]:
    """Return the names of all series that `/metrics` can have."""
    found = set()
    for family in Metrics().registry.collect():
        kinds = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        found |= {family.name + ending for ending in kinds.get(family.type, [""])}
    return found


def list_labels() -> set[str]:
    """Return the labels of all metrics, and `le`, by which the buckets of histograms differ."""
    collectors = Metrics().registry._collector_to_names
    names = (getattr(collector, "_labelnames", ()) for collector in collectors)
    return {"le", *(label for labels in names for label in labels)}


def run_tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def read_dashboard() -> dict[str, Any]:
    dashboard: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    return dashboard


def list_expressions() -> list[str]:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
    panels = read_dashboard()["panels"]
    targets = [target["expr"] for panel in panels for target in panel["targets"]]
    return [*targets, *(rule["expr"] for rule in rules)]


def test_every_metric_and_label_that_is_drawn_or_alerted_on_exists() -> None:
    series, labels = list_series(), list_labels()
    used = set()
    for expression in list_expressions():
        used |= set(_METRIC.findall(expression))
        for group in _GROUPED_BY.findall(expression):
            assert {name.strip() for name in group.split(",")} <= labels, expression
        for matchers in _LABEL.findall(expression):
            names = {part.split("=")[0].rstrip("!") for part in matchers.split(",")}
            assert names <= labels, expression
    assert used <= series
    # Nothing that is worth a figure is left out of the picture.
    families = {name.removesuffix("_bucket") for name in series}
    unseen = {name for name in families - used if not name.endswith(("_sum", "_count"))}
    assert {name for name in unseen if f"{name}_bucket" not in used} == set()


def test_every_alert_says_what_to_do() -> None:
    for rule in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]:
        annotations = rule["annotations"]
        assert annotations["summary"] and annotations["action"], rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        for command in re.findall(r'"easel ([a-z]+)', annotations["action"]):
            assert command in COMMAND_MODULES, rule["alert"]


def test_panels_of_the_dashboard_lie_beside_each_other() -> None:
    panels = read_dashboard()["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels) == len({panel["id"] for panel in panels})


def test_settings_that_deploy_names_are_settings() -> None:
    names = set(list_setting_names())
    for path in DEPLOY.iterdir():
        found = set(re.findall(r"\b(?:EASEL|SLACK)_[A-Z_]+\b", path.read_text()))
        assert found <= names, path.name


def test_the_unit_starts_a_command_that_exists_and_stops_on_wrong_settings() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # watched
    unit.read(DEPLOY / "easel.service")
    service = unit["Service"]
    assert service["ExecStart"] == "/opt/easel/.venv/bin/easel run"
    assert service["RestartPreventExitStatus"] == "2" and service["User"] == "easel"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_unit_is_hardened() -> None:
    done = run_tool("systemd-analyze", "security", "--offline=yes", str(DEPLOY / "easel.service"))
    found = re.search(r"exposure level.*?: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) < 2.5


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Prometheus's promtool")
def test_prometheus_takes_the_rules() -> None:
    done = run_tool("promtool", "check", "rules", str(DEPLOY / "alerts.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_holds_what_runs_and_runs_as_nobody_special() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = {part for line in lines if line.startswith("COPY") for part in line.split()[1:-1]}
    assert {"bot", "handlers", "storage", "manifest.yml", "requirements.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert 'ENTRYPOINT [".venv/bin/easel"]' in lines
    assert "USER easel" in lines and lines.index("USER easel") < len(lines)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["easel"]
    assert compose["read_only"] is True and compose["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in compose["ports"])


def test_a_rolling_restart_starts_before_it_stops_and_leaves_time_for_both() -> None:
    parts = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    deployment = next(part for part in parts if part["kind"] == "Deployment")["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    given = {entry["name"]: entry["value"] for entry in container["env"]}
    settings = read_settings({**given, "SLACK_SIGNING_SECRET": "x"}, env_file=None)
    unready = container["readinessProbe"]
    assert (unready["httpGet"]["path"], container["livenessProbe"]["httpGet"]["path"]) == (
        "/readyz",
        "/livez",
    )
    seconds_to_see_it = unready["periodSeconds"] * (unready["failureThreshold"] + 1)
    assert settings.drain_seconds > seconds_to_see_it
    longest = max(settings.grace_seconds, settings.drain_seconds)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["easel"]
    unit = (DEPLOY / "easel.service").read_text()
    assert pod["terminationGracePeriodSeconds"] >= longest + 10
    assert int(compose["stop_grace_period"].rstrip("s")) >= longest + 10
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, flags=re.MULTILINE)[0]) >= longest + 10
