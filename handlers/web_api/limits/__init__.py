"""Limits of Slack that hold for several replicas together."""
