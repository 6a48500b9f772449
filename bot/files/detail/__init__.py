"""Decides which pictures of a question are shown in parts at full size, and has them cut."""
