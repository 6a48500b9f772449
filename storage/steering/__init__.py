"""What people want of answers and messages that are already there: stored in one transaction."""
