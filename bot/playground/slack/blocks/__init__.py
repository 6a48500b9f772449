"""Checks of blocks that have pages of rules of their own."""
