"""Long code of answers: its first lines in the message, all of it as a file of its own."""
