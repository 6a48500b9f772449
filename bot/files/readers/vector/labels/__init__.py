"""Turns labels in HTML, which the renderer does not know, into text at their place."""
