"""OpenRouter and its picture-making model played on localhost, without any key."""

from bot.playground.model.server import PlayedModel

__all__ = ["PlayedModel"]
