"""The short message with which people stop an answer where Slack itself has no button for it."""
