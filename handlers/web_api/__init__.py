"""Calls Slack's Web API: posts, uploads, downloads, threads."""
