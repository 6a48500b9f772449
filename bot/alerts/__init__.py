"""What the person who runs Easel hears of in Slack: once when it begins, once when it is over."""
