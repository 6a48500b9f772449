"""Check answers that are data against a JSON Schema, and format them as tables. Pure."""
