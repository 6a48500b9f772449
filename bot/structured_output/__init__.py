"""Answers as data: JSON Schemas, and tables. Pure."""
