"""Keeps the bytes that must survive: `folder.py` on disk, `remote.py` in a bucket."""
