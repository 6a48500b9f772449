"""The wire format of chat completions, OpenRouter's and that of compatible servers."""
