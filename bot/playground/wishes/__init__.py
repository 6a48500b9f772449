"""Reads what a message wishes to see, in five languages, as values that can be drawn. Pure."""
