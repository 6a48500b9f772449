"""Brings an answer into its thread: the growing text first, then files. Knows no Slack SDK."""
