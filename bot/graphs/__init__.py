"""Graphs that are computed: of manifests, code and diagrams; and how they are drawn."""
