"""Ways of claiming questions: by looking at one's own queue, or as a shared one says."""
