"""Cuts pictures into parts at full size, and encodes them; runs in the sandbox."""
