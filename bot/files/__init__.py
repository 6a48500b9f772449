"""Bytes of files in: fetched, read in the sandbox, kept as working copies."""
