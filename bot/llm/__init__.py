"""The only HTTP to a model: one codec per wire format, retries, fallbacks, the catalogue."""
