"""Measures graphs."""
