"""The price history: what models cost since when."""
