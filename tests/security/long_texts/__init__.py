"""Hostile texts of any length at every door of the service: none of them holds its loop."""
