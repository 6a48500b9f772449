"""An installation in one checked file, and back: `create.py`, `restore.py`, `archive.py`."""
