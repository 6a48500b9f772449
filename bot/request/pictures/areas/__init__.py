"""Reads which part of a picture a message is about, and what becomes of it, in five languages."""
