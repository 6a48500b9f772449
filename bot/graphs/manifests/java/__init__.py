"""Readers of the build files of Java and its relatives: Maven and Gradle."""

from __future__ import annotations

from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.java import gradle, gradle_lock, gradle_settings, pom, version_catalog

FORMATS: tuple[ManifestFormat, ...] = (
    pom.FORMAT,
    gradle_settings.FORMAT,
    gradle_lock.FORMAT,
    version_catalog.FORMAT,
    gradle.FORMAT,
)
