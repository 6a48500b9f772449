"""What only OpenAI does: how it refuses, and the tool that draws."""
