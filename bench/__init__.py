"""Measures Easel against a floor program in the same run. Never part of a test."""
