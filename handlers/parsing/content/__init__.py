"""Turns the parts of a Slack message into Markdown. Pure."""
