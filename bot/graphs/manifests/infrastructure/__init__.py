"""Readers of the files that say what runs where, and in which order it is built."""

from __future__ import annotations

from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure import (
    compose,
    github_actions,
    gitlab_ci,
    kubernetes,
    kustomization,
    terraform,
)

# The order decides where two fit: a name and its folder before what the text looks like.
FORMATS: tuple[ManifestFormat, ...] = (
    terraform.FORMAT,
    kustomization.FORMAT,
    kustomization.CHART_FORMAT,
    github_actions.FORMAT,
    gitlab_ci.FORMAT,
    kubernetes.FORMAT,
    compose.FORMAT,
)
