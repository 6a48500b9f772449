"""Played ends that cost next to nothing, for measuring rates: they check nothing.

See `bot/playground/` for the strict ones, which every other measurement uses.
"""
