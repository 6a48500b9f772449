"""Measures how fast ordinary files are read, a message after another, and how a decoder starts."""
