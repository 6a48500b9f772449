"""A played Slack and a played model on this machine, for trying Easel out and for its tests."""
