"""Turns Slack's payloads into values of `bot.domain`. Pure."""
