"""Measures reading source code."""
