"""Words that correct a diagram which was read off a picture."""
