"""Measures how large pictures are seen."""
