"""Forms in the played Slack: what the app may open, and what comes back to it."""
