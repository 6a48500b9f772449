"""An answer into its thread: text while it grows, then files. Knows no Slack SDK."""
