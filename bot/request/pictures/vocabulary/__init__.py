"""Words of what is done to a picture without a model: one table a language, one of sentences."""
