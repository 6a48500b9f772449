"""`prices`: what models cost since when, and what another month would have cost at that."""
