"""What a sandbox process computes and draws, apart from reading files; imported when needed."""
