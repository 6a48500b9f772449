"""What a sandbox process computes and draws beside reading files. Imported when a task needs it."""
