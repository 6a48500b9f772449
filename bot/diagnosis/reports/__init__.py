"""Reads reports of tests, analyses and traffic: each becomes a list of lines on what failed."""
