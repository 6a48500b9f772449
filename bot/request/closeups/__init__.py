"""Reads which part of a picture a message asks to see closely, in five languages."""
