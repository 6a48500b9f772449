"""Readers of manifests and lock files, one small module per format: what the file states."""
