"""Holds selectors of Kubernetes against labels. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.graphs.manifests.infrastructure.values import (
    get_dict,
    get_in,
    get_list,
    get_text,
    get_words,
)


@dataclass(frozen=True, slots=True)
class Selector:
    """Labels that have to be there, and rules of the form key, operator, values."""

    labels: dict[str, Any]
    rules: list[dict[str, Any]] = field(default_factory=list)


def find_selector(item: dict[str, Any]) -> Selector | None:
    """Return what an object selects pods by, unless it makes these pods itself."""
    kind, spec = item.get("kind"), get_dict(item.get("spec"))
    if kind in ("Service", "ReplicationController"):
        labels = get_dict(spec.get("selector"))
        return Selector(labels) if labels and kind == "Service" else None
    if kind == "NetworkPolicy":
        selector = get_dict(spec.get("podSelector"))
    elif kind in ("PodDisruptionBudget", "PodMonitor"):
        selector = get_dict(spec.get("selector"))
    else:
        return None
    labels = get_dict(get_in(selector, "matchLabels"))
    rules = [get_dict(rule) for rule in get_list(get_in(selector, "matchExpressions"))]
    return Selector(labels, rules)


def has_labels(selector: Selector, labels: dict[str, Any]) -> bool:
    """Whether pods with these labels are selected."""
    if any(labels.get(key) != value for key, value in selector.labels.items()):
        return False
    return all(_has_label(rule, labels) for rule in selector.rules)


def _has_label(rule: dict[str, Any], labels: dict[str, Any]) -> bool:
    key, operator = get_text(rule.get("key")), get_text(rule.get("operator"))
    value = get_text(labels.get(key))
    if operator in ("In", "NotIn"):
        is_in = key in labels and value in get_words(rule.get("values"))
        return is_in == (operator == "In")
    return (key in labels) == (operator == "Exists")
