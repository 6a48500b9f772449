"""Finds the lines of logs and reports that tell what failed, and holds answers against them."""
