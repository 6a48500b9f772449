"""Computes the numbers of a chart from the rows of a table."""
