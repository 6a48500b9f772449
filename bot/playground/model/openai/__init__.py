"""What OpenAI's two APIs take, and what they send."""
