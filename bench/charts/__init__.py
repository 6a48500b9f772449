"""Measures charts of long tables."""
