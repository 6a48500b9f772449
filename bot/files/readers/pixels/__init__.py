"""Pixels that are stored as no screen shows them: with more bits, as fractions, behind masks."""
