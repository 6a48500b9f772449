"""Slack's agent sessions: threads as it lists them for an agent."""
