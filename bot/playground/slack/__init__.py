"""A played Slack workspace on localhost, as strict as the real one wherever Easel could notice."""

from bot.playground.slack.files.kinds import PostedFile
from bot.playground.slack.server import PlayedSlack
from bot.playground.slack.workspace import PlayedFile, PlayedMessage, Workspace

__all__ = ["PlayedFile", "PlayedMessage", "PlayedSlack", "PostedFile", "Workspace"]
