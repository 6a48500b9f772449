"""Calls of Slack's Web API: posts, uploads, downloads, threads."""
