"""Reads SVG drawings as tools write them: draws them, and returns the words in them."""
