"""Choose what goes into the model's context window, and write it as a `Prompt`. Pure."""
