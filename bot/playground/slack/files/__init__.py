"""Files in the played Slack: uploads, downloads, descriptions."""
