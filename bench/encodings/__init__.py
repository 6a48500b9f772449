"""Measures how well the encodings of texts are detected. Nothing here is run by the service."""
