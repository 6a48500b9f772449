"""What providers refuse, read from their words: which failure it is, and what can be done."""
