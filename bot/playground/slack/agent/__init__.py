"""What Slack does for agents: sessions and their titles."""
