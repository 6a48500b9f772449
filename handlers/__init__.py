"""Slack's side: events in, Web API calls out."""
