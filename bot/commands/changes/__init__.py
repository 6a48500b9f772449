"""Pictures of a thread that are changed without a model: which ones, and what was done before."""
