"""Talking to the model: pure codecs, and one module that does HTTP."""
