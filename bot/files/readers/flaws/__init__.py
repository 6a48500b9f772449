"""Reads pictures in spite of flaws that viewers do not mind. Runs in the sandbox."""
