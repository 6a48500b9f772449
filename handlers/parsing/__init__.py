"""Slack's payloads as values of `bot.domain`. Pure."""
