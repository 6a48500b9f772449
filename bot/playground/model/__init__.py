"""A played OpenRouter with its picture-making model, on localhost and without any key."""

from bot.playground.model.server import PlayedModel

__all__ = ["PlayedModel"]
