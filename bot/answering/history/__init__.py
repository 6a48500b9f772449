"""What was said before a question: of its thread, or of an earlier conversation."""
