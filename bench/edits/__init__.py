"""Measures what is done to pictures without a model."""
