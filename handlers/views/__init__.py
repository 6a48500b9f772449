"""Forms that open over Slack's window: what is shown, opened, and done with what comes back."""
