"""Slack and the model played on this machine, for trying Easel and for its tests."""
