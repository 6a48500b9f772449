"""Blocks that Slack draws by itself, of the numbers in an answer."""
