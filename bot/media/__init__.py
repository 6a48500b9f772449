"""Bytes in: recognise, refuse, shrink, convert. Nothing here talks to Slack or the model."""
