"""What is done to pictures without a model: crop, turn, scale, compare. Runs in the decoders."""
