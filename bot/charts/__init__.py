"""Charts from tables: what a column holds, what is plotted, its exact numbers, and the picture."""
