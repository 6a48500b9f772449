"""The wire format of OpenAI's Responses API: requests out, responses in."""
