"""How soon a decoder runs, and how large it is."""
