"""What a sandbox process computes and draws besides reading files; imported when needed."""
