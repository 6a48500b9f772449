"""What providers offer: known models and prices, their names, and which providers may be used."""
