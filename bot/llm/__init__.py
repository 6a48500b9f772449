"""The only HTTP to a model: one codec for each wire format, retries, fallbacks, the catalog."""
