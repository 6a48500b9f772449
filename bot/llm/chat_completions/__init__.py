"""The wire format of chat completions: requests out, responses in."""
