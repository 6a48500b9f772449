"""The command line: `main.py` parses the arguments, and each command has its own module."""
