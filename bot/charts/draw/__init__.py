"""Draws a chart as PNG and SVG. Needs matplotlib, and is used in the decoders only."""
