"""What OpenRouter knows besides answers: keys, catalogues, bills, and who serves a model."""
