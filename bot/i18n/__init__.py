"""Easel's own sentences in the languages of the people who read them."""
