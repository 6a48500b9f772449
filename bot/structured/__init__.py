"""Answers as data: schemas, checks, tables. Asks nobody."""
